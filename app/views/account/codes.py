"""Handing over a code: directly, not through the queue, because somebody waits for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import g
from flask_babel import force_locale

from app.auth import browser
from app.extensions import db
from app.i18n import write_full_moment
from app.mail import server
from app.mail.gate import Busy, gate
from app.mail.mails import ADDRESS_CODE, NOT_AN_ADDRESS, SIGN_IN_CODE, Mail, send_mail
from app.mail.server import ConnectionLost, NotHandedOver
from app.models import ChallengePurpose
from app.phrases import Phrase, RuleBroken, phrase
from app.services.access import one_time_codes
from app.services.access.origins import ANYWHERE
from app.services.access.people import Person
from app.services.accounts.locks import tells_of_lock
from app.services.mail.address_refusals import is_about_address

log = logging.getLogger(__name__)

MAIL_OF: Mapping[str, Mail] = {
    ChallengePurpose.SIGN_IN: SIGN_IN_CODE,
    ChallengePurpose.CONFIRM: SIGN_IN_CODE,
    ChallengePurpose.ADDRESS: ADDRESS_CODE,
}

NOT_SENT = phrase("We could not send the code, because our mail server does not answer. Try again in a few minutes.")
BUSY = phrase("Our mail server is slow now, so we cannot send you a code. Try again in half a minute.")
REFUSED = phrase("We could not send the code, because the mail server refused the e-mail. Call the election team.")


class NotSent(RuleBroken):
    """Only the mail failed: what the person typed was right."""


def send_first_code(
    person: Person,
    *,
    purpose: str = ChallengePurpose.SIGN_IN,
    place: str = ANYWHERE,
    to: str | None = None,
    wanted_for: str = "sign_in",
) -> str:
    """Start a challenge and mail its code, to the own address or to one that is to be proven. `wanted_for` is a key of
    the words of the mail: "sign_in", "password" or "email".

    Gives the token for the cookie. Raises RuleBroken when too many were asked or there is no address, and NotSent when
    the mail could not be handed over. Commit after it: the owner is told of a lock.
    """
    address = to or person.email
    if not address:
        raise RuleBroken(phrase("We have no e-mail address of you to send a code to. Call the election team."))
    with _place():
        with tells_of_lock(ip=browser.origin().ip, now=g.now):
            token, code = one_time_codes.start_challenge(person, g.now, purpose=purpose, place=place, email=to)
        db.session.commit()
        _hand_over(person, token, code, purpose=purpose, address=address, wanted_for=wanted_for)
    return token


def send_new_code(token: str, *, purpose: str = ChallengePurpose.SIGN_IN) -> None:
    """Mail a new code for the challenge in this browser; the old one dies. Raises RuleBroken."""
    with _place():
        challenge, person, code = one_time_codes.renew_code(token, g.now, purpose=purpose)
        address = challenge.email or person.email or ""
        db.session.commit()
        _hand_over(person, token, code, purpose=purpose, address=address)


@contextmanager
def _place() -> Iterator[None]:
    """One of the few places from which a code is handed over; taken first, so that who is sent away lost no code."""
    try:
        with gate.place(limit=server.limit_seconds()):
            yield
    except Busy:
        raise NotSent(BUSY) from None


def _hand_over(
    person: Person, token: str, code: str, *, purpose: str, address: str, wanted_for: str = "sign_in"
) -> None:
    """A failed hand-over kills the challenge and starts no wait: nobody gets in, and the person is told."""
    locale = person.account.locale
    with force_locale(locale):
        moment = write_full_moment(g.now)
    values: dict[str, Any] = {"code": f"{code[:3]} {code[3:]}", "moment": moment, "wanted_for": wanted_for}
    if address == person.email:  # one that is not proven yet may be a stranger's
        values |= {"name": person.name, "user_name": person.user.username}
    try:
        with server.connect(is_for_one=True) as connection:
            send_mail(connection, MAIL_OF[purpose], to=address, locale=locale, values=values)
    except NotHandedOver as error:
        log.warning("a sign-in code could not be handed over: %s", for_log(str(error), code))
        one_time_codes.forget_unsent(token, person)
        db.session.commit()
        raise NotSent(_say_why(error, address)) from None
    one_time_codes.note_sent(token, g.now)
    db.session.commit()


def for_log(words: str, code: str) -> str:
    """What the server said, without addresses and without the code, should it repeat them."""
    for written in (code, f"{code[:3]} {code[3:]}"):
        words = words.replace(written, "(code)")
    return " ".join("(address)" if "@" in word else word for word in words.split())


def _say_why(error: NotHandedOver, address: str) -> Phrase:
    if isinstance(error, ConnectionLost) or not error.is_permanent:
        return NOT_SENT
    words = str(error)
    if error.at_recipient and (words == NOT_AN_ADDRESS or is_about_address(words, address)):
        return phrase(
            "We cannot reach you at your e-mail address %(address)s: it does not exist, or is switched off. Call the "
            "election team.",
            address=masked(address),
        )
    return REFUSED


def masked(address: str) -> str:
    """`j•••@example.com`: enough to know which mailbox to open."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}"
