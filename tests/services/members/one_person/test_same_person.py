"""Two members that may be one person: who is suggested, what has to be chosen, and who cannot be merged."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.models import Member, MemberState, MergedMember, ProfileChange
from app.phrases import RuleBroken
from app.services.audit import Actor
from app.services.members import profile
from app.services.members.bsn import record_bsn
from app.services.members.one_person import merging
from app.services.members.one_person.merging import Side
from tests.support.factories.people import make_member

TEAM = Actor("team")
BARE = {"birth_date": None, "postcode": "", "house_number": "", "email": None}


def alike(**values):
    return make_member(**{"first_name": "Jan", "infix": "", "surname": "Bakker", **BARE, **values})


@pytest.mark.parametrize(
    ("values", "other", "is_suggested"),
    [
        ({"birth_date": date(1970, 6, 6)}, {"birth_date": date(1970, 6, 6)}, True),
        ({"birth_date": date(1970, 6, 6)}, {"birth_date": date(1970, 6, 7)}, False),
        ({"email": "jan@post.example"}, {"email": "jan@post.example"}, True),
        ({"postcode": "1234 AB", "house_number": "1"}, {"postcode": "1234 AB", "house_number": "1"}, True),
        ({"postcode": "1234 AB", "house_number": "1"}, {"postcode": "1234 AB", "house_number": "2"}, False),
        ({"postcode": "1234 AB", "house_number": "1"}, {"postcode": "1234 AC", "house_number": "1"}, False),
        ({"postcode": "1234 AB"}, {"postcode": "1234 AB"}, False),
        ({"birth_date": date(1970, 6, 6)}, {"birth_date": date(1970, 6, 6), "surname": "BAKKER"}, True),
        ({"birth_date": date(1970, 6, 6)}, {"birth_date": date(1970, 6, 6), "surname": "Smit"}, False),
        ({"birth_date": date(1970, 6, 6)}, {"birth_date": date(1970, 6, 6), "state": "anonymised"}, False),
        ({}, {}, False),
    ],
)
def test_the_same_surname_with_the_same_day_of_birth_or_address_may_be_the_same_person(db, values, other, is_suggested):
    member, second = alike(**values), alike(**other)
    assert merging.suggest(member) == ([second] if is_suggested else [])


def test_the_same_bsn_is_suggested_whatever_the_name(db, now):
    member, twin, _other = alike(), alike(surname="Smit"), alike(surname="Smit")
    for who in (member, twin):
        record_bsn(who, "111222333", actor=TEAM, now=now)
    db.session.commit()
    assert merging.suggest(member) == [twin]


def test_of_each_field_that_differs_both_values_are_shown_and_the_one_that_is_there_is_proposed(db, now):
    kept, gone = alike(city="Dorp", mobile=""), alike(city="Stad", mobile="+31612345678")
    profile.change_data(gone, {"iban": "NL91ABNA0417164300"}, actor=TEAM, now=now)
    asked = {question.field: question for question in merging.compare(kept, gone)}
    assert (asked["city"].kept, asked["city"].gone, asked["city"].proposed) == ("Dorp", "Stad", Side.KEPT)
    assert asked["mobile"].proposed == Side.GONE
    assert "4300" in asked["iban"].gone
    assert (asked["iban"].kept, asked["iban"].proposed) == ("", Side.GONE)
    assert (asked["account"].kept, asked["account"].gone) == (kept.user.username, gone.user.username)
    assert "surname" not in asked
    profile.change_data(kept, {"iban": "NL20INGB0001234567"}, actor=TEAM, now=now)
    asked = {question.field: question for question in merging.compare(kept, gone)}
    assert ("4567" in asked["iban"].kept, "4300" in asked["iban"].gone) == (True, True)
    assert asked["iban"].proposed == Side.KEPT
    profile.change_data(gone, {"iban": "NL20INGB0001234567"}, actor=TEAM, now=now)
    assert "iban" not in {question.field for question in merging.compare(kept, gone)}


@pytest.mark.parametrize(
    ("kept_used", "gone_used", "proposed"),
    [(True, False, Side.KEPT), (True, True, Side.KEPT), (False, False, Side.KEPT), (False, True, Side.GONE)],
)
def test_the_account_that_was_used_is_proposed(db, kept_used, gone_used, proposed):
    used = {True: {"password": "x"}, False: {}}
    questions = merging.compare(alike(**used[kept_used]), alike(**used[gone_used]))
    assert questions[-1].field == "account"
    assert questions[-1].proposed == proposed


def merge(kept, gone, now, **sides):
    chosen = {question.field: question.proposed for question in merging.compare(kept, gone)} | sides
    seen = kept.changed_at, gone.changed_at
    return merging.merge_members(kept.id, gone.id, chosen, seen=seen, actor=TEAM, now=now)


def test_a_member_is_not_merged_with_itself_or_with_who_is_gone(db, now):
    kept, gone = alike(), alike(surname="Smit")
    with pytest.raises(RuleBroken, match="another member") as refused:
        merge(kept, kept, now)
    assert refused.value.field == "other"
    gone.state = MemberState.ANONYMISED
    db.session.commit()
    for pair in ((kept, gone), (gone, kept)):
        with pytest.raises(RuleBroken, match="not there any more"):
            merge(*pair, now)


def test_of_both_the_first_day_and_the_last_check_stay(db, now):
    kept = alike(created_at=now.replace(year=2024), data_checked_at=None)
    gone = alike(created_at=now.replace(year=2023), data_checked_at=now.replace(year=2025))
    third = alike(created_at=now.replace(year=2025), data_checked_at=now.replace(month=1))
    merged = merge(kept, gone, now)
    assert (merged.created_at.year, merged.data_checked_at.year, merged.changed_at) == (2023, 2025, now)
    merged = merge(merged, third, now)
    assert (merged.created_at.year, merged.data_checked_at) == (2023, now.replace(month=1))


def test_the_address_of_the_account_that_stays_is_a_change_of_who_stays(db, now):
    kept, gone = alike(email="oud@post.example"), alike(email="nieuw@post.example", password="x")
    merged = merge(kept, gone, now, account=Side.GONE, email=Side.GONE)
    assert merged.email == "nieuw@post.example"
    change = db.session.scalars(select(ProfileChange).where(ProfileChange.field == "email")).one()
    assert (change.old_value, change.new_value) == ("oud@post.example", "nieuw@post.example")


def test_that_mail_to_the_chosen_address_comes_back_stays_known(db, now):
    kept, gone = alike(email="oud@post.example"), alike(email="nieuw@post.example")
    gone.email_broken_at, gone.email_broken_reason = now, "550 no such user"
    db.session.commit()
    merged = merge(kept, gone, now, email=Side.GONE)
    assert (merged.email, merged.email_broken_at, merged.email_broken_reason) == (
        "nieuw@post.example",
        now,
        "550 no such user",
    )


@pytest.mark.parametrize("odd", ["", "x", "²", "1" * 30])
def test_what_is_no_key_of_an_address_is_nobody(db, now, odd):
    db.session.add(MergedMember(old_id=1, member_id=make_member().id, old_user_id=1, merged_at=now))
    db.session.flush()
    assert merging.find_merged("1") == db.session.scalar(select(Member.id))
    assert merging.find_merged(odd) is None
