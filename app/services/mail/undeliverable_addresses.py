"""Members whose e-mail address does not work: found when a mail is refused or comes back, cleared when one arrives.

A couple may share an address: what is known of it holds for every member who has it.

A few of many addresses are wrong; a server that says it of one after another is wrong itself. So marking stops after
MOST_IN_A_WHILE, and the team is told, in the portal and in the log.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, distinct, exists, func, select, update

from app.addresses import one_spelling
from app.extensions import db
from app.models import AuditEvent, Member
from app.models.base import UtcDateTime
from app.models.guard.row_guard import everyone
from app.services.access.people import Person
from app.services.audit import Actor, record_event
from app.services.waiting import Asked
from app.typed.texts import fit

log = logging.getLogger(__name__)

MOST_IN_A_WHILE: Final = 10  # addresses
WHILE: Final = timedelta(hours=1)
TOLD_FOR: Final = timedelta(days=7)  # so long the team sees that marking stopped
STOPPED: Final = "email.marking_stopped"


class TooManyBroken(Exception):
    """So many addresses were marked that the mail server itself may be wrong: nothing more is marked for a while."""


@everyone("note that an address does not work")
def mark_broken(
    address: str,
    reason: str,
    *,
    by_report: bool,
    actor: Actor,
    now: datetime,
    most: int = MOST_IN_A_WHILE,
) -> list[int]:
    """No mails of notifications go there any more, and the team and the member see why. Gives the ids of members.

    `reason` is what the mail server or, with `by_report`, a delivery report said. Raises TooManyBroken, and marks
    nobody, when `most` addresses were marked within a while: then call `note_stop`.
    """
    is_known = Member.email == one_spelling(address), Member.email_broken_at.is_(None)
    if not db.session.scalar(select(exists().where(*is_known))):
        return []
    if count_lately_broken(now) >= most:
        raise TooManyBroken
    values: dict[str, Any] = {"email_broken_at": now, "email_broken_reason": fit(reason, Member.email_broken_reason)}
    ids = _change(update(Member).where(*is_known).values(email_broken_by_report=by_report, **values))
    for member_id in ids:
        record_event(actor, "email.broken", now=now, member_id=member_id)
    return ids


def count_lately_broken(now: datetime) -> int:
    """How many addresses were marked within the last while."""
    lately = select(func.count(distinct(Member.email))).where(Member.email_broken_at > now - WHILE)
    return db.session.scalar(lately) or 0


@everyone("note that marking stopped")
def note_stop(actor: Actor, now: datetime) -> None:
    """Tell the team, once in a while: in the portal, after the commit, and in the log."""
    stopped_at = last_stop(now)
    if stopped_at is None or stopped_at <= now - WHILE:
        log.error("more than %s addresses in an hour are said not to exist: no more are marked", MOST_IN_A_WHILE)
        record_event(actor, "email.marking_stopped", now=now)


_LAST_STOP: Final = select(func.max(AuditEvent.at)).where(
    AuditEvent.action == STOPPED, AuditEvent.at > bindparam("told_since", type_=UtcDateTime())
)


LAST_STOP: Final = Asked(_LAST_STOP.scalar_subquery(), lambda now: {"told_since": now - TOLD_FOR})


@everyone("see whether marking stopped")
def last_stop(now: datetime) -> datetime | None:
    """When marking last stopped, as long as the team is told of it."""
    found: datetime | None = db.session.scalar(_LAST_STOP, LAST_STOP.given(now))
    return found


@everyone("note that an address works")
def mark_accepted(address: str, *, actor: Actor, now: datetime) -> None:
    """The mail server takes mail for this address again. After a report of failure that proves nothing."""
    found = update(Member).where(Member.email == one_spelling(address), Member.email_broken_at.is_not(None))
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
