"""Signing in: a password, then a code by e-mail, and only then a session (SECURITY §1).

The view commits between the steps: a counted try must stay counted, and no write transaction is open while a
password is hashed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.clock import local
from app.models.guard.row_guard import everyone
from app.phrases import Phrase, RuleBroken, phrase
from app.services.access import one_time_codes, rate_limits, sessions
from app.services.access.origins import Origin, counted_as, counted_as_name
from app.services.access.passwords import verify_password
from app.services.access.people import Person, find_by_name
from app.services.access.rate_limits import PASSWORD_PER_ACCOUNT, PASSWORD_PER_ADDRESS, PASSWORD_PER_PLACE
from app.services.accounts.locks import mail_lock, note_lock
from app.services.audit import Actor, record_event
from app.services.mail import undeliverable_addresses

WRONG_NAME_OR_PASSWORD = phrase(
    "That user name and password do not belong together. Check both. After %(count)s wrong tries you have to wait "
    "%(minutes)s minutes.",
    count=PASSWORD_PER_ACCOUNT.tries,
    minutes=15,
)


@dataclass(frozen=True, slots=True)
class PasswordTry:
    """A counted try that still has to be judged."""

    person: Person | None
    is_blocked: bool
    lock: Phrase | None  # what its owner is told of the lock; None where there is none, or nothing more is told


def count_password_try(typed_name: str, origin: Origin, now: datetime) -> PasswordTry:
    """Count the try before it is judged. Commit after it.

    A device on which this person signed in before has tries of its own, so that somebody who guesses elsewhere, or
    behind the same address, cannot keep the person out.
    """
    person = find_by_name(typed_name)
    place = origin.place_of(person)
    limit = PASSWORD_PER_PLACE if place else PASSWORD_PER_ACCOUNT
    who = counted_as(person, place) if person else counted_as_name(typed_name)
    tries = rate_limits.count_try(limit, who, now)
    from_address = rate_limits.count_try(PASSWORD_PER_ADDRESS, rate_limits.network_of(origin.ip), now)
    if tries.number == limit.tries + 1:
        note_lock(person, why="password", ip=origin.ip, now=now)
        mail_lock(person, place, tries, mail="sign_in_locked", why="password", now=now)
    counted = [(limit, tries), *([] if place else [(PASSWORD_PER_ADDRESS, from_address)])]
    locks = [tried for limit, tried in counted if tried.is_over(limit)]
    is_told = all(tried.is_told(limit) for limit, tried in counted)
    lock = _say_lock(place, max(tried.ends_at for tried in locks)) if locks and is_told else None
    return PasswordTry(person, bool(locks), lock)


def _say_lock(place: str, ends_at: datetime) -> Phrase:
    until = local(ends_at + timedelta(seconds=59)).replace(second=0, microsecond=0).time()  # not a minute too early
    if place:
        return phrase(
            "Your user name and password are right, but a wrong password was typed too often on this device. You can "
            "sign in from %(until)s. Or choose a new password: then you can go on at once.",
            until=until,
        )
    return phrase(
        "Your user name and password are right, but a wrong password was typed too often. You can sign in from "
        "%(until)s. On a device on which you signed in before it works now. Or choose a new password: then you can go "
        "on at once.",
        until=until,
    )


def judge_password(password_try: PasswordTry, password: str, origin: Origin, now: datetime) -> Person:
    """The person, when name and password belong together, the account is active and not blocked.

    The same work and the same RuleBroken for an unknown name, a wrong password, an inactive and a blocked account. Only
    who types the right password of an active account is told that it is locked, and until when.
    """
    person = password_try.person
    is_right = verify_password(person.user.password if person else None, password)
    if person is None or not is_right or not person.is_active or password_try.is_blocked:
        actor = Actor("", person.user.id if person else None, origin.ip)
        record_event(actor, "sign_in.refused", now=now, blocked=password_try.is_blocked)
        is_owner = is_right and person is not None and person.is_active
        raise RuleBroken(password_try.lock if is_owner and password_try.lock else WRONG_NAME_OR_PASSWORD)
    _take_back_try(person, origin)
    return person


def _take_back_try(person: Person, origin: Origin) -> None:
    """The password was right: who starts again because no code comes, or it comes late, is no guesser."""
    place = origin.place_of(person)
    rate_limits.refund(PASSWORD_PER_PLACE if place else PASSWORD_PER_ACCOUNT, counted_as(person, place))


@everyone("finish signing in")
def finish_sign_in(person: Person, origin: Origin, now: datetime) -> str:
    """After the right code only: its counters back to zero, sign-in noted, session opened. Gives the session token.

    The counters of other places stay: a stranger does not get new tries each time the owner signs in.
    """
    place = origin.place_of(person)
    rate_limits.reset(PASSWORD_PER_PLACE if place else PASSWORD_PER_ACCOUNT, counted_as(person, place))
    one_time_codes.forget_wrong_codes(person, place)
    # Many share one address behind a provider.
    rate_limits.refund(PASSWORD_PER_ADDRESS, rate_limits.network_of(origin.ip))
    person.account.last_sign_in_at = now
    person.user.last_login = now.replace(tzinfo=None)
    person.user.login_count = (person.user.login_count or 0) + 1
    actor = Actor(person.user.username, person.user.id, origin.ip)
    undeliverable_addresses.mark_confirmed(person, actor, now)
    record_event(actor, "sign_in.succeeded", now=now, member_id=person.member.id if person.member else None)
    return sessions.open_session(person.account, now=now, ip=origin.ip, agent=origin.agent)
