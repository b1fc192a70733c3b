"""Codes by e-mail: a challenge waits in the browser that asked for it until its code is typed (SECURITY §1).

Codes come from a fresh HOTP secret per challenge, sealed in the vault; the cookie holds only a random token.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import delete, select, update

from app.extensions import db, vault
from app.models import ChallengePurpose, SignInChallenge
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.access import rate_limits, sessions
from app.services.access.people import Person, find_person
from app.services.access.rate_limits import CODES_SENT, WRONG_CODES
from app.services.audit import Actor, record_event
from app.vault import CannotDecrypt

CODE_LIFETIME = timedelta(minutes=10)
CODE_TRIES = 5
RESEND_AFTER = timedelta(seconds=60)
MAX_RESENDS = 3
SIX_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)  # pyotp itself takes full-width digits


@everyone("start a challenge")
def start_challenge(person: Person, now: datetime, *, purpose: str = ChallengePurpose.SIGN_IN) -> tuple[str, str]:
    """A new challenge: its token for the cookie and its code for the mail. Older ones of this purpose die.

    Raises RuleBroken when too many codes were asked within the hour.
    """
    user_id = person.user.id
    if rate_limits.count_try(CODES_SENT, str(user_id), now) > CODES_SENT.tries:
        raise RuleBroken(phrase("You asked for too many codes. Wait an hour and try again."))
    db.session.execute(
        delete(SignInChallenge).where(SignInChallenge.user_id == user_id, SignInChallenge.purpose == purpose)
    )
    token, secret = secrets.token_urlsafe(32), pyotp.random_base32()
    token_hash = sessions.hash_token(token)
    db.session.add(
        SignInChallenge(
            token_hash=token_hash,
            user_id=user_id,
            purpose=purpose,
            epoch=person.account.epoch,
            sealed_secret=vault.encrypt(secret, owner=f"challenge:{token_hash}"),
            counter=0,
            tries=0,
            resends=0,
            created_at=now,
            expires_at=now + CODE_LIFETIME,
        )
    )
    db.session.flush()
    return token, pyotp.HOTP(secret).at(0)


@everyone("find a challenge")
def find_challenge(token: str | None, now: datetime, *, purpose: str) -> SignInChallenge | None:
    """The challenge that waits in the browser with this token, if it can still be answered."""
    if not token:
        return None
    found: SignInChallenge | None = db.session.scalar(
        _open_challenge(token, now, purpose).execution_options(populate_existing=True)
    )
    return found


@everyone("note that a code was handed over")
def note_sent(token: str, now: datetime) -> None:
    """The mail server took the code: from here the wait for a new one counts."""
    db.session.execute(_of(token).values(sent_at=now))


@everyone("kill a challenge")
def kill_challenge(token: str) -> None:
    """The code could not be handed over, or the person starts again: nothing opens with it any more."""
    db.session.execute(delete(SignInChallenge).where(SignInChallenge.token_hash == sessions.hash_token(token)))


@everyone("resend a code")
def renew_code(token: str, now: datetime, *, purpose: str) -> tuple[Person, str]:
    """A new code for the same challenge; the old one dies. Raises RuleBroken when too soon, too often or expired."""
    challenge = find_challenge(token, now, purpose=purpose)
    person = find_person(challenge.user_id) if challenge else None
    if challenge is None or person is None or not _is_current(challenge, person):
        raise RuleBroken(phrase("Your code has expired. Sign in again."))
    if challenge.resends >= MAX_RESENDS:
        raise RuleBroken(phrase("We sent you a code %(count)s times. Start again later.", count=MAX_RESENDS + 1))
    if challenge.sent_at and now < challenge.sent_at + RESEND_AFTER:
        raise RuleBroken(phrase("You can ask for a new code one minute after the last one."))
    counter = challenge.counter
    renewed = db.session.scalar(
        _of(token)
        .where(SignInChallenge.counter == counter)
        .values(counter=counter + 1, resends=challenge.resends + 1, expires_at=now + CODE_LIFETIME, sent_at=now)
        .returning(SignInChallenge.id)
    )
    if renewed is None:
        raise RuleBroken(phrase("You can ask for a new code one minute after the last one."))
    return person, pyotp.HOTP(_secret_of(challenge)).at(counter + 1)


@everyone("check a code")
def check_code(
    token: str | None, typed: str, ip: str, now: datetime, *, purpose: str, user_id: int | None = None
) -> Person:
    """The person, when this is the code of the challenge in this browser. Commit also after a refusal.

    `user_id` is who must have asked for it, where that is known: nobody confirms for somebody else.

    Raises RuleBroken: not six digits (not counted), wrong, too often wrong, expired. Used once, by one atomic UPDATE.
    """
    code = re.sub(r"[ \t\u00a0-]", "", typed)
    if not SIX_DIGITS.fullmatch(code):
        raise RuleBroken(phrase("The code has 6 digits. Check the e-mail and type the code again."), field="code")
    challenge = _take_try(token, now, purpose)
    person = find_person(challenge.user_id) if challenge else None
    if challenge is None or person is None or user_id not in (None, person.user.id):
        raise RuleBroken(phrase("This code is no longer valid. Ask for a new one."))
    if not _is_current(challenge, person) or not _count_answer(person, now):
        raise RuleBroken(phrase("This code is no longer valid. Ask for a new one."))
    if not pyotp.HOTP(_secret_of(challenge)).verify(code, challenge.counter):
        raise _refuse_code(challenge, person, ip, now)
    if not _use(challenge, now):
        raise RuleBroken(phrase("This code is no longer valid. Ask for a new one."))
    rate_limits.refund(WRONG_CODES, str(person.user.id))
    return person


@everyone("remove old challenges")
def delete_old_challenges(now: datetime) -> None:
    """Remove the challenges that can no longer be answered."""
    db.session.execute(delete(SignInChallenge).where(SignInChallenge.expires_at <= now))


def tries_left(challenge: SignInChallenge) -> int:
    """How often a code may still be typed for this challenge."""
    return CODE_TRIES - challenge.tries


def _open_challenge(token: str, now: datetime, purpose: str):  # type: ignore[no-untyped-def]
    return select(SignInChallenge).where(
        SignInChallenge.token_hash == sessions.hash_token(token),
        SignInChallenge.purpose == purpose,
        SignInChallenge.used_at.is_(None),
        SignInChallenge.expires_at > now,
        SignInChallenge.tries < CODE_TRIES,
    )


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


def _count_answer(person: Person, now: datetime) -> bool:
    """Counted as wrong before it is judged, so that parallel guesses share no try; a right one is given back."""
    return rate_limits.count_try(WRONG_CODES, str(person.user.id), now) <= WRONG_CODES.tries


def _refuse_code(challenge: SignInChallenge, person: Person, ip: str, now: datetime) -> RuleBroken:
    record_event(Actor(person.user.username, person.user.id, ip), "sign_in.code_refused", now=now)
    left = tries_left(challenge)
    if left <= 0:
        return RuleBroken(phrase("You typed a wrong code too often. Ask for a new code."))
    return RuleBroken(
        phrase("That is not the code in the newest e-mail. Tries left: %(count)s.", count=left), field="code"
    )


def _use(challenge: SignInChallenge, now: datetime) -> bool:
    used = db.session.scalar(
        update(SignInChallenge)
        .where(SignInChallenge.id == challenge.id, SignInChallenge.used_at.is_(None))
        .where(SignInChallenge.counter == challenge.counter)
        .values(used_at=now)
        .returning(SignInChallenge.id)
    )
    return used is not None


def _secret_of(challenge: SignInChallenge) -> str:
    try:
        return vault.decrypt(challenge.sealed_secret, owner=f"challenge:{challenge.token_hash}")
    except CannotDecrypt:  # the key was taken away in between
        raise RuleBroken(phrase("Your code has expired. Sign in again.")) from None
