"""A version freezes the plan: what it adds, changes and ends; what comes later is a draft until the next one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, update

from app.models import (
    Assignment,
    AuditEvent,
    Election,
    ElectionState,
    EligibilityFinding,
    OutboundMail,
    PlanVersion,
    PublishedPlace,
)
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.planning.versions import of_member, publishing
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
def neighbour(db, now):
    """Another election with a place that is published, one that is not any more in the plan, and one that is new."""
    other = make_open_election(code="EP2029", type="EP", name="Europa 2029", voting_on=date(2029, 6, 7))
    other.state = ElectionState.PLANNING
    station, (shift, *_rest), function = make_station(other, 1), shifts_of(other), make_function("stembureaulid")
    _stays, _stays_too, goes = (make_place(make_member(), station, shift, function) for _ in range(3))
    publishing.publish(other, actor=COMMAND, now=now)
    db.session.delete(goes)
    make_place(make_member(), station, shift, function)
    return other


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
    own = PublishedPlace.election_id.in_(select(Election.id).where(Election.code != "EP2029"))
    rows = db.session.scalars(select(PublishedPlace).where(PublishedPlace.until_version_id.is_(None), own))
    return sorted((row.member_id, row.shift_id, row.station_id, row.function_id) for row in rows)


def plan(db):
    own = Assignment.election_id.in_(select(Election.id).where(Election.code != "EP2029"))
    rows = db.session.scalars(select(Assignment).where(own))
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


def test_the_next_version_says_what_is_new_other_and_gone(db, election, place, publish, neighbour):
    stays, moves, goes, comes = (make_member() for _ in range(4))
    place(stays), place(goes)
    moved = place(moves)
    publish()
    of_moves = EligibilityFinding.member_id == moves.id
    db.session.execute(update(EligibilityFinding).where(of_moves).values(overridden_at=moved.starts_at))
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
    assert counts.stopped == 2  # nobody is trained, and one of three was overruled
    (changed,) = list_differences(election.id, limit=1, offset=1)
    assert changed.member.id == sorted(found)[1]
    assert numbers(publish()) == (2, 1, 1, 1)
    assert current(db) == plan(db)
    assert count_differences(election.id).total == 0
    kept = select(PublishedPlace).where(PublishedPlace.election_id == election.id)
    assert len(db.session.scalars(kept).all()) == 5  # what ended stays readable
    left = count_differences(neighbour.id)
    assert (left.added, left.changed, left.removed, left.members, left.stopped, left.last) == (1, 0, 1, 2, 3, 1)


def test_a_place_is_another_by_where_when_or_what_it_is(db, election, place, publish):
    """Each by itself; what else is noted with it makes no difference."""
    rows = {name: place(make_member()) for name in ("station", "function", "start", "end", "note")}
    central = shifts_of(election)[2]
    nowhere = place(make_member(), 2)
    publish()
    rows["station"].station_id = nowhere.station_id + 1
    rows["function"].function_id = make_function("voorzitter").id
    rows["start"].starts_at += timedelta(minutes=1)
    rows["end"].ends_at -= timedelta(minutes=1)
    rows["note"].note, rows["note"].is_locked = "Neemt koffie mee", True
    nowhere.station_id = None
    db.session.commit()
    assert (count_differences(election.id).total, count_differences(election.id).changed) == (5, 5)
    differing = {difference.member.id for difference in list_differences(election.id, limit=9, offset=0)}
    assert rows["note"].member_id not in differing
    assert numbers(publish()) == (2, 0, 5, 0)
    assert central.id == nowhere.shift_id


def test_of_a_replacement_only_the_places_of_those_members_are_published(db, election, place, now):
    leaves, comes, other, stays = (make_member() for _ in range(4))
    gone, moved = place(leaves), place(other)
    place(stays)
    publishing.publish(election, actor=COMMAND, now=now)
    place(comes, station=1)
    moved.station_id, only = None, [leaves.id, comes.id]
    db.session.delete(gone)
    db.session.commit()
    assert numbers(publishing.publish(election, only=only, actor=COMMAND, now=now)) == (2, 1, 0, 1)
    left = list_differences(election.id, limit=9, offset=0)
    assert [(difference.kind, difference.member.id) for difference in left] == [(Kind.CHANGED, other.id)]
    with pytest.raises(RuleBroken, match="same as in version 2"):
        publishing.publish(election, only=only, actor=COMMAND, now=now)
    db.session.rollback()


def test_who_is_put_back_in_the_same_place_keeps_it(db, election, place, publish, neighbour):
    member = make_member()
    row = place(member)
    place(member, 2)
    publish()
    db.session.delete(row)
    db.session.commit()
    again = place(member)
    place(make_member())
    assert numbers(publish()) == (2, 1, 0, 0)
    places = select(PublishedPlace).where(PublishedPlace.member_id == member.id).order_by(PublishedPlace.starts_at)
    kept, other = db.session.scalars(places)
    assert (kept.until_version_id, kept.assignment_id, other.until_version_id) == (None, again.id, None)
    assert other.assignment_id != again.id


def test_the_team_sees_of_each_place_of_a_member_whether_it_is_published_so(db, election, place, publish, neighbour):
    member, colleague = make_member(), make_member()
    early, late = place(member, 0), place(member, 2)
    moved = place(colleague, 2)
    publish()
    late.function_id = moved.function_id = make_function("voorzitter").id
    new = place(member, 1, starts_at=early.ends_at)
    db.session.commit()
    assert of_member.list_places(member.id, limit=9) == [(early, True), (new, False), (late, False)]
    assert of_member.list_places(member.id, limit=1) == [(early, True)]
    election.state = ElectionState.CLOSED
    db.session.commit()
    assert of_member.list_places(member.id, limit=9) == []


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


def test_a_member_sees_what_is_published_in_the_order_of_time_and_no_draft(db, election, place, publish, neighbour):
    member, colleague = make_member(), make_member()
    place(colleague, 1)
    place(member, 2), place(member, 0)
    assert list_own_plans(member.id) == []
    publish()
    (own,) = list_own_plans(member.id)
    assert own.election == election
    assert [found.shift_id for found in own.places] == [shifts_of(election)[number].id for number in (0, 2)]
    for row in db.session.scalars(select(Assignment)):
        db.session.delete(row)
    db.session.commit()
    (own,) = list_own_plans(member.id)
    assert len(own.places) == 2
    election.state = ElectionState.SETTLING
    db.session.commit()
    assert list_own_plans(member.id) == []
