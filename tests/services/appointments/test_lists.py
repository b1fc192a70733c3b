"""Decisions as the team and the member read them: whose they are, in which order, and who works there too."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import Appointment, LegalCapacity
from app.services.appointments import lists
from app.services.appointments.colleagues import Colleague, list_colleagues
from app.services.appointments.setups import find_setup
from app.services.search.query import read_search
from tests.support.factories.appointments import appoint, decision_of, make_setup
from tests.support.factories.elections import (
    give_availability,
    make_election,
    make_function,
    make_open_election,
    make_station,
    shifts_of,
)
from tests.support.factories.people import make_member
from tests.support.factories.plans import publish_places


@pytest.fixture
def appointed(db, now):
    """A chair with two places and a member who shares what the letter says, each with a decision."""
    election = make_open_election()
    station, shifts = make_station(election, 12), shifts_of(election)
    chair = make_member(surname="Aarts", mobile="", phone="+31201234567", email="a@post.example")
    member = make_member(surname="Bos", mobile="+31612345678", phone="+31201234568")
    give_availability(chair, election, now=now)
    wanted = [
        (chair, station, shifts[2], make_function("teller")),
        (chair, station, shifts[0], make_function("voorzitter")),
        (member, station, shifts[0], make_function("stembureaulid")),
    ]
    publish_places(election, wanted, now=now)
    run = appoint(make_setup(election, now=now), now=now)
    return election, chair, member, run


def test_decisions_of_a_member_are_listed_the_newest_first_with_their_places_in_order(db, appointed, now):
    election, chair, member, _run = appointed
    other = make_election(code="EP2029", type="EP", name="Europa")
    publish_places(other, [(chair, None, shifts_of(other)[0], make_function("teller"))], now=now)
    appoint(make_setup(other, now=now), now=now)
    first, second = (
        db.session.scalars(
            select(Appointment).where(Appointment.member_id == chair.id, Appointment.election_id == of.id)
        ).one()
        for of in (election, other)
    )
    assert lists.list_of_member(chair.id, limit=9) == [second, first]
    assert lists.list_of_member(chair.id, limit=1) == [second]
    assert lists.list_of_member(member.id, limit=9) == [decision_of(member)]
    listed = [(place.function.code, capacity) for place, capacity in lists.list_places(first.id)]
    assert listed == [("voorzitter", LegalCapacity.CHAIR), ("teller", LegalCapacity.SUBSTITUTE)]


def test_the_last_times_that_members_were_appointed_are_of_this_election(db, appointed, now, monkeypatch):
    election, chair, _member, run = appointed
    later = shifts_of(election)[1]
    publish_places(election, [(chair, None, later, make_function("teller"))], now=now)
    newer = appoint(find_setup(election.id), now=now)
    assert lists.list_runs(election.id) == [newer, run]
    assert lists.list_runs(election.id + 1) == []
    monkeypatch.setattr(lists, "RUNS_SHOWN", 1)
    assert lists.list_runs(election.id) == [newer]


def test_a_decision_is_found_by_how_its_number_begins_or_by_its_member(db, appointed):
    _election, chair, member, _run = appointed
    number = decision_of(chair).decision_number

    def found(typed):
        tiers = lists.found_by_words(read_search(typed))
        return [{row.member_id for row in db.session.scalars(select(Appointment).where(tier))} for tier in tiers]

    assert found(number) == [{chair.id}, {chair.id}]
    assert found(number[:-1]) == [{chair.id, member.id}] * 2
    assert found("bos") == [set(), {member.id}]
    assert found(number[3:])[0] == set()


def test_who_works_there_too_is_named_with_the_numbers_of_who_shares_them(db, appointed):
    _election, chair, member, _run = appointed
    (seen_by_member,) = list_colleagues(decision_of(member))
    assert seen_by_member.name == chair.full_name
    assert [function.code for function in seen_by_member.functions] == ["voorzitter", "teller"]
    assert (seen_by_member.shares, seen_by_member.phone, seen_by_member.email) == (
        True,
        "+31201234567",
        "a@post.example",
    )
    (seen_by_chair,) = list_colleagues(decision_of(chair))
    assert seen_by_chair == Colleague(member.full_name, (make_function("stembureaulid"),), shares=False)
