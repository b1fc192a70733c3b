"""Handing over a code: directly, not through the queue, because somebody waits for it."""

from __future__ import annotations

from flask import current_app, g

from app.extensions import db
from app.mail import server
from app.mail.mails import SIGN_IN_CODE, send_mail
from app.models import ChallengePurpose
from app.phrases import RuleBroken, phrase
from app.services.access import one_time_codes
from app.services.access.people import Person

NOT_SENT = phrase("We could not send the code, because our mail server does not answer. Try again in a few minutes.")


def send_first_code(person: Person, *, purpose: str = ChallengePurpose.SIGN_IN) -> str:
    """Start a challenge and mail its code; gives the token for the cookie.

    Raises RuleBroken when too many were asked, there is no address, or the mail could not be handed over.
    """
    if not person.email:
        raise RuleBroken(phrase("We have no e-mail address of you to send a code to. Call the election team."))
    token, code = one_time_codes.start_challenge(person, g.now, purpose=purpose)
    db.session.commit()
    _hand_over(person, token, code)
    return token


def send_new_code(token: str, *, purpose: str = ChallengePurpose.SIGN_IN) -> None:
    """Mail a new code for the challenge in this browser; the old one dies. Raises RuleBroken."""
    person, code = one_time_codes.renew_code(token, g.now, purpose=purpose)
    db.session.commit()
    _hand_over(person, token, code)


def _hand_over(person: Person, token: str, code: str) -> None:
    """A failed hand-over kills the challenge and starts no wait: nobody gets in, and the person is told."""
    values = {"name": person.name, "user_name": person.user.username, "code": code, "asked_at": g.now}
    try:
        with server.connect() as connection:
            send_mail(connection, SIGN_IN_CODE, to=person.email or "", locale=person.account.locale, values=values)
    except server.NotHandedOver:
        current_app.logger.warning("a sign-in code could not be handed over")
        one_time_codes.kill_challenge(token)
        db.session.commit()
        raise RuleBroken(NOT_SENT) from None
    one_time_codes.note_sent(token, g.now)
    db.session.commit()


def masked(address: str) -> str:
    """`j•••@example.com`: enough to know which mailbox to open."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}"
