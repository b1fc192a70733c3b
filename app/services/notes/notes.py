"""Notes on a member: what colleagues tell each other. No member reads them, and the audit trail holds no text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, exists, select

from app.extensions import db
from app.models import Member, MemberNote, User
from app.models.shortcuts.kept_statements import run_kept
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.waiting import MEMBER_ID
from app.typed.texts import tidy_text

LONGEST_BODY: Final = 2_000  # characters
HAS_NOTES: Final = exists().where(MemberNote.member_id == Member.id)  # of a row of Member


def add_note(member: Member, typed: str, *, actor: Actor, now: datetime) -> MemberNote:
    """Write a note. Raises RuleBroken (field "body") for one that is empty or too long."""
    body = tidy_text(typed)
    if not body:
        raise RuleBroken(phrase("Write the note."), field="body")
    if len(body) > LONGEST_BODY:
        raise RuleBroken(
            phrase("Your note has %(length)s characters. Write at most %(most)s.", length=len(body), most=LONGEST_BODY),
            field="body",
        )
    note = MemberNote(member_id=member.id, author_user_id=actor.user_id, body=body, created_at=now)
    db.session.add(note)
    db.session.flush()
    record_event(actor, "member_note.added", now=now, subject=note, member_id=member.id)
    return note


def delete_note(note: MemberNote, *, actor: Actor, now: datetime) -> None:
    """Take a note away; any colleague may, and the audit trail says who did."""
    record_event(actor, "member_note.deleted", now=now, subject=note, member_id=note.member_id)
    db.session.delete(note)
    db.session.flush()


# Made once, for any member.
_LATEST: Final = (
    select(
        MemberNote.id, MemberNote.body, MemberNote.created_at, (User.first_name + " " + User.last_name).label("author")
    )
    .outerjoin(User, User.id == MemberNote.author_user_id)
    .where(MemberNote.member_id == MEMBER_ID)
    .order_by(MemberNote.created_at.desc(), MemberNote.id.desc())
    .limit(bindparam("limit"))
)


def list_notes(member_id: int, *, limit: int) -> Sequence[Any]:
    """The latest notes on a member: id, body, created at, and the name of the author. One statement."""
    return run_kept(db.session(), _LATEST, {MEMBER_ID.key: member_id, "limit": limit}).all()
