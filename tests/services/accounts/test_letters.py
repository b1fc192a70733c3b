"""Who holds a letter: what a wrong code costs, and in which browser an address was proven."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AuditEvent
from app.phrases import RuleBroken
from app.services.access import letter_codes, one_time_codes, one_time_links, rate_limits
from app.services.access.origins import letter_place
from app.services.access.people import find_person
from app.services.access.rate_limits import LETTER_CODES, LETTER_CODES_PER_ADDRESS
from app.services.accounts import invitations, letters
from app.services.accounts.letters import ADDRESS, EVERYBODY, PROOF_LIFETIME
from app.services.audit import COMMAND
from tests.support.factories.people import make_member

IP, WEEK, SECOND = "192.0.2.7", timedelta(days=7), timedelta(seconds=1)
NEW = "nieuw@post.example"


def print_for(member, now):
    letter = invitations.print_invitation(member.user_id, actor=COMMAND, now=now, lifetime=WEEK)
    return letter, letter_codes.find_letter(letter.code)


@pytest.fixture
def printed(db, now):
    """A letter for somebody without an address, and its link."""
    return print_for(make_member(email=None, state="invited"), now)


def counted(now):
    """How many tries were counted for this address, and of everybody."""
    found = []
    for limit, who in ((LETTER_CODES_PER_ADDRESS, IP), (LETTER_CODES, EVERYBODY)):
        found.append(rate_limits.count_try(limit, who, now).number - 1)
        rate_limits.refund(limit, who)
    return found


def test_a_right_code_costs_no_try_and_a_typing_error_neither(printed, now):
    letter, link = printed
    assert letters.open_letter(letter_codes.in_groups(letter.code), ip=IP, now=now) is link
    with pytest.raises(RuleBroken) as refused:
        letters.open_letter(letter.code[:-1], ip=IP, now=now)
    assert refused.value.field == "code"
    assert counted(now) == [0, 0]


def test_an_unknown_code_is_counted_and_in_the_trail(db, printed, now):
    for _ in range(2):
        with pytest.raises(RuleBroken, match="do not know this code") as refused:
            letters.open_letter(letter_codes.make_code(), ip=IP, now=now)
        assert refused.value.field == "code"
    assert counted(now) == [2, 2]
    told = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "letter.refused")).all()
    assert [(event.ip, event.actor_user_id) for event in told] == [(IP, None)] * 2


@pytest.mark.parametrize(("limit", "who"), [(LETTER_CODES_PER_ADDRESS, IP), (LETTER_CODES, EVERYBODY)])
def test_after_too_many_wrong_ones_the_right_one_waits_too(printed, now, limit, who):
    letter, link = printed
    for _ in range(limit.tries - 1):
        rate_limits.count_try(limit, who, now)
    assert letters.open_letter(letter.code, ip=IP, now=now) is link
    rate_limits.count_try(limit, who, now)
    with pytest.raises(RuleBroken, match="Wait 60 minutes") as refused:
        letters.open_letter(letter.code, ip=IP, now=now)
    assert refused.value.field == "code"


def ask(link, now, email=NEW):
    """A code to this address, asked for with the letter: the token of the browser, and the code."""
    person = find_person(link.user_id)
    return one_time_codes.start_challenge(person, now, purpose=ADDRESS, place=letter_place(link.id), email=email)


def test_an_address_is_proven_in_the_browser_that_asked_for_this_letter_within_the_hour(printed, now):
    _letter, link = printed
    _other_letter, other = print_for(make_member(email=None, state="invited"), now)
    token, code = ask(link, now)
    assert letters.find_waiting(link, token) is not None
    assert letters.find_waiting(other, token) is None
    assert letters.find_waiting(link, None) is None
    assert letters.find_proven_address(link, token, now) is None
    for of, browser in ((other, token), (link, "another")):
        with pytest.raises(RuleBroken, match="No code waits"):
            letters.prove_address(of, browser, code, ip=IP, now=now)
    letters.prove_address(link, token, code, ip=IP, now=now)
    assert letters.find_proven_address(link, token, now + PROOF_LIFETIME - SECOND) == NEW
    assert letters.find_proven_address(link, token, now + PROOF_LIFETIME) is None
    assert letters.find_proven_address(other, token, now) is None
    assert letters.find_proven_address(link, "another", now) is None
    find_person(link.user_id).account.epoch += 1
    assert letters.find_proven_address(link, token, now) is None


def test_codes_go_to_the_address_that_is_known_or_else_was_proven(db, printed, now):
    _letter, link = printed
    person = find_person(link.user_id)
    with pytest.raises(RuleBroken) as refused:
        letters.address_of(person, link, None, now)
    assert refused.value.field == "email"
    token, code = ask(link, now)
    letters.prove_address(link, token, code, ip=IP, now=now)
    assert letters.address_of(person, link, token, now) == NEW
    person.member.email = "bekend@post.example"
    assert letters.address_of(person, link, token, now) == "bekend@post.example"
    assert one_time_links.find_link_of(link.id) is link
