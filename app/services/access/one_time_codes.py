"""Codes by e-mail: a challenge waits in the browser that asked for it until its code is typed (SECURITY §1).

Codes come from a fresh HOTP secret per challenge, sealed in the vault; the cookie holds only a random token.
"""

from __future__ import annotations

import base64
import re
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

import pyotp
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy import text as sql
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db, vault
from app.models import ChallengePurpose, SignInChallenge
from app.models.guard.row_guard import everyone
from app.models.shortcuts.kept_statements import run_kept
from app.phrases import RuleBroken, phrase
from app.services.access import code_refusals, rate_limits, sessions
from app.services.access.code_refusals import ACCOUNT_CHANGED, CODE_LIFETIME, WHY_CLOSED, CodeState
from app.services.access.origins import ANYWHERE, counted_as
from app.services.access.people import Person, find_person
from app.services.access.rate_limits import CODES_SENT, PROOFS_SENT, WRONG_CODES, WRONG_CODES_PER_PLACE, Limit, Tries
from app.services.access.sessions import TOKEN_BYTES
from app.services.atomic import change_if
from app.services.audit import Actor, record_event
from app.services.bulk import is_postgresql
from app.vault import CannotDecrypt

SECRET_BYTES = 20  # as pyotp makes them, in one draw
CODE_TRIES = 5
RESEND_AFTER = timedelta(seconds=60)
MAX_RESENDS = 3
RENEWABLE = timedelta(hours=1)  # so long after the password a new code may be asked for without typing it again
KEPT = timedelta(days=1)  # so long the page can still say that a code has expired
SIX_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)  # pyotp itself takes full-width digits


@everyone("start a challenge")
def start_challenge(
    person: Person,
    now: datetime,
    *,
    purpose: str = ChallengePurpose.SIGN_IN,
    place: str = ANYWHERE,
    email: str | None = None,
) -> tuple[str, str]:
    """A new challenge: its token for the cookie and its code for the mail. An older one of this place dies.

    `email` is where the code goes when that is not the account's own address.

    One statement puts it in place of the one that waits, so two that are asked at once are not both open. Raises
    CodesLocked when too many codes were asked, or typed wrong, at this place within the hour.
    """
    who = counted_as(person, place)
    lock = rate_limits.find_lock(_limit_of(place), who, now)
    if lock:
        raise code_refusals.typed_wrong(person, place, lock, lock.minutes(now))
    limit = PROOFS_SENT if email else CODES_SENT
    asked = rate_limits.count_try(limit, who, now)
    if asked.number > limit.tries:
        is_new = asked.number == limit.tries + 1
        raise code_refusals.asked_too_often(person, place, asked, asked.minutes(now), is_new=is_new)
    token, secret = secrets.token_urlsafe(TOKEN_BYTES), base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    _put_in_place({**_new_challenge(token, secret, person, purpose, place, now), "email": email})
    return token, pyotp.HOTP(secret).at(0)


def _new_challenge(
    token: str, secret: str, person: Person, purpose: str, place: str, now: datetime
) -> dict[str, object]:
    token_hash = sessions.hash_token(token)
    return {
        "token_hash": token_hash,
        "user_id": person.user.id,
        "purpose": purpose,
        "place": place,
        "epoch": person.account.epoch,
        "sealed_secret": vault.encrypt(secret, owner=f"challenge:{token_hash}"),
        "counter": 0,
        "tries": 0,
        "resends": 0,
        "created_at": now,
        "sent_at": None,
        "expires_at": now + CODE_LIFETIME,
    }


def _put_in_place(values: dict[str, object]) -> None:
    """Insert the challenge, or write it over the one that waits for this user, purpose and place."""
    run_kept(db.session(), _write_over(tuple(values), is_postgresql=is_postgresql()), values)


_CHALLENGES: Any = SignInChallenge.__table__


@cache
def _write_over(columns: tuple[str, ...], *, is_postgresql: bool) -> Any:
    statement = (postgresql if is_postgresql else sqlite).insert(_CHALLENGES)
    return statement.on_conflict_do_update(
        index_elements=["user_id", "purpose", "place"],
        index_where=sql("used_at IS NULL"),
        set_={name: statement.excluded[name] for name in columns},
    )


@everyone("find a challenge")
def find_challenge(token: str | None, *, purpose: str) -> SignInChallenge | None:
    """The challenge of the browser with this token, also when it can no longer be answered: see `state_of`."""
    if not token:
        return None
    found = select(SignInChallenge).where(
        SignInChallenge.token_hash == sessions.hash_token(token), SignInChallenge.purpose == purpose
    )
    return db.session.scalar(found.execution_options(populate_existing=True))


def state_of(challenge: SignInChallenge | None, now: datetime) -> CodeState:
    """Whether its code can be typed, and if not, why."""
    if challenge is None:
        return CodeState.GONE
    if challenge.used_at is not None:
        return CodeState.USED
    if challenge.expires_at <= now:
        return CodeState.EXPIRED if now < challenge.created_at + KEPT else CodeState.GONE
    return CodeState.OPEN if challenge.tries < CODE_TRIES else CodeState.WRONG


def may_renew(challenge: SignInChallenge, now: datetime) -> bool:
    """Whether a new code may be asked for here, without starting again: also of an expired one."""
    is_fresh = challenge.used_at is None and now < challenge.created_at + RENEWABLE
    return is_fresh and challenge.resends < MAX_RESENDS


@everyone("note that a code was handed over")
def note_sent(token: str, now: datetime) -> None:
    """The mail server took the code: from here the wait for a new one counts."""
    run_kept(db.session(), _NOTE_SENT, {"of_token": sessions.hash_token(token), "now": now})


_NOTE_SENT: Final = (
    update(_CHALLENGES)
    .where(_CHALLENGES.c.token_hash == bindparam("of_token"))
    .values(sent_at=bindparam("now", type_=_CHALLENGES.c.sent_at.type))
)


@everyone("forget a code that was not sent")
def forget_unsent(token: str, person: Person) -> None:
    """The code could not be handed over: nothing opens with it, and it does not count as one that was asked for.

    To an address that was typed it does count: nobody tries out with us which addresses exist.
    """
    is_it = SignInChallenge.token_hash == sessions.hash_token(token)
    gone = delete(SignInChallenge).where(is_it).returning(SignInChallenge.place, SignInChallenge.email)
    found = db.session.execute(gone).one_or_none()
    if found is not None and found.email is None:
        rate_limits.refund(CODES_SENT, counted_as(person, found.place))


@everyone("resend a code")
def renew_code(token: str, now: datetime, *, purpose: str) -> tuple[SignInChallenge, Person, str]:
    """A new code for the same challenge, with tries of its own; the old one dies.

    An expired challenge gets one too, within the hour. Raises RuleBroken when too soon, too often or too late.
    """
    challenge = find_challenge(token, purpose=purpose)
    person = find_person(challenge.user_id) if challenge else None
    if challenge is None or person is None or challenge.used_at or now >= challenge.created_at + RENEWABLE:
        raise RuleBroken(WHY_CLOSED[CodeState.USED if challenge and challenge.used_at else CodeState.GONE])
    if not _is_current(challenge, person):
        raise RuleBroken(ACCOUNT_CHANGED)
    lock = rate_limits.find_lock(_limit_of(challenge.place), counted_as(person, challenge.place), now)
    if lock:
        raise code_refusals.typed_wrong(person, challenge.place, lock, lock.minutes(now))
    if challenge.resends >= MAX_RESENDS:
        raise RuleBroken(phrase("We sent you a code %(count)s times. Start again later.", count=MAX_RESENDS + 1))
    if challenge.sent_at and now < challenge.sent_at + RESEND_AFTER:
        raise RuleBroken(phrase("You can ask for a new code one minute after the last one."))
    counter = challenge.counter
    is_renewed = change_if(
        SignInChallenge,
        SignInChallenge.token_hash == challenge.token_hash,
        SignInChallenge.counter == counter,
        SignInChallenge.used_at.is_(None),
        counter=counter + 1,
        tries=0,
        resends=challenge.resends + 1,
        expires_at=now + CODE_LIFETIME,
        sent_at=now,
    )
    if not is_renewed:
        raise RuleBroken(phrase("You can ask for a new code one minute after the last one."))
    return challenge, person, pyotp.HOTP(_secret_of(challenge)).at(counter + 1)


@everyone("check a code")
def check_code(
    token: str | None, typed: str, ip: str, now: datetime, *, purpose: str, user_id: int | None = None
) -> Person:
    """The person, when this is the code of the challenge in this browser. Commit also after a refusal.

    `user_id` is who must have asked for it, where that is known: nobody confirms for somebody else.

    Raises RuleBroken: not six digits (not counted), wrong, expired, used or replaced, each by its name; CodesLocked
    when wrong too often at its place. Used once, by one atomic UPDATE.
    """
    code = re.sub(r"[ \t\u00a0-]", "", typed)
    if not SIX_DIGITS.fullmatch(code):
        raise RuleBroken(phrase("The code has 6 digits. Check the e-mail and type the code again."), field="code")
    challenge = _take_try(token, now, purpose)
    person = find_person(challenge.user_id) if challenge else None
    if challenge is None or person is None or user_id not in (None, person.user.id):
        raise _why_closed(token, now, purpose)
    if not _is_current(challenge, person):
        raise RuleBroken(ACCOUNT_CHANGED)
    limit, who = _limit_of(challenge.place), counted_as(person, challenge.place)
    # Counted as wrong before it is judged, so that parallel guesses share no try; a right one is given back.
    tries = rate_limits.count_try(limit, who, now)
    if tries.number > limit.tries:
        raise code_refusals.typed_wrong(person, challenge.place, tries, tries.minutes(now))
    if not pyotp.HOTP(_secret_of(challenge)).verify(code, challenge.counter):
        raise _refuse_code(challenge, person, tries, ip, now)
    if not _use(challenge, now):
        raise _why_closed(token, now, purpose)
    rate_limits.refund(limit, who)
    return person


@everyone("forget wrong codes")
def forget_wrong_codes(person: Person, place: str) -> None:
    """The right code was typed at this place: the wrong ones of before do not count any more."""
    rate_limits.reset(_limit_of(place), counted_as(person, place))


@everyone("remove old challenges")
def delete_old_challenges(now: datetime) -> None:
    """Remove the challenges that can no longer be answered, when nobody comes back to ask why."""
    db.session.execute(delete(SignInChallenge).where(SignInChallenge.expires_at <= now - KEPT))


def tries_left(challenge: SignInChallenge) -> int:
    """How often a code may still be typed for this challenge."""
    return CODE_TRIES - challenge.tries


def _why_closed(token: str | None, now: datetime, purpose: str) -> RuleBroken:
    """Why the code of this browser cannot be typed; whose it is does not matter."""
    state = state_of(find_challenge(token, purpose=purpose), now)
    return RuleBroken(WHY_CLOSED.get(state, WHY_CLOSED[CodeState.GONE]))


def _of(token: str):  # type: ignore[no-untyped-def]
    return update(SignInChallenge).where(SignInChallenge.token_hash == sessions.hash_token(token))


def _take_try(token: str | None, now: datetime, purpose: str) -> SignInChallenge | None:
    """Count the try first, so that parallel guesses cannot share one; then read what is to be answered."""
    if not token:
        return None
    taken = db.session.scalar(
        _of(token)
        .where(
            SignInChallenge.purpose == purpose,
            SignInChallenge.used_at.is_(None),
            SignInChallenge.expires_at > now,
            SignInChallenge.tries < CODE_TRIES,
        )
        .values(tries=SignInChallenge.tries + 1)
        .returning(SignInChallenge.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        return None
    return db.session.get(SignInChallenge, taken, populate_existing=True)


def _is_current(challenge: SignInChallenge, person: Person) -> bool:
    return challenge.epoch == person.account.epoch and person.is_active


def _limit_of(place: str) -> Limit:
    return WRONG_CODES_PER_PLACE if place else WRONG_CODES


def _refuse_code(challenge: SignInChallenge, person: Person, tries: Tries, ip: str, now: datetime) -> RuleBroken:
    record_event(Actor(person.user.username, person.user.id, ip), "sign_in.code_refused", now=now)
    if tries.number >= _limit_of(challenge.place).tries:
        return code_refusals.typed_wrong(person, challenge.place, tries, tries.minutes(now), is_new=True)
    left = tries_left(challenge)
    if left <= 0:
        return RuleBroken(WHY_CLOSED[CodeState.WRONG])
    return RuleBroken(
        phrase("That is not the code in the newest e-mail. Tries left: %(count)s.", count=left), field="code"
    )


def _use(challenge: SignInChallenge, now: datetime) -> bool:
    return change_if(
        SignInChallenge,
        SignInChallenge.token_hash == challenge.token_hash,
        SignInChallenge.used_at.is_(None),
        SignInChallenge.counter == challenge.counter,
        used_at=now,
    )


def _secret_of(challenge: SignInChallenge) -> str:
    try:
        return vault.decrypt(challenge.sealed_secret, owner=f"challenge:{challenge.token_hash}")
    except CannotDecrypt:  # the key was taken away in between
        raise RuleBroken(WHY_CLOSED[CodeState.GONE]) from None
