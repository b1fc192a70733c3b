"""Codes by mail: which one is open, what a right and a wrong one cost, and what is kept of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AuditEvent, SignInChallenge
from app.phrases import RuleBroken
from app.services.access import one_time_codes as codes
from app.services.access import rate_limits
from app.services.access.code_refusals import CODE_LIFETIME, CodesLocked, CodeState
from app.services.access.origins import ANYWHERE, counted_as
from app.services.access.people import find_person
from app.services.access.rate_limits import CODES_SENT, PROOFS_SENT, WRONG_CODES, WRONG_CODES_PER_PLACE
from tests.support.factories.people import make_member

FOR = {"purpose": "sign_in"}
SECOND = timedelta(seconds=1)
PLACES = {ANYWHERE: WRONG_CODES, "device:blue": WRONG_CODES_PER_PLACE}


@pytest.fixture
def person(db, now):
    """Somebody, beside whom another waits for a code too."""
    found, neighbour = (find_person(make_member().user_id) for _ in range(2))
    codes.start_challenge(neighbour, now)
    return found


def used_up(limit, person, place, now):
    """How many tries were counted; the one that asks is taken back."""
    who = counted_as(person, place)
    number = rate_limits.count_try(limit, who, now).number - 1
    rate_limits.refund(limit, who)
    return number


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.parametrize("place", PLACES)
def test_a_right_code_costs_no_try_and_leaves_the_wrong_ones_counted(person, now, place):
    token, code = codes.start_challenge(person, now, place=place)
    with pytest.raises(RuleBroken):
        codes.check_code(token, wrong(code), "", now, **FOR)
    assert codes.check_code(token, code, "", now, **FOR).user.id == person.user.id
    assert used_up(PLACES[place], person, place, now) == 1
    codes.forget_wrong_codes(person, place)
    assert used_up(PLACES[place], person, place, now) == 0


def test_a_wrong_code_is_in_the_trail_and_the_tries_of_its_mail_end(db, person, now):
    token, code = codes.start_challenge(person, now)
    for left in (4, 3, 2, 1):
        with pytest.raises(RuleBroken, match=f"Tries left: {left}") as refusal:
            codes.check_code(token, wrong(code), "192.0.2.7", now, **FOR)
        assert refusal.value.field == "code"
    for _ in range(2):
        with pytest.raises(RuleBroken, match="wrong code too often"):
            codes.check_code(token, wrong(code), "192.0.2.7", now, **FOR)
    assert codes.state_of(codes.find_challenge(token, **FOR), now) == CodeState.WRONG
    with pytest.raises(RuleBroken, match="wrong code too often"):
        codes.check_code(token, code, "192.0.2.7", now, **FOR)
    refused = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "sign_in.code_refused")).all()
    assert [(event.actor_user_id, event.ip) for event in refused] == [(person.user.id, "192.0.2.7")] * 5


@pytest.mark.parametrize("place", PLACES)
def test_the_wrong_code_that_locks_is_told_once_and_then_no_code_is_judged_or_sent(person, now, place):
    limit = PLACES[place]
    token, code = codes.start_challenge(person, now, place=place)
    for _ in range(limit.tries - 1):
        rate_limits.count_try(limit, counted_as(person, place), now)
    for typed, is_new in ((wrong(code), True), (code, False)):
        with pytest.raises(CodesLocked) as refusal:
            codes.check_code(token, typed, "", now, **FOR)
        assert (refusal.value.why, refusal.value.is_new) == ("wrong", is_new)
    for act in (
        lambda at: codes.start_challenge(person, at, place=place),
        lambda at: codes.renew_code(token, at, **FOR),
    ):
        with pytest.raises(CodesLocked):
            act(now + limit.window - SECOND)
    assert codes.start_challenge(person, now + limit.window, place=place)


def test_who_asks_too_many_codes_waits_and_the_first_refusal_is_told(person, now):
    for _ in range(CODES_SENT.tries):
        codes.start_challenge(person, now)
    for is_new in (True, False):
        with pytest.raises(CodesLocked) as refusal:
            codes.start_challenge(person, now)
        assert (refusal.value.why, refusal.value.is_new) == ("asked", is_new)


def test_a_code_that_was_not_sent_counts_for_the_own_address_only(person, now):
    for email, limit, counted in ((None, CODES_SENT, 0), ("nieuw@post.example", PROOFS_SENT, 1)):
        token, _ = codes.start_challenge(person, now, email=email)
        codes.forget_unsent(token, person)
        assert codes.find_challenge(token, **FOR) is None
        assert used_up(limit, person, ANYWHERE, now) == counted


def test_a_code_is_of_its_purpose_and_its_browser_and_used_once(person, now):
    token, code = codes.start_challenge(person, now)
    for other, purpose in ((token, "confirm"), ("another", "sign_in"), (None, "sign_in")):
        with pytest.raises(RuleBroken, match="No code waits for you here"):
            codes.check_code(other, code, "", now, purpose=purpose)
    typed = f" {code[:3]}-{code[3:]} "
    codes.check_code(token, typed, "", now, **FOR)
    with pytest.raises(RuleBroken, match="used already"):
        codes.check_code(token, code, "", now, **FOR)
    with pytest.raises(RuleBroken, match="used already"):
        codes.renew_code(token, now + codes.RESEND_AFTER, **FOR)


def test_a_code_expires_and_the_page_says_so_for_a_day(person, now):
    token, code = codes.start_challenge(person, now)
    ends_at = now + CODE_LIFETIME
    assert codes.state_of(codes.find_challenge(token, **FOR), ends_at - SECOND) == CodeState.OPEN
    with pytest.raises(RuleBroken, match="has expired"):
        codes.check_code(token, code, "", ends_at, **FOR)
    challenge = codes.find_challenge(token, **FOR)
    states = [codes.state_of(challenge, now + codes.KEPT - wait) for wait in (SECOND, 0 * SECOND)]
    assert states == [CodeState.EXPIRED, CodeState.GONE]


def test_a_new_code_can_be_asked_within_the_hour_and_three_times(person, now):
    token, first = codes.start_challenge(person, now)
    codes.note_sent(token, now)
    moments = [now + codes.RESEND_AFTER * (number + 1) for number in range(codes.MAX_RESENDS + 1)]
    with pytest.raises(RuleBroken, match="one minute after"):
        codes.renew_code(token, moments[0] - SECOND, **FOR)
    with pytest.raises(RuleBroken):
        codes.check_code(token, wrong(first), "", now, **FOR)
    for number, moment in enumerate(moments[:-1]):
        assert codes.may_renew(codes.find_challenge(token, **FOR), moment), number
        challenge, owner, newest = codes.renew_code(token, moment, **FOR)
        assert (owner.user.id, challenge.tries) == (person.user.id, 0)
    challenge = codes.find_challenge(token, **FOR)
    assert (challenge.resends, challenge.sent_at, challenge.expires_at) == (
        codes.MAX_RESENDS,
        moments[-2],
        moments[-2] + CODE_LIFETIME,
    )
    assert not codes.may_renew(challenge, moments[-1])
    with pytest.raises(RuleBroken, match="Start again later"):
        codes.renew_code(token, moments[-1], **FOR)
    assert codes.check_code(token, newest, "", moments[-1], **FOR)


def test_after_the_hour_one_starts_again(person, now):
    token, _ = codes.start_challenge(person, now)
    late = now + codes.RENEWABLE
    challenge = codes.find_challenge(token, **FOR)
    assert [codes.may_renew(challenge, moment) for moment in (late - SECOND, late)] == [True, False]
    with pytest.raises(RuleBroken, match="No code waits"):
        codes.renew_code(token, late, **FOR)
    assert codes.renew_code(token, late - SECOND, **FOR)


@pytest.mark.parametrize("change", ["epoch", "switched off"])
def test_after_a_change_of_the_account_no_code_of_before_works(db, person, now, change):
    token, code = codes.start_challenge(person, now)
    if change == "epoch":
        person.account.epoch += 1
    else:
        person.user.active = False
    db.session.flush()
    for act in (lambda: codes.check_code(token, code, "", now, **FOR), lambda: codes.renew_code(token, now, **FOR)):
        with pytest.raises(RuleBroken, match="account was changed"):
            act()


def test_a_code_goes_in_place_of_the_one_that_waits_at_the_same_place(db, person, now):
    other_place, _ = codes.start_challenge(person, now, place="device:blue")
    older, _ = codes.start_challenge(person, now)
    newer, code = codes.start_challenge(person, now)
    assert codes.find_challenge(older, **FOR) is None
    assert codes.find_challenge(other_place, **FOR) is not None
    assert codes.check_code(newer, code, "", now, **FOR).user.id == person.user.id


def test_of_old_codes_nothing_is_kept_after_a_day(db, person, now):
    token, _ = codes.start_challenge(person, now)
    fresh, _ = codes.start_challenge(person, now + SECOND, place="device:blue")
    codes.delete_old_challenges(now + CODE_LIFETIME + codes.KEPT)
    assert codes.find_challenge(token, **FOR) is None
    assert db.session.scalars(select(SignInChallenge.user_id)).all() == [person.user.id]
    assert codes.find_challenge(fresh, **FOR) is not None
