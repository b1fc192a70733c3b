"""What is said to who may not go on: by place, and of a password or an address by what is wrong with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.phrases import RuleBroken
from app.services.access import passwords
from app.services.access.code_refusals import asked_too_often, typed_wrong
from app.services.access.email_addresses import check_email
from app.services.access.origins import ANYWHERE, Origin, counted_as, counted_as_name, letter_place, session_place
from app.services.access.passwords import ENOUGH, MAX_LENGTH, MIN_LENGTH, judge_password
from app.services.access.people import find_person
from app.services.access.rate_limits import Tries
from tests.support.factories.people import make_member, make_staff


@pytest.fixture
def person(db):
    return find_person(make_member().user_id)


@pytest.mark.parametrize(
    ("place", "says", "says_not"),
    [
        (ANYWHERE, ["your account", "use a device", "choose a new password"], []),
        ("device:blue", ["choose a new password"], ["your account", "use a device"]),
        (session_place(1), ["choose a new password"], ["your account", "use a device"]),
        (letter_place(1), ["then you can go on"], ["password", "your account", "use a device"]),
    ],
)
@pytest.mark.parametrize("refuse", [typed_wrong, asked_too_often])
def test_who_is_locked_is_told_the_way_out_that_there_is(person, now, place, says, says_not, refuse):
    tries = Tries(11, now + timedelta(minutes=30))
    lock = refuse(person, place, tries, 30, is_new=True)
    text = str(lock.text)
    assert "Wait 30 minutes" in text
    assert [words for words in says if words not in text] == []
    assert [words for words in says_not if words in text] == []
    assert (lock.person, lock.place, lock.tries, lock.is_new) == (person, place, tries, True)
    assert lock.why == ("wrong" if refuse is typed_wrong else "asked")


def test_tries_are_counted_by_the_account_its_epoch_at_a_place_or_the_name_that_was_typed(person):
    key, epoch = person.user.id, person.account.epoch
    assert counted_as(person, ANYWHERE) == str(key)
    assert counted_as(person, "device:blue") == f"{key}:{epoch}:device:blue"
    assert counted_as_name(" 12 ") == "name:12"


def test_a_browser_knows_who_signed_in_in_it_before(person):
    other = find_person(make_staff().id)
    known, nobody = (
        Origin("", device="blue", device_users=(person.user.id,)),
        Origin("", device_users=(person.user.id,)),
    )
    assert [known.place_of(who) for who in (person, other, None)] == ["device:blue", ANYWHERE, ANYWHERE]
    assert nobody.place_of(person) == ANYWHERE


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("x" * (MIN_LENGTH - 1), "too short"),
        ("blauwe fiets 4 zonder" + "x" * MAX_LENGTH, "too long"),
        ("welkom2026!!", "easy to guess. Choose"),
        ("Voorbeeldstad", "your name or your municipality"),
        ("paarse fiets zonder bel 7", ""),
    ],
)
def test_a_password_is_refused_with_why_and_shown_as_weak_then(typed, why):
    verdict = judge_password(typed, own_words=["Jan", "Voorbeeldstad", ""])
    assert why in str(verdict.refusal or "")
    assert (verdict.refusal is None) == (why == "")
    assert (verdict.strength >= ENOUGH) is (why == "")
    assert 0 <= verdict.strength <= 100
    if why:
        with pytest.raises(RuleBroken) as refused:
            passwords.check_new_password(typed, own_words=["Jan", "Voorbeeldstad"])
        assert refused.value.field == "password"


def test_the_shortest_and_the_longest_password_that_may_be_are_taken():
    for length in (MIN_LENGTH, MAX_LENGTH):
        typed = "".join(chr(33 + (number * 37) % 90) for number in range(length))
        assert judge_password(typed, own_words=[]).refusal is None
    assert judge_password("", own_words=[]).strength == 0
    assert judge_password("x" * (MIN_LENGTH // 2), own_words=[]).strength == 10


def test_a_password_is_the_same_however_its_accents_are_typed():
    stored = passwords.hash_password("caf\u00e9 met een tuin")
    assert passwords.verify_password(stored, "cafe\u0301 met een tuin")
    assert not passwords.verify_password(stored, "cafe met een tuin")
    assert not passwords.verify_password(None, "cafe met een tuin")
    assert not passwords.verify_password("no hash", "cafe met een tuin")


def test_an_address_is_kept_in_one_spelling_or_refused_at_its_field():
    assert check_email(" Jan@Post.Example ") == "jan@post.example"
    with pytest.raises(RuleBroken) as refused:
        check_email("jan", field="address")
    assert refused.value.field == "address"
