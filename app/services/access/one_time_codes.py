"""Codes by e-mail: a challenge waits in the browser that asked for it until its code is typed (SECURITY §1).

Codes come from a fresh HOTP secret per challenge, sealed in the vault; the cookie holds only a random token.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy import text as sql
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db, vault
from app.models import ChallengePurpose, SignInChallenge
from app.models.guard.row_guard import everyone
from app.phrases import Phrase, RuleBroken, phrase
from app.services.access import rate_limits, sessions
from app.services.access.origins import ANYWHERE, counted_as
from app.services.access.people import Person, find_person
from app.services.access.rate_limits import CODES_SENT, WRONG_CODES, WRONG_CODES_PER_PLACE, Limit, Tries
from app.services.atomic import change_if
from app.services.audit import Actor, record_event
from app.services.bulk import is_postgresql
from app.vault import CannotDecrypt

CODE_LIFETIME = timedelta(minutes=10)
CODE_TRIES = 5
RESEND_AFTER = timedelta(seconds=60)
MAX_RESENDS = 3
NO_LONGER_VALID = phrase("This code is no longer valid: it is too old, was used, or a newer one was asked for.")
SIX_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)  # pyotp itself takes full-width digits


class CodesLocked(RuleBroken):
    """No code can be typed or asked for at this place until `tries` end. `why`: "wrong" or "asked" too often.

    `is_new`: this was the try that locked it.
    """

    def __init__(self, text: Phrase, person: Person, place: str, tries: Tries, *, why: str, is_new: bool) -> None:
        super().__init__(text)
        self.person, self.place, self.tries, self.why, self.is_new = person, place, tries, why, is_new


@everyone("start a challenge")
def start_challenge(
    person: Person, now: datetime, *, purpose: str = ChallengePurpose.SIGN_IN, place: str = ANYWHERE
) -> tuple[str, str]:
    """A new challenge: its token for the cookie and its code for the mail. An older one of this place dies.

    One statement puts it in place of the one that waits, so two that are asked at once are not both open. Raises
    CodesLocked when too many codes were asked, or typed wrong, at this place within the hour.
    """
    who = counted_as(person, place)
    lock = rate_limits.find_lock(_limit_of(place), who, now)
    if lock:
        raise _locked(person, place, lock, now)
    asked = rate_limits.count_try(CODES_SENT, who, now)
    if asked.number > CODES_SENT.tries:
        is_new = asked.number == CODES_SENT.tries + 1
        text = _asked_too_often(place, asked.minutes(now))
        raise CodesLocked(text, person, place, asked, why="asked", is_new=is_new)
    token, secret = secrets.token_urlsafe(32), pyotp.random_base32()
    _put_in_place(_new_challenge(token, secret, person, purpose, place, now))
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
    dialect = postgresql if is_postgresql() else sqlite
    statement = dialect.insert(SignInChallenge).values(**values)
    statement = statement.on_conflict_do_update(
        index_elements=["user_id", "purpose", "place"], index_where=sql("used_at IS NULL"), set_=values
    )
    db.session.execute(statement)


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
    is_renewed = change_if(
        SignInChallenge,
        SignInChallenge.token_hash == challenge.token_hash,
        SignInChallenge.counter == counter,
        counter=counter + 1,
        resends=challenge.resends + 1,
        expires_at=now + CODE_LIFETIME,
        sent_at=now,
    )
    if not is_renewed:
        raise RuleBroken(phrase("You can ask for a new code one minute after the last one."))
    return person, pyotp.HOTP(_secret_of(challenge)).at(counter + 1)


@everyone("check a code")
def check_code(
    token: str | None, typed: str, ip: str, now: datetime, *, purpose: str, user_id: int | None = None
) -> Person:
    """The person, when this is the code of the challenge in this browser. Commit also after a refusal.

    `user_id` is who must have asked for it, where that is known: nobody confirms for somebody else.

    Raises RuleBroken: not six digits (not counted), wrong, expired; CodesLocked when wrong too often at its place. Used
    once, by one atomic UPDATE.
    """
    code = re.sub(r"[ \t\u00a0-]", "", typed)
    if not SIX_DIGITS.fullmatch(code):
        raise RuleBroken(phrase("The code has 6 digits. Check the e-mail and type the code again."), field="code")
    challenge = _take_try(token, now, purpose)
    person = find_person(challenge.user_id) if challenge else None
    if challenge is None or person is None or user_id not in (None, person.user.id):
        raise RuleBroken(NO_LONGER_VALID)
    if not _is_current(challenge, person):
        raise RuleBroken(NO_LONGER_VALID)
    limit, who = _limit_of(challenge.place), counted_as(person, challenge.place)
    # Counted as wrong before it is judged, so that parallel guesses share no try; a right one is given back.
    tries = rate_limits.count_try(limit, who, now)
    if tries.number > limit.tries:
        raise _locked(person, challenge.place, tries, now)
    if not pyotp.HOTP(_secret_of(challenge)).verify(code, challenge.counter):
        raise _refuse_code(challenge, person, tries, ip, now)
    if not _use(challenge, now):
        raise RuleBroken(NO_LONGER_VALID)
    rate_limits.refund(limit, who)
    return person


@everyone("forget wrong codes")
def forget_wrong_codes(person: Person, place: str) -> None:
    """The right code was typed at this place: the wrong ones of before do not count any more."""
    rate_limits.reset(_limit_of(place), counted_as(person, place))


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


def _limit_of(place: str) -> Limit:
    return WRONG_CODES_PER_PLACE if place else WRONG_CODES


def _refuse_code(challenge: SignInChallenge, person: Person, tries: Tries, ip: str, now: datetime) -> RuleBroken:
    record_event(Actor(person.user.username, person.user.id, ip), "sign_in.code_refused", now=now)
    if tries.number >= _limit_of(challenge.place).tries:
        return _locked(person, challenge.place, tries, now, is_new=True)
    left = tries_left(challenge)
    if left <= 0:
        return RuleBroken(phrase("You typed a wrong code too often. Ask for a new code."))
    return RuleBroken(
        phrase("That is not the code in the newest e-mail. Tries left: %(count)s.", count=left), field="code"
    )


def _locked(person: Person, place: str, tries: Tries, now: datetime, *, is_new: bool = False) -> CodesLocked:
    minutes = tries.minutes(now)
    text = phrase(
        "A wrong code was typed too often. Wait %(minutes)s minutes, or choose a new password: then you can go on at "
        "once.",
        minutes=minutes,
    )
    if place == ANYWHERE:
        text = phrase(
            "A wrong code was typed too often for your account. Wait %(minutes)s minutes, use a device on which you "
            "signed in before, or choose a new password: then you can go on at once.",
            minutes=minutes,
        )
    return CodesLocked(text, person, place, tries, why="wrong", is_new=is_new)


def _asked_too_often(place: str, minutes: int) -> Phrase:
    if place == ANYWHERE:
        return phrase(
            "Too many codes were asked for your account. Wait %(minutes)s minutes, use a device on which you signed in "
            "before, or choose a new password: then you can go on at once.",
            minutes=minutes,
        )
    return phrase(
        "You asked for too many codes. Wait %(minutes)s minutes, or choose a new password: then you can go on at once.",
        minutes=minutes,
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
        raise RuleBroken(phrase("Your code has expired. Sign in again.")) from None
