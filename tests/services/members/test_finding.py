"""Finding one member, or those to whom something is still to be done, among others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AuditEvent, LinkKind, Member, MemberState, MergedMember
from app.phrases import RuleBroken
from app.services.access.one_time_links import make_link
from app.services.audit import COMMAND
from app.services.members import lists, lookup, totals
from app.services.members.audience_kinds import invited_before
from app.services.members.bsn import record_bsn
from app.services.members.search import find_by_name_or_number, ids_before, members_called
from app.services.waiting import count_totals
from tests.support.factories.people import make_member


@pytest.fixture
def people(db, now):
    """Anna and Bram; Cees became part of Bram."""
    anna = make_member(username="Anna1", member_number="A-100", surname="Vries", email="a@bramdorp.example")
    bram = make_member(username="bram", member_number="A-200", surname="Bakker")
    old = {"old_id": 900, "old_user_id": 901, "old_user_name": "Cees", "member_number": "A-300"}
    db.session.add(MergedMember(**old, member_id=bram.id, merged_at=now))
    db.session.add(
        MergedMember(
            **{**old, "old_id": 902, "member_number": "x", "old_user_name": "y"}, member_id=anna.id, merged_at=now
        )
    )
    db.session.flush()
    return anna, bram


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (" A-100 ", ["Vries"]),
        ("ANNA1", ["Vries"]),
        ("bram", ["Bakker"]),  # who is called so, not whose address holds it
        ("cees", ["Bakker"]),
        ("A-300", ["Bakker"]),
        ("bramdorp", ["Vries"]),
        ("nobody", []),
        (" ", []),
    ],
)
def test_who_is_called_so_comes_before_whoever_has_the_words(db, people, typed, found):
    called = select(Member.surname).where(Member.id.in_(members_called(typed, Member.id)))
    assert db.session.scalars(called).all() == found


def test_who_became_part_of_a_member_is_known_by_the_keys_of_before(db, people):
    _anna, bram = people
    of_bram = select(Member.id).where(Member.id == bram.id)
    assert db.session.scalars(ids_before(of_bram)).all() == [900]
    assert db.session.scalars(ids_before(of_bram, MergedMember.old_user_id)).all() == [901]


@pytest.mark.parametrize("typed", [" A-100 ", "anna1"])
def test_one_member_is_named_by_number_or_user_name(db, people, typed):
    anna, _bram = people
    assert find_by_name_or_number(typed) is anna
    assert lookup.find_member(typed) == (anna.user.username, anna)


@pytest.mark.parametrize("typed", ["Vries", "", "A-999"])
def test_what_names_nobody_is_refused_at_its_field(db, people, typed):
    with pytest.raises(RuleBroken) as refusal:
        find_by_name_or_number(typed)
    assert refusal.value.field == "member_number"
    assert lookup.find_member(typed) is None


def test_what_names_two_is_neither(db, people):
    make_member(username="a-200", member_number="A-500")
    with pytest.raises(RuleBroken):
        find_by_name_or_number("A-200")
    assert lookup.find_member("A-200") is None


def test_members_are_offered_by_name_with_their_user_name(db, people):
    anna, bram = people
    assert lookup.find_members("bram", 5) == [("bram", bram), (anna.user.username, anna)]
    assert lookup.find_members("bram", 1) == [("bram", bram)]
    assert lookup.find_members("  ", 5) == []
    assert lookup.read_members([anna.id, 0]) == {anna.id: anna}


def test_the_numbers_of_the_first_page_are_those_of_the_lists_they_lead_to(db, now):
    make_member()  # all of it is still to be done
    done = make_member(data_checked_at=now, email=None)
    record_bsn(done, "111222333", actor=COMMAND, now=now)
    make_member(state=MemberState.INVITED, email_broken_at=now)
    make_member(state=MemberState.IMPORTED, is_civil_servant=True)
    make_member(state=MemberState.PAUSED, email=None)  # takes no part
    make_member(state=MemberState.RESIGNED, email_broken_at=now)
    db.session.commit()
    told = {tuple(sorted(total.only.items())): total.number for total in _counted(now)}
    assert told == {
        (("state", "active"),): 2,
        (("state", "invited"),): 1,
        (("state", "imported"),): 1,
        (("bsn", "needed"), ("takes_part", "yes")): 3,
        (("checked", "no"), ("takes_part", "yes")): 3,
        (("email", "missing"), ("takes_part", "yes")): 1,
        (("email", "broken"), ("takes_part", "yes")): 1,
    }
    for asked, number in told.items():
        assert db.session.query(Member).filter(*map(_asks, asked)).count() == number, asked


def _counted(now):
    return count_totals(totals.total_members(now))


def _asks(question):
    name, answer = question
    return Member.state == answer if name == "state" else lists.QUESTIONS[name][answer]


def test_each_question_narrows_to_who_answers_so(db, now):
    first = make_member(data_checked_at=now, is_civil_servant=True, bsn_known_at=now, bsn_duplicate=True)
    other = make_member(email=None)
    answers = {
        first.id: {"bsn": ["known", "double"], "checked": ["yes"], "servant": ["yes"], "email": ["known"]},
        other.id: {"bsn": ["needed"], "checked": ["no"], "servant": ["no"], "email": ["missing"]},
    }
    for name in ("bsn", "checked", "servant", "email"):
        for answer, asked in lists.QUESTIONS[name].items():
            found = db.session.scalars(select(Member.id).where(asked)).all()
            assert found == [member_id for member_id, given in answers.items() if answer in given[name]], (name, answer)


def test_an_account_that_was_not_opened_is_found_by_how_long_ago_it_was_invited(db, now):
    moments = [now - timedelta(days=days) for days in (30, 28, 14, 1)]
    members = [make_member(state=MemberState.INVITED) for _ in moments]
    opened = make_member()
    for member, moment in ((members[3], moments[0]), *zip(members, moments, strict=True), (opened, moments[0])):
        make_link(member.user_id, LinkKind.INVITATION, now=moment, lifetime=timedelta(days=14))
    make_link(members[2].user_id, LinkKind.RESET, now=now, lifetime=timedelta(days=1))
    for days, found in ((28, members[:2]), (14, members[:3])):
        wanted = select(Member).where(invited_before(now - timedelta(days=days))).order_by(Member.id)
        assert db.session.scalars(wanted).all() == found
    not_opened = select(Member).where(lists.QUESTIONS["account"]["not_opened"]).order_by(Member.id)
    assert db.session.scalars(not_opened).all() == members


def test_an_export_is_in_the_trail_with_how_many(db, now):
    make_member(surname="Vries")
    make_member(surname="Bakker")
    make_member(surname="Smit", state=MemberState.RESIGNED)
    wanted = db.session.query(Member).filter(lists.QUESTIONS["takes_part"]["yes"])
    rows = lists.export_members(wanted, actor=COMMAND, now=now)
    assert ["Bakker" in row for row in rows] == [True, False]
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.action, event.details, event.at) == ("members.exported", {"rows": 2}, now)
