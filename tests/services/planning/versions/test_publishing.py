"""A version freezes the plan: what it adds, changes and ends; what comes later is a draft until the next one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from app.models import Assignment, AuditEvent, Election, ElectionState, OutboundMail, PlanVersion, PublishedPlace
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.planning.versions import publishing
from app.services.planning.versions.differences import Kind, count_differences, list_differences
from app.services.planning.versions.for_member import list_own_plans
from tests.support.factories.elections import make_function, make_open_election, make_station, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.staffing import make_place


@pytest.fixture
def election(db):
    election = make_open_election()
    election.state = ElectionState.PLANNING
    db.session.commit()
    return election


@pytest.fixture
def place(election):
    """A place in this shift at this station."""
    stations = [make_station(election, 1), make_station(election, 2, "School")]

    def make(member, shift=0, station=0, function="stembureaulid", **values):
        return make_place(member, stations[station], shifts_of(election)[shift], make_function(function), **values)

    return make


@pytest.fixture
def publish(db, election, now):
    def do():
        version = publishing.publish(election, actor=COMMAND, now=now)
        db.session.commit()
        return version

    return do


def numbers(version):
    return version.number, version.added, version.changed, version.removed


def current(db):
    rows = db.session.scalars(select(PublishedPlace).where(PublishedPlace.until_version_id.is_(None)))
    return sorted((row.member_id, row.shift_id, row.station_id, row.function_id) for row in rows)


def plan(db):
    rows = db.session.scalars(select(Assignment))
    return sorted((row.member_id, row.shift_id, row.station_id, row.function_id) for row in rows)


def test_the_first_version_publishes_all_and_moves_the_election(db, election, place, publish):
    first, second = make_member(), make_member()
    for number in (0, 2):
        place(first, number)
    place(second, function="voorzitter")
    assert numbers(publish()) == (1, 3, 0, 0)
    assert current(db) == plan(db)
    assert election.state == ElectionState.PUBLISHED
    assert db.session.scalars(select(OutboundMail)).all() == []
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "plan.published")).one()
    assert event.details == {"version": 1, "new": 3, "changed": 0, "removed": 0}


def test_the_next_version_says_what_is_new_other_and_gone(db, election, place, publish):
    stays, moves, goes, comes = (make_member() for _ in range(4))
    place(stays), place(goes)
    moved = place(moves)
    publish()
    stations = db.session.scalars(select(PublishedPlace.station_id).distinct()).all()
    db.session.delete(db.session.scalars(select(Assignment).where(Assignment.member_id == goes.id)).one())
    moved.starts_at += timedelta(hours=1)
    place(comes, station=1)
    db.session.commit()
    counts = count_differences(election.id)
    assert (counts.added, counts.changed, counts.removed, counts.members, counts.last) == (1, 1, 1, 3, 1)
    found = {difference.member.id: difference for difference in list_differences(election.id, limit=9, offset=0)}
    assert {key: difference.kind for key, difference in found.items()} == {
        comes.id: Kind.ADDED,
        moves.id: Kind.CHANGED,
        goes.id: Kind.REMOVED,
    }
    assert found[moves.id].after.starts_at - found[moves.id].before.starts_at == timedelta(hours=1)
    assert (found[goes.id].after, found[comes.id].before) == (None, None)
    assert len(stations) == 1
    assert numbers(publish()) == (2, 1, 1, 1)
    assert current(db) == plan(db)
    assert count_differences(election.id).total == 0
    assert len(db.session.scalars(select(PublishedPlace)).all()) == 5  # what ended stays readable


def test_who_is_put_back_in_the_same_place_keeps_it(db, place, publish):
    member = make_member()
    row = place(member)
    publish()
    db.session.delete(row)
    db.session.commit()
    again = place(member)
    place(make_member())
    assert numbers(publish()) == (2, 1, 0, 0)
    kept = db.session.scalars(select(PublishedPlace).where(PublishedPlace.member_id == member.id)).one()
    assert (kept.since_version_id != kept.until_version_id, kept.assignment_id) == (True, again.id)


def test_a_plan_that_is_the_same_or_empty_makes_no_version(db, election, place, publish):
    with pytest.raises(RuleBroken, match="Nobody has a place"):
        publish()
    db.session.rollback()
    assert election.state == ElectionState.PLANNING
    place(make_member())
    publish()
    with pytest.raises(RuleBroken, match="same as in version 1"):
        publish()
    db.session.rollback()
    assert len(db.session.scalars(select(PlanVersion)).all()) == 1


@pytest.mark.parametrize("state", [ElectionState.RECRUITING, ElectionState.SETTLING, ElectionState.CLOSED])
def test_nothing_is_published_before_the_planning_or_after_the_days(db, election, place, publish, state):
    place(make_member())
    election.state = state
    db.session.commit()
    with pytest.raises(RuleBroken, match="does not follow"):
        publish()


def test_a_place_at_the_central_count_is_published_too(db, now):
    election = make_open_election(code="TK2026", type="TK", counting="CSO")
    election.state = ElectionState.PLANNING
    make_place(make_member(), None, shifts_of(election)[-1], make_function("teller"))
    version = publishing.publish(election, actor=COMMAND, now=now)
    assert numbers(version) == (1, 1, 0, 0)
    assert count_differences(election.id).total == 0


def test_of_two_at_once_the_second_has_nothing_left_to_publish(app, db, election, place, now):
    place(make_member())
    key, start = election.id, Barrier(8)
    db.session.commit()

    def work(_number):
        with app.app_context():
            start.wait()
            try:
                publishing.publish(db.session.get(Election, key), actor=COMMAND, now=now)
                db.session.commit()
            except RuleBroken:
                db.session.rollback()
                return "refused"
            return "published"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(work, range(8)))
    assert (outcomes.count("published"), outcomes.count("refused")) == (1, 7)
    assert [version.number for version in db.session.scalars(select(PlanVersion))] == [1]
    assert len(db.session.scalars(select(PublishedPlace)).all()) == 1


def test_a_member_sees_what_is_published_in_the_order_of_time_and_no_draft(db, election, place, publish):
    member = make_member()
    place(member, 2), place(member, 0)
    assert list_own_plans(member.id) == []
    publish()
    (own,) = list_own_plans(member.id)
    assert [found.shift_id for found in own.places] == [shifts_of(election)[number].id for number in (0, 2)]
    for row in db.session.scalars(select(Assignment)):
        db.session.delete(row)
    db.session.commit()
    (own,) = list_own_plans(member.id)
    assert len(own.places) == 2
    election.state = ElectionState.SETTLING
    db.session.commit()
    assert list_own_plans(member.id) == []
