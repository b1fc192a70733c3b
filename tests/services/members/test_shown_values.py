"""Values as a change keeps them, read back as the row holds them; and whose change of a field was the latest."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.models import ImportKind, ImportRun, ImportState, ProfileChange
from app.services.audit import Actor
from app.services.members import change_log, profile
from app.services.members.change_log import LONGEST_VALUE
from tests.support.factories.people import make_member, make_staff

TEAM = Actor("team")


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("is_civil_servant", True, "1"),
        ("is_civil_servant", False, "0"),
        ("birth_date", date(1970, 6, 1), "01-06-1970"),
        ("birth_date", None, ""),
        ("trained_on", date(2026, 1, 31), "31-01-2026"),
        ("city", "Dorp", "Dorp"),
        ("city", "", ""),
        ("email", None, ""),
        ("email", "a@post.example", "a@post.example"),
    ],
)
def test_a_value_is_shown_to_people_and_read_back(name, value, shown):
    assert profile.show_value(value) == shown
    assert profile.read_shown(name, shown) == value


def test_an_account_number_that_does_not_open_is_unreadable_and_none_is_not(db, now):
    member, bare = make_member(), make_member()
    profile.change_data(member, {"iban": "NL91ABNA0417164300"}, actor=TEAM, now=now)
    assert not profile.is_iban_unreadable(member)
    assert not profile.is_iban_unreadable(bare)
    bare.sealed_iban = member.sealed_iban  # of another row
    assert profile.is_iban_unreadable(bare)
    assert (profile.open_iban(bare.id, bare.sealed_iban), profile.open_iban(bare.id, None)) == (None, None)


def latest_change(db):
    return db.session.scalars(select(ProfileChange).order_by(ProfileChange.id.desc())).first()


def test_of_each_field_the_latest_change_says_whether_a_person_made_it_and_who(db, now):
    member, other, colleague = make_member(), make_member(), make_staff()
    run = ImportRun(kind=ImportKind.ROSTER, original_name="a.csv", state=ImportState.DONE, created_at=now)
    db.session.add(run)
    db.session.flush()
    for field, user_id, run_id in (
        ("city", member.user_id, None),
        ("city", colleague.id, None),
        ("street", colleague.id, None),
        ("street", member.user_id, None),
        ("phone", member.user_id, None),
        ("phone", colleague.id, run.id),
        ("mobile", colleague.id, run.id),
        ("mobile", None, None),
    ):
        change_log.note_change(member, field, "oud", "nieuw", user_id, now)
        latest_change(db).import_run_id = run_id
    change_log.note_change(other, "city", "oud", "nieuw", other.user_id, now)
    assert change_log.find_hand_changes([member.id]) == {
        (member.id, "city"): False,
        (member.id, "street"): True,
        (member.id, "mobile"): False,
    }


def test_a_change_keeps_as_much_as_it_can_hold_until_its_term(db, now):
    change_log.note_change(make_member(), "city", "x" * 999, "y" * 999, None, now)
    change = latest_change(db)
    assert (len(change.old_value), len(change.new_value)) == (LONGEST_VALUE, LONGEST_VALUE)
    assert change.delete_after == change_log.delete_after(now)
    assert (change_log.show_ending("4300"), change_log.show_ending("")) == ("•••• 4300", "")
    assert db.session.scalars(select(ProfileChange.field)).all() == ["city"]
