"""Declarations (verklaringen) per election: their texts, in versions, and which version applies now.

A given declaration points at the text the member read. So a text that somebody answered never changes: changing it
makes the next version.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import contains_eager

from app.extensions import db
from app.models import Declaration, DeclarationText, Election
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.elections.default_texts import declarations_for
from app.typed.texts import is_blank


def add_default_texts(election: Election, *, now: datetime) -> None:
    """Version 1 of each declaration that is usual for the election's type."""
    for position, (kind, body_nl, body_en) in enumerate(declarations_for(election.type), 1):
        row = DeclarationText(
            election_id=election.id,
            kind=kind,
            version=1,
            body_nl=body_nl,
            body_en=body_en,
            is_required=True,
            position=position,
            created_at=now,
        )
        db.session.add(row)
    db.session.flush()


def _current_texts(election_id: int) -> Select[tuple[DeclarationText]]:
    newest = (
        select(DeclarationText.kind, func.max(DeclarationText.version).label("version"))
        .where(DeclarationText.election_id == election_id)
        .group_by(DeclarationText.kind)
        .subquery()
    )
    is_newest = (newest.c.kind == DeclarationText.kind) & (newest.c.version == DeclarationText.version)
    found = select(DeclarationText).join(newest, is_newest).where(DeclarationText.election_id == election_id)
    return found.order_by(DeclarationText.position, DeclarationText.id)


def list_current_texts(election_id: int) -> list[DeclarationText]:
    """The latest version of each kind, in the order in which members read them."""
    return list(db.session.scalars(_current_texts(election_id)))


def list_texts_to_give(election_id: int, member_id: int) -> list[tuple[DeclarationText, bool | None]]:
    """The same, each with what this member declared of it; None for nothing yet. One statement."""
    own = (Declaration.text_id == DeclarationText.id) & (Declaration.member_id == member_id)
    found = _current_texts(election_id).add_columns(Declaration.is_given).outerjoin(Declaration, own)
    return list(db.session.execute(found))


def list_given(member_id: int, election_id: int) -> list[Declaration]:
    """What this member declared for this election, each with the version of the text that was read."""
    statement = (
        select(Declaration)
        .join(DeclarationText, DeclarationText.id == Declaration.text_id)
        .where(Declaration.member_id == member_id, Declaration.election_id == election_id)
        .options(contains_eager(Declaration.text))
        .order_by(DeclarationText.position, DeclarationText.id)
    )
    return list(db.session.scalars(statement))


def is_used(declaration_text: DeclarationText) -> bool:
    """Whether a member answered this version."""
    return bool(db.session.scalar(select(exists().where(Declaration.text_id == declaration_text.id))))


def is_current(declaration_text: DeclarationText) -> bool:
    """Whether no newer version of this declaration exists."""
    newer = exists().where(
        DeclarationText.election_id == declaration_text.election_id,
        DeclarationText.kind == declaration_text.kind,
        DeclarationText.version > declaration_text.version,
    )
    return not db.session.scalar(select(newer))


def change_text(
    declaration_text: DeclarationText,
    *,
    body_nl: str,
    body_en: str,
    is_required: bool,
    position: int,
    actor: Actor,
    now: datetime,
) -> DeclarationText:
    """Give the declaration this wording and return the row that holds it: a new version once somebody answered.

    Order alone never makes a version. Raises RuleBroken for an empty text and for a version that was replaced.
    """
    if is_blank(body_nl):
        raise RuleBroken(phrase("Write the text of the declaration."), field="body_nl")
    if not is_current(declaration_text):
        raise RuleBroken(phrase("This version was replaced by a newer one. Change the newest version."))
    wording = {"body_nl": body_nl.strip(), "body_en": body_en.strip(), "is_required": is_required}
    row = declaration_text
    if any(getattr(row, name) != value for name, value in wording.items()) and is_used(row):
        row = DeclarationText(
            election_id=row.election_id, kind=row.kind, version=row.version + 1, created_at=now, position=position
        )
        db.session.add(row)
    for name, value in wording.items():
        setattr(row, name, value)
    row.position = position
    db.session.flush()
    record_event(actor, "declaration_text.changed", now=now, subject=row, kind=row.kind, version=row.version)
    return row


def add_text(
    election: Election,
    kind: str,
    *,
    body_nl: str,
    body_en: str,
    is_required: bool,
    position: int,
    actor: Actor,
    now: datetime,
) -> DeclarationText:
    """Version 1 of a declaration that the election lacks. Raises RuleBroken when it has one of this kind."""
    known = exists().where(DeclarationText.election_id == election.id, DeclarationText.kind == kind)
    if db.session.scalar(select(known)):
        raise RuleBroken(phrase("This election already has this declaration. Change that one."), field="kind")
    if is_blank(body_nl):
        raise RuleBroken(phrase("Write the text of the declaration."), field="body_nl")
    row = DeclarationText(
        election_id=election.id,
        kind=kind,
        version=1,
        body_nl=body_nl.strip(),
        body_en=body_en.strip(),
        is_required=is_required,
        position=position,
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    record_event(actor, "declaration_text.added", now=now, subject=row, kind=kind)
    return row


def check_text_goes(declaration_text: DeclarationText) -> None:
    """Raises RuleBroken when somebody answered it."""
    if is_used(declaration_text):
        raise RuleBroken(phrase("Members answered this declaration; it cannot be deleted."))


def remove_text(declaration_text: DeclarationText, *, actor: Actor, now: datetime) -> None:
    """Delete a declaration that nobody answered. Raises RuleBroken."""
    check_text_goes(declaration_text)
    record_event(actor, "declaration_text.removed", now=now, subject=declaration_text, kind=declaration_text.kind)
    db.session.delete(declaration_text)
    db.session.flush()
