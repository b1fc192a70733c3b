"""Elections: made by the team on screen, or from the Electoral Council's file (EML_NL 110a)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, or_, select, union_all
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.importing.elections import eml
from app.importing.faults import FileRefused
from app.models import (
    Audience,
    Availability,
    AvailabilityState,
    Campaign,
    Counting,
    Declaration,
    Election,
    ElectionDay,
    ElectionState,
    NewsItem,
    TrainingSession,
)
from app.phrases import Phrase, RuleBroken, phrase, quote
from app.services.audit import Actor, record_event
from app.services.elections.declarations import add_default_texts
from app.services.elections.default_days import add_default_days, move_days
from app.services.elections.default_rules import add_default_rules
from app.services.elections.default_texts import facts_for
from app.services.elections.functions import add_default_functions
from app.services.elections.municipality import is_of_another
from app.typed.texts import fit

OF_A_MUNICIPALITY = ("GR", "ER")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,59}")  # it is part of addresses and of commands


TEXTS = ("facts", "facts_en", "what_to_bring", "what_to_bring_en")  # Markdown


@dataclass(frozen=True, slots=True)
class ElectionDetails:
    """What the team or a file says of an election. A text that is None: the usual one (new) or unchanged (known)."""

    code: str
    name: str
    type: str
    voting_on: date
    nomination_on: date | None = None
    counting: str = Counting.DSO
    domain_id: str = ""
    domain_name: str = ""
    candidates_may_apply: bool = False
    facts: str | None = None
    facts_en: str | None = None
    what_to_bring: str | None = None
    what_to_bring_en: str | None = None


@dataclass(frozen=True, slots=True)
class ElectionImport:
    """What became of an election file; `changed` are names of fields."""

    election: Election
    is_new: bool
    changed: tuple[str, ...] = ()

    @property
    def summary(self) -> Phrase:
        """The last line of the command: `1 election: 1 new, 0 changed, 0 refused`."""
        new, changed = int(self.is_new), int(bool(self.changed) and not self.is_new)
        return phrase("1 election: %(new)s new, %(changed)s changed, 0 refused", new=new, changed=changed)


def find_election(code: str) -> Election:
    """The election with this code. Raises RuleBroken."""
    election: Election | None = db.session.scalar(select(Election).where(Election.code == code))
    if election is None:
        raise RuleBroken(phrase("There is no election with the code %(code)s.", code=quote(code)))
    return election


def list_names() -> list[tuple[int, str, str]]:
    """Id, name and code of every election, the latest voting day first."""
    named = select(Election.id, Election.name, Election.code)
    rows = db.session.execute(named.order_by(Election.voting_on.desc(), Election.id.desc()))
    return [(key, name, code) for key, name, code in rows]


def find_with_days(code: str) -> Election | None:
    """The election with this code, its days and shifts loaded with it. One statement."""
    whole = joinedload(Election.days).joinedload(ElectionDay.shifts)
    found: Election | None = (
        db.session.scalars(select(Election).where(Election.code == code).options(whole)).unique().one_or_none()
    )
    return found


def create_election(details: ElectionDetails, *, actor: Actor, now: datetime) -> Election:
    """A new election in draft, with the days, shifts, functions, declarations and facts usual for its type.

    Raises RuleBroken for a code that is not well-formed or known already, and for a nomination after voting day.
    """
    _check(details)
    if _is_known(details.code):
        raise RuleBroken(phrase("There already is an election with this code."), field="code")
    facts, facts_en = facts_for(details.type, details.voting_on, candidates_may_apply=details.candidates_may_apply)
    election = Election(
        **_values(details) | {"facts": _given(details.facts, facts), "facts_en": _given(details.facts_en, facts_en)},
        state=ElectionState.DRAFT,
        days=[],
    )
    db.session.add(election)
    db.session.flush()
    add_default_functions()
    add_default_days(election)
    add_default_texts(election, now=now)
    add_default_rules(election)
    record_event(actor, "election.created", now=now, subject=election)
    return election


def update_election(election: Election, details: ElectionDetails, *, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Change what differs and give the names of those fields; a new voting date moves all days with it.

    Raises RuleBroken as `create_election` does, for a closed election, and for a new voting date after members
    answered: their answers were about the old one.
    """
    _check(details)
    if election.state == ElectionState.CLOSED:
        raise RuleBroken(phrase("This election is closed and can no longer be changed."))
    if details.code != election.code and _is_known(details.code):
        raise RuleBroken(phrase("There already is an election with this code."), field="code")
    old_date = election.voting_on
    if details.voting_on != old_date and has_answers(election):
        raise RuleBroken(
            phrase("Members already gave their availability for this election; its date cannot change any more."),
            field="voting_on",
        )
    changed = _apply(election, _values(details))
    if details.voting_on != old_date:
        move_days(election, details.voting_on - old_date)
    if "counting" in changed:
        add_default_days(election)
    db.session.flush()
    if changed:
        record_event(actor, "election.changed", now=now, subject=election, fields=list(changed))
    return changed


def check_election_goes(election: Election) -> None:
    """Raises RuleBroken once it asked members something, and while a campaign, a message or an audience is about it."""
    if election.state != ElectionState.DRAFT or _has_rows(election):
        raise RuleBroken(phrase("Members were asked for this election already, so it cannot be deleted."))
    if _is_named(election):
        raise RuleBroken(
            phrase("A training, a campaign, a message or an audience is about it. Delete that first, or change it.")
        )


def delete_election(election: Election, *, actor: Actor, now: datetime) -> None:
    """Delete an election that was only prepared, with its days, stations and declarations.

    Raises RuleBroken once it asked members something, and while a campaign, a message or an audience is about it.
    """
    check_election_goes(election)
    record_event(actor, "election.deleted", now=now, subject=election, code=election.code)
    db.session.delete(election)
    db.session.flush()


def _has_rows(election: Election) -> bool:
    asked = exists().where(Availability.election_id == election.id)
    declared = exists().where(Declaration.election_id == election.id)
    return bool(db.session.scalar(select(or_(asked, declared))))


def _is_named(election: Election) -> bool:
    """Whether a campaign or a training is about it, or a condition of an audience names it."""
    if db.session.scalar(select(exists().where(Campaign.election_id == election.id))):
        return True
    if db.session.scalar(select(exists().where(TrainingSession.election_id == election.id))):
        return True
    stored = union_all(*(select(table.conditions) for table in (Audience, Campaign, NewsItem)))
    conditions = (condition for (found,) in db.session.execute(stored) for condition in found)
    return any(condition.get("election_id") == election.id for condition in conditions)


def import_election(
    content: bytes, *, actor: Actor, now: datetime, municipality: str = "", is_sure: bool = False
) -> ElectionImport:
    """Add the election of an EML 110a, or bring the known one with its code up to date.

    What the file does not tell (counting, facts, who may apply) keeps the team's choice. Raises RuleBroken with the
    line for a file that is not an EML 110a, and for the field `is_sure` when an election is new or gets another area,
    and that is another `municipality` than the portal's or has no name, unless they are sure.
    """
    details = read_details(content)
    known = db.session.scalar(select(Election).where(Election.code == details.code))
    area = (details.domain_id, details.domain_name)
    if not is_sure and (known is None or (known.domain_id, known.domain_name) != area):
        doubt = _doubt(details, municipality)
        if doubt is not None:
            raise RuleBroken(doubt, field="is_sure")
    if known is None:
        return ElectionImport(create_election(details, actor=actor, now=now), is_new=True)
    kept = replace(details, counting=known.counting, candidates_may_apply=known.candidates_may_apply)
    return ElectionImport(known, is_new=False, changed=update_election(known, kept, actor=actor, now=now))


def _doubt(details: ElectionDetails, municipality: str) -> Phrase | None:
    """Why this may be the file of somebody else's election."""
    if details.domain_id and not details.domain_name:
        return phrase(
            "This file does not name the area of the election (ElectionDomain); it only has its number, %(number)s. "
            "Look whether it is the right file.",
            number=details.domain_id,
        )
    if details.type in OF_A_MUNICIPALITY and is_of_another(details.domain_name, municipality):
        return other_municipality(details.domain_name, municipality)
    return None


def other_municipality(found: str, own: str) -> Phrase:
    """A sentence that says so."""
    return phrase("This file is of %(found)s, and this portal is of %(own)s.", found=found, own=own)


def read_details(content: bytes) -> ElectionDetails:
    """What an EML 110a says of its election. Raises RuleBroken with the line."""
    try:
        head = eml.read_election(content)
    except FileRefused as refusal:
        raise file_refused(refusal) from None
    return ElectionDetails(
        code=fit(head.code, Election.code),
        name=fit(head.name, Election.name),
        type=head.type,
        voting_on=head.voting_date,
        nomination_on=head.nomination_date,
        domain_id=fit(head.domain_id or "", Election.domain_id),
        domain_name=fit(head.domain_name or "", Election.domain_name),
    )


def file_refused(refusal: FileRefused) -> RuleBroken:
    """The refusal of a file as a sentence with its place, for the field `file`."""
    if refusal.line is not None:
        return RuleBroken(phrase("Line %(line)s: %(reason)s", line=refusal.line, reason=refusal.text), field="file")
    return RuleBroken(refusal.text, field="file")


def has_answers(election: Election) -> bool:
    """Whether a member gave availability for this election."""
    given = exists().where(Availability.election_id == election.id, Availability.state != AvailabilityState.REQUESTED)
    return bool(db.session.scalar(select(given)))


def _is_known(code: str) -> bool:
    return db.session.scalar(select(Election.id).where(Election.code == code)) is not None


def _check(details: ElectionDetails) -> None:
    if not CODE.fullmatch(details.code):
        raise RuleBroken(
            phrase("Write the code with letters, digits, hyphens and underscores, such as GR2026_Utrecht."),
            field="code",
        )
    if details.nomination_on and details.nomination_on >= details.voting_on:
        raise RuleBroken(phrase("The nomination is before the voting day."), field="nomination_on")


def _values(details: ElectionDetails) -> dict[str, Any]:
    names = ("code", "name", "type", "voting_on", "nomination_on", "counting", "domain_id", "domain_name")
    values = {name: getattr(details, name) for name in (*names, "candidates_may_apply", *TEXTS)}
    return {name: value for name, value in values.items() if name not in TEXTS or value is not None}


def _given(value: str | None, default: str) -> str:
    return default if value is None else value


def _apply(election: Election, values: dict[str, Any]) -> tuple[str, ...]:
    changed = tuple(name for name, value in values.items() if getattr(election, name) != value)
    for name in changed:
        setattr(election, name, values[name])
    return changed
