"""Members whose e-mail address does not work: found when a mail is refused or comes back, cleared when one arrives.

A couple may share an address: what is known of it holds for every member who has it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.extensions import db
from app.models import Member
from app.models.guard.row_guard import everyone
from app.services.access.people import Person
from app.services.audit import Actor, record_event


@everyone("note that an address does not work")
def mark_broken(address: str, reason: str, *, by_report: bool, actor: Actor, now: datetime) -> list[int]:
    """No mails of notifications go there any more, and the team and the member see why. Gives the ids of members.

    `reason` is what the mail server or, with `by_report`, a delivery report said.
    """
    found = update(Member).where(Member.email == address.lower(), Member.email_broken_at.is_(None))
    values: dict[str, Any] = {"email_broken_at": now, "email_broken_reason": reason[:300]}
    ids = _change(found.values(email_broken_by_report=by_report, **values))
    for member_id in ids:
        record_event(actor, "email.broken", now=now, member_id=member_id)
    return ids


@everyone("note that an address works")
def mark_accepted(address: str, *, actor: Actor, now: datetime) -> None:
    """The mail server takes mail for this address again. After a report of failure that proves nothing."""
    found = update(Member).where(Member.email == address.lower(), Member.email_broken_at.is_not(None))
    for member_id in _change(found.where(Member.email_broken_by_report.is_(False)).values(email_broken_at=None)):
        record_event(actor, "email.works", now=now, member_id=member_id)


def mark_confirmed(person: Person, actor: Actor, now: datetime) -> None:
    """A code that was mailed has been typed: the address works, whatever was reported."""
    member = person.member
    if member is None or member.email_broken_at is None:
        return
    member.email_broken_at, member.email_broken_by_report = None, False
    record_event(actor, "email.works", now=now, subject=member, member_id=member.id)


def _change(found: Any) -> list[int]:
    changed = found.returning(Member.id).execution_options(synchronize_session=False)
    return sorted(db.session.scalars(changed))
