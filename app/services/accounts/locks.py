"""A lock is told to its owner by mail: until when, where, and the way out (SECURITY §1).

Once an hour for an account, a place and a reason: whoever keeps guessing fills no mailbox.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from app.services.access.code_refusals import CodesLocked
from app.services.access.people import Person
from app.services.access.rate_limits import Tries
from app.services.audit import Actor, record_event
from app.services.mail import outbox


@contextmanager
def tells_of_lock(*, ip: str, now: datetime) -> Iterator[None]:
    """Mail the owner when codes get locked in this block. Commit also after the refusal, which goes on."""
    try:
        yield
    except CodesLocked as lock:
        if lock.is_new:
            note_lock(lock.person, why=lock.why, ip=ip, now=now)
        mail_lock(lock.person, lock.place, lock.tries, mail="codes_locked", why=lock.why, now=now)
        raise


def note_lock(person: Person | None, *, why: str, ip: str, now: datetime) -> None:
    """A line in the audit trail. `why` is "password", "wrong" (codes) or "asked" (codes)."""
    record_event(Actor("", person.user.id if person else None, ip), "sign_in.locked", now=now, why=why)


def mail_lock(person: Person | None, place: str, tries: Tries, *, mail: str, why: str, now: datetime) -> None:
    """Queue the mail with this template. For nobody the same work is done, so that the time tells nothing."""
    user_id = person.user.id if person else None
    outbox.queue_if_known(
        mail,
        recipient=person.email if person and person.is_active else None,
        user_id=user_id,
        locale=person.account.locale if person else "",
        values={
            "name": person.name if person else "",
            "user_name": person.user.username if person else "",
            "where": place.partition(":")[0],  # "device", "session", or empty for all other browsers
            "why": why,
            "until": tries.ends_at.isoformat(),
        },
        now=now,
        deduplication_key=f"locked:{user_id}:{why}:{place[:40]}:{now:%Y%m%d%H}",
    )
