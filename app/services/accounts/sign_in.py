"""Signing in: a password, then a code by e-mail, and only then a session (SECURITY §1).

The view commits between the steps: a counted try must stay counted, and no write transaction is open while a
password is hashed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.access import rate_limits, sessions
from app.services.access.passwords import verify_password
from app.services.access.people import Person, find_by_name
from app.services.access.rate_limits import (
    PASSWORD_PER_ACCOUNT,
    PASSWORD_PER_ADDRESS,
    PASSWORD_PER_DEVICE,
    WRONG_CODES,
)
from app.services.audit import Actor, record_event
from app.services.mail import outbox, undeliverable_addresses

WRONG_NAME_OR_PASSWORD = phrase(
    "That user name and password do not belong together. Check both. After %(count)s wrong tries you have to wait "
    "%(minutes)s minutes.",
    count=PASSWORD_PER_ACCOUNT.tries,
    minutes=15,
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a sign-in comes from: address, browser, and the device's id if this person signed in on it before."""

    ip: str
    agent: str = ""
    device: str | None = None
    device_user_id: int | None = None


@dataclass(frozen=True, slots=True)
class PasswordTry:
    """A counted try that still has to be judged."""

    person: Person | None
    is_blocked: bool
    name: str


def count_password_try(typed_name: str, origin: Origin, now: datetime) -> PasswordTry:
    """Count the try before it is judged. Commit after it.

    A device on which this person signed in before has a counter of its own, so that somebody who guesses elsewhere
    cannot keep the person out.
    """
    person = find_by_name(typed_name)
    name = str(person.user.id) if person else typed_name.strip().lower()
    is_known = person is not None and origin.device is not None and origin.device_user_id == person.user.id
    limit = PASSWORD_PER_DEVICE if is_known else PASSWORD_PER_ACCOUNT
    tries = rate_limits.count_try(limit, str(origin.device) if is_known else name, now)
    from_address = rate_limits.count_try(PASSWORD_PER_ADDRESS, rate_limits.network_of(origin.ip), now)
    if person and not is_known and tries == limit.tries + 1:
        _tell_of_lock(person, origin, now)
    return PasswordTry(person, tries > limit.tries or from_address > PASSWORD_PER_ADDRESS.tries, typed_name)


def judge_password(password_try: PasswordTry, password: str, origin: Origin, now: datetime) -> Person:
    """The person, when name and password belong together, the account is active and not blocked.

    The same work and the same RuleBroken for an unknown name, a wrong password, an inactive and a blocked account.
    """
    person = password_try.person
    is_right = verify_password(person.user.password if person else None, password)
    if person is None or not is_right or not person.is_active or password_try.is_blocked:
        actor = Actor("", person.user.id if person else None, origin.ip)
        record_event(actor, "sign_in.refused", now=now, blocked=password_try.is_blocked)
        raise RuleBroken(WRONG_NAME_OR_PASSWORD)
    return person


@everyone("finish signing in")
def finish_sign_in(person: Person, origin: Origin, now: datetime) -> str:
    """After the right code only: counters back to zero, sign-in noted, session opened. Gives the session token."""
    name = str(person.user.id)
    rate_limits.reset(PASSWORD_PER_ACCOUNT, name)
    rate_limits.reset(WRONG_CODES, name)
    rate_limits.refund(
        PASSWORD_PER_ADDRESS, rate_limits.network_of(origin.ip)
    )  # many share one address behind a provider
    if origin.device:
        rate_limits.reset(PASSWORD_PER_DEVICE, origin.device)
    person.account.last_sign_in_at = now
    person.user.last_login = now.replace(tzinfo=None)
    person.user.login_count = (person.user.login_count or 0) + 1
    actor = Actor(person.user.username, person.user.id, origin.ip)
    undeliverable_addresses.mark_confirmed(person, actor, now)
    record_event(actor, "sign_in.succeeded", now=now, member_id=person.member.id if person.member else None)
    return sessions.open_session(person.account, now=now, ip=origin.ip, agent=origin.agent)


def _tell_of_lock(person: Person, origin: Origin, now: datetime) -> None:
    """The owner learns that somebody tries, and how to get in at once: by a new password."""
    record_event(Actor("", person.user.id, origin.ip), "sign_in.locked", now=now)
    if person.email and person.is_active:
        outbox.queue_mail(
            "sign_in_locked",
            recipient=person.email,
            user_id=person.user.id,
            locale=person.account.locale,
            values={"name": person.name, "user_name": person.user.username},
            now=now,
            deduplication_key=f"sign_in_locked:{person.user.id}:{now:%Y%m%d%H}",
        )
