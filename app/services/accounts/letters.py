"""Who holds a letter: finds the invitation by its code, and proves an e-mail address before the account is opened.

Every later sign-in sends its code to that address, so a typing error in it would lock the person out for good.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.models import ChallengePurpose, MailedLink, SignInChallenge
from app.phrases import RuleBroken, phrase
from app.services.access import letter_codes, one_time_codes, rate_limits
from app.services.access.code_refusals import WHY_CLOSED, CodeState
from app.services.access.origins import letter_place
from app.services.access.people import Person, find_person
from app.services.access.rate_limits import LETTER_CODES, LETTER_CODES_PER_ADDRESS
from app.services.audit import Actor, record_event

PROOF_LIFETIME = timedelta(hours=1)  # so long somebody may think about a password
EVERYBODY = "everybody"
ADDRESS = ChallengePurpose.ADDRESS


def open_letter(typed: str, *, ip: str, now: datetime) -> MailedLink:
    """The invitation whose code was typed, open or not. Uses nothing up. Commit also after a refusal.

    Raises RuleBroken with field "code": a typing error (not counted), unknown, or too often from this address or by
    everybody together. Each try is counted before it is judged; a right one is given back.
    """
    code = letter_codes.read_code(typed)
    network = rate_limits.network_of(ip)
    counted = ((LETTER_CODES_PER_ADDRESS, network), (LETTER_CODES, EVERYBODY))
    tries = [(limit, rate_limits.count_try(limit, who, now)) for limit, who in counted]
    link = letter_codes.find_letter(code)
    for limit, tried in tries:
        if tried.number > limit.tries:
            raise RuleBroken(
                phrase(
                    "Too many wrong codes were typed. Wait %(minutes)s minutes, or scan the square in your letter with "
                    "the camera of a phone: that works at once.",
                    minutes=tried.minutes(now),
                ),
                field="code",
            )
    if link is None:
        record_event(Actor("", ip=ip), "letter.refused", now=now)
        raise RuleBroken(phrase("We do not know this code. Compare it with your newest letter."), field="code")
    for limit, who in counted:
        rate_limits.refund(limit, who)
    return link


def find_waiting(link: MailedLink, token: str | None) -> SignInChallenge | None:
    """The code that was asked for in this browser to prove an address, for this letter."""
    challenge = one_time_codes.find_challenge(token, purpose=ADDRESS)
    return challenge if challenge is not None and challenge.place == letter_place(link.id) else None


def prove_address(link: MailedLink, token: str | None, typed: str, *, ip: str, now: datetime) -> None:
    """The typed code shows that the address is theirs. Commit also after a refusal. Raises RuleBroken."""
    if find_waiting(link, token) is None:
        raise RuleBroken(WHY_CLOSED[CodeState.GONE])
    one_time_codes.check_code(token, typed, ip, now, purpose=ADDRESS, user_id=link.user_id)


def find_proven_address(link: MailedLink, token: str | None, now: datetime) -> str | None:
    """The address that was proven in this browser for this letter within the hour; of no other browser or letter."""
    challenge = find_waiting(link, token)
    person = find_person(link.user_id)
    if challenge is None or person is None or challenge.epoch != person.account.epoch:
        return None
    is_fresh = challenge.used_at is not None and now < challenge.used_at + PROOF_LIFETIME
    return challenge.email if is_fresh and challenge.user_id == link.user_id else None


def address_of(person: Person, link: MailedLink, token: str | None, now: datetime) -> str:
    """Where the codes of this account will go: the address that is known, else the proven one. Raises RuleBroken."""
    address = person.email or find_proven_address(link, token, now)
    if not address:
        raise RuleBroken(phrase("First type your e-mail address and the code that we send to it."), field="email")
    return address
