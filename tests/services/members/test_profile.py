from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.models import Account, AuditEvent, Member, ProfileChange, UserSession
from app.phrases import RuleBroken
from app.services.access.sessions import open_session
from app.services.audit import Actor
from app.services.members import members, profile, states
from app.services.members.change_log import delete_expired_changes, term
from app.services.members.search import contains_words
from tests.support.factories.people import make_member

TEAM = Actor("team")


def test_each_changed_field_is_kept_with_old_and_new_value_and_audited_by_name(db, now):
    member = make_member(city="Oud", phone="")
    changed = profile.change_own_data(
        member, {"city": "Nieuw", "phone": "06 12345678", "street": member.street}, actor=TEAM, now=now
    )
    db.session.commit()

    assert sorted(changed) == ["city", "phone"]
    assert member.phone == "+31612345678"
    kept = {change.field: (change.old_value, change.new_value) for change in db.session.scalars(select(ProfileChange))}
    assert kept == {"city": ("Oud", "Nieuw"), "phone": ("", "+31612345678")}
    event = db.session.scalars(select(AuditEvent)).one()
    assert event.details == {"fields": ["city", "phone"]}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("postcode", "1234"),
        ("phone", "12"),
        ("iban", "NL00ABNA0417164300"),
        ("birth_date", "31-02-1970"),
        ("birth_date", "01-01-2024"),
        ("surname", " "),
        ("surname", "123"),
        ("postcode", "2000"),
        ("postcode", "47533 Kleve"),
        ("house_number", "a12"),
        ("house_number", "0"),
        ("house_number", "1234567"),
        ("first_name", "x" * 101),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_changes(db, now, field, typed):
    member = make_member(city="Oud")
    with pytest.raises(RuleBroken) as refusal:
        profile.change_own_data(member, {"city": "Nieuw", field: typed}, actor=TEAM, now=now)
    assert refusal.value.field == field
    assert member.city == "Oud"


@pytest.mark.parametrize("typed", ["12A", "12-A", "12 A", " 12 / A "])
def test_an_addition_typed_with_the_house_number_goes_to_its_own_field(db, now, typed):
    member = make_member()
    profile.change_own_data(member, {"house_number": typed, "house_number_suffix": ""}, actor=TEAM, now=now)
    assert (member.house_number, member.house_number_suffix) == ("12", "A")
    profile.change_own_data(member, {"house_number": "12 bis", "house_number_suffix": "Bis"}, actor=TEAM, now=now)
    assert (member.house_number, member.house_number_suffix) == ("12", "Bis")


def test_two_different_additions_are_refused(db, now):
    member = make_member(house_number="9")
    with pytest.raises(RuleBroken) as refusal:
        profile.change_own_data(member, {"house_number": "12A", "house_number_suffix": "bis"}, actor=TEAM, now=now)
    assert (refusal.value.field, member.house_number) == ("house_number_suffix", "9")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1234ab", "1234 AB"),
        ("B-2000", "B-2000"),
        ("be 2000", "B-2000"),
        ("B2000", "B-2000"),
        ("47533", "D-47533"),
        ("d-01067", "D-01067"),
        ("DE 47533", "D-47533"),
    ],
)
def test_a_postcode_of_a_neighbour_is_kept_in_one_spelling_and_found(db, now, typed, kept):
    member, _other = make_member(), make_member(postcode="9876 ZA")
    profile.change_own_data(member, {"postcode": typed}, actor=TEAM, now=now)
    db.session.commit()
    assert member.postcode == kept
    for searched in (typed, kept):
        assert list(db.session.scalars(select(Member).where(*contains_words(searched)))) == [member]


def test_of_an_iban_only_the_last_four_stay_readable(db, now):
    member = make_member()
    profile.change_own_data(member, {"iban": "nl91 abna 0417 1643 00"}, actor=TEAM, now=now)
    db.session.commit()

    assert member.iban_ending == "4300"
    assert "ABNA" not in member.sealed_iban
    assert "ABNA" not in repr([vars(change) for change in db.session.scalars(select(ProfileChange))])
    assert profile.change_own_data(member, {"iban": "NL91ABNA0417164300"}, actor=TEAM, now=now) == []
    assert profile.change_own_data(member, {"iban": ""}, actor=TEAM, now=now) == []


def test_a_member_cannot_change_what_is_the_teams(db, now):
    member = make_member(email="jan@post.example", is_civil_servant=False)
    typed = {"email": "x@post.example", "member_number": "1", "is_civil_servant": True, "state": "paused", "user_id": 1}
    assert profile.change_own_data(member, typed, actor=TEAM, now=now) == []


def test_another_address_given_by_the_team_ends_the_sessions(db, now):
    member = make_member()
    open_session(db.session.get(Account, member.user_id), now=now, ip="", agent="")
    profile.change_data(member, {"email": "Nieuw@Post.example"}, actor=TEAM, now=now)
    db.session.commit()

    assert member.email == "nieuw@post.example"
    assert not db.session.scalars(select(UserSession)).all()


def test_a_new_name_is_found_by_search_and_in_the_account(db, now):
    member = make_member(first_name="Zoë")
    profile.change_own_data(member, {"surname": "Çelik", "infix": ""}, actor=TEAM, now=now)
    db.session.commit()

    assert "zoe" in member.search_text
    assert "celik" in member.search_text
    assert member.user.last_name == "Çelik"


def test_old_values_are_deleted_after_their_term_and_not_before(db, now):
    member = make_member()
    profile.change_own_data(member, {"city": "Nieuw"}, actor=TEAM, now=now)
    db.session.commit()

    assert delete_expired_changes(now + timedelta(days=term.days)) == 0
    assert delete_expired_changes(now + timedelta(days=term.days + 1)) == 1


def test_checking_notes_when_and_is_refused_while_something_is_missing(db, now):
    member = make_member(postcode="")
    with pytest.raises(RuleBroken) as refusal:
        profile.confirm_data(member, actor=TEAM, now=now)
    assert refusal.value.field == "postcode"
    assert member.data_checked_at is None
    member.postcode = "1234 AB"
    profile.confirm_data(member, actor=TEAM, now=now)
    assert member.data_checked_at == now


def test_a_member_who_leaves_cannot_sign_in_and_can_come_back(db, now):
    member = make_member(password="een lang wachtwoord")
    open_session(db.session.get(Account, member.user_id), now=now, ip="", agent="")
    states.resign(member, actor=TEAM, now=now)
    db.session.commit()
    assert member.state == "resigned"
    assert not member.user.active
    assert not db.session.scalars(select(UserSession)).all()
    with pytest.raises(RuleBroken):
        states.pause(member, actor=TEAM, now=now)

    states.resume(member, actor=TEAM, now=now)
    assert member.state == "active"
    assert member.user.active


def test_the_team_adds_a_member_by_hand(db, now):
    typed = {"surname": "Bakker", "first_name": "Piet", "birth_date": "6-6-1970", "email": "Piet@post.example"}
    member = members.add_member({**typed, "member_number": ""}, actor=TEAM, now=now)
    db.session.commit()

    assert member.birth_date == date(1970, 6, 6)
    assert member.user.username == "pbakker"
    assert member.member_number is None
    with pytest.raises(RuleBroken):
        members.add_member({"surname": ""}, actor=TEAM, now=now)


def test_everything_that_is_wrong_is_said_at_once_each_with_its_field(db, now):
    member = make_member(city="Oud", member_number="1")
    make_member(member_number="2")
    typed = {"surname": "", "postcode": "12", "iban": "NL00", "city": "Nieuw", "member_number": "2"}
    with pytest.raises(RuleBroken) as refusal:
        profile.change_data(member, typed, actor=TEAM, now=now)
    assert [fault.field for fault in refusal.value.together] == ["postcode", "iban", "surname", "member_number"]
    assert member.city == "Oud"


def test_all_that_is_missing_is_named_when_data_are_confirmed(db, now):
    member = make_member(street="", city="", birth_date=None)
    with pytest.raises(RuleBroken) as refusal:
        profile.confirm_data(member, actor=TEAM, now=now)
    assert {"street", "city", "birth_date"} <= {fault.field for fault in refusal.value.together}
