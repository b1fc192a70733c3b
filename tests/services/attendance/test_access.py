"""Who may keep the attendance of a station: who may preside there that day, and whom the team names; nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import (
    Appointment,
    AppointmentState,
    AuditEvent,
    Counting,
    ElectionState,
    MemberAnswer,
    MemberState,
    ShiftKind,
)
from app.phrases import RuleBroken
from app.services.attendance import access
from app.services.audit import COMMAND
from tests.support.factories.appointments import appoint, make_setup
from tests.support.factories.attendance import ON, at, day_of, make_running_election, make_team
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.plans import publish_places


@pytest.fixture
def team(remembered, now):
    codes = ("voorzitter", "plv_voorzitter", "stembureaulid")
    return remembered(lambda: make_team(make_running_election(), codes=codes, now=now))


def may(member, station, moment=None) -> bool:
    return access.find_kept(member.id, station.id, ON, moment or at(7)) is not None


def test_who_may_preside_keeps_the_list_of_the_own_station_only(team, now):
    station, (chair, deputy, ordinary), _places = team
    other, (stranger, *_rest), _places = make_team(station.election, 13, now=now)
    assert may(chair, station)
    assert may(deputy, station)
    assert not may(ordinary, station)
    assert not may(chair, other)
    assert not may(stranger, station)
    assert [(kept.number, kept.date) for kept in access.list_kept(chair.id, at(7))] == [(12, ON)]
    assert access.list_kept(ordinary.id, at(7)) == []


@pytest.mark.parametrize(
    ("moment", "expected"),
    [(at(16, 59, days=-1), False), (at(17, days=-1), True), (at(11, 59, days=1), True), (at(12, days=1), False)],
)
def test_it_opens_the_evening_before_and_closes_at_noon_of_the_day_after(team, moment, expected):
    station, (chair, *_rest), _places = team
    assert may(chair, station, moment) is expected
    assert bool(access.list_kept(chair.id, moment)) is expected


def test_nobody_keeps_it_before_the_plan_is_published_or_after_the_election_closed(db, team):
    station, (chair, *_rest), _places = team
    for state in (ElectionState.PLANNING, ElectionState.CLOSED):
        station.election.state = state
        db.session.commit()
        assert not may(chair, station)
        assert access.list_kept(chair.id, at(7)) == []


def test_who_said_no_to_the_appointment_keeps_nothing(db, team, now):
    station, (chair, *_rest), _places = team
    appoint(make_setup(station.election, now=now), now=now)
    own = db.session.scalars(select(Appointment).where(Appointment.member_id == chair.id)).one()
    own.answer = MemberAnswer.CANCELLED
    db.session.commit()
    assert not may(chair, station)


def test_the_team_names_somebody_for_a_day_and_ends_it(db, team):
    station, _members, _places = team
    helper = make_member(first_name="Hulp")
    given = access.give_access(day_of(station), helper, actor=COMMAND, now=at(6))
    assert access.give_access(day_of(station), helper, actor=COMMAND, now=at(6)) is given
    assert may(helper, station)
    assert [kept.number for kept in access.list_kept(helper.id, at(7))] == [12]
    assert [named.member_id for named in access.list_named(station.id, ON)] == [helper.id]
    access.end_access(given, actor=COMMAND, now=at(6, 30))
    assert not may(helper, station)
    assert access.list_named(station.id, ON) == []
    access.give_access(day_of(station), helper, actor=COMMAND, now=at(6, 40))
    assert may(helper, station)
    actions = list(db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_type == "StationAccess")))
    assert actions == ["station_access.given", "station_access.ended", "station_access.given"]


def test_without_an_open_account_nobody_can_be_named(db, team):
    station, _members, _places = team
    helper = make_member(first_name="Hulp")
    helper.state = MemberState.PAUSED
    db.session.commit()
    with pytest.raises(RuleBroken):
        access.give_access(day_of(station), helper, actor=COMMAND, now=at(6))


def test_whom_the_team_names_keeps_it_for_that_station_and_day_until_it_ends(db, team, now):
    station, *_rest = team
    other, *_rest = make_team(station.election, 13, now=now)
    member = make_member(state=MemberState.ACTIVE)
    day, own = day_of(station), {"actor": COMMAND, "now": now}
    given = access.give_access(day, member, **own)
    again = access.give_access(day, member, **own)
    db.session.commit()
    assert given.id == again.id
    assert (may(member, station), may(member, other)) == (True, False)
    for _ in range(2):
        access.end_access(given, **own)
    db.session.commit()
    assert not may(member, station)
    assert access.list_named(station.id, ON) == []
    assert access.give_access(day, member, **own).ended_at is None
    assert [row.id for row in access.list_named(station.id, ON)] == [given.id]
    assert may(member, station)
    told = select(AuditEvent.action).where(
        AuditEvent.member_id == member.id, AuditEvent.subject_type == "StationAccess"
    )
    assert list(db.session.scalars(told.order_by(AuditEvent.id))) == [
        *("station_access.given", "station_access.ended", "station_access.given")
    ]


@pytest.mark.parametrize("state", [state for state in MemberState if state != MemberState.ACTIVE])
def test_nobody_without_an_open_account_is_named(team, now, state):
    with pytest.raises(RuleBroken) as refused:
        access.give_access(day_of(team[0]), make_member(state=state), actor=COMMAND, now=now)
    assert refused.value.field == "member"


def test_a_no_counts_of_the_decision_that_holds_only(db, team, now):
    station, (chair, *_rest), _places = team
    appoint(make_setup(station.election, now=now), now=now)
    own = db.session.scalars(select(Appointment).where(Appointment.member_id == chair.id)).one()
    for answer, state, expected in (
        (MemberAnswer.DECLINED, AppointmentState.ISSUED, False),
        (MemberAnswer.DECLINED, AppointmentState.SUPERSEDED, True),
        (MemberAnswer.ACCEPTED, AppointmentState.ISSUED, True),
        (MemberAnswer.NONE, AppointmentState.ISSUED, True),
    ):
        own.answer, own.state = answer, state
        db.session.commit()
        assert may(chair, station) is expected
        assert bool(access.list_kept(chair.id, at(7))) is expected


def test_a_place_that_was_taken_away_or_is_of_the_central_count_gives_no_list(db, now):
    election = make_running_election(counting=Counting.CSO)
    (central,) = [shift for shift in shifts_of(election) if shift.kind == ShiftKind.CENTRAL_COUNT]
    station, (chair, *_rest), places = make_team(election, now=now)
    counts, chairs_count = make_member(), make_function("voorzitter")
    publish_places(election, [(counts, station, central, chairs_count)], now=now)
    day_after = at(10, days=1)
    assert access.list_kept(counts.id, day_after) == []
    assert access.find_kept(counts.id, station.id, central.day.date, day_after) is None
    assert access.list_kept(chair.id, day_after) != []
    publish_places(election, [], ended=places, now=now)
    assert access.list_kept(chair.id, at(7)) == []
    assert not may(chair, station)


def test_lists_stand_by_number_and_who_was_named_stands_beside_who_presides(db, team, now):
    station, (chair, *_rest), _places = team
    lower, higher = (make_team(station.election, number, now=now)[0] for number in (3, 14))
    for other in (higher, lower):
        access.give_access(day_of(other), chair, actor=COMMAND, now=now)
    access.give_access(day_of(station), chair, actor=COMMAND, now=now)  # besides presiding there
    kept = access.list_kept(chair.id, at(7))
    assert [(each.number, each.station_id, each.name) for each in kept] == [
        (3, lower.id, lower.name),
        (12, station.id, station.name),
        (14, higher.id, higher.name),
    ]
    (given,) = access.list_named(higher.id, ON)
    access.end_access(given, actor=COMMAND, now=now)
    assert [each.number for each in access.list_kept(chair.id, at(7))] == [3, 12]


def test_who_was_named_keeps_nothing_on_another_day_or_when_the_election_is_closed(db, team, now):
    station, _members, _places = team
    helper = make_member()
    given = access.give_access(day_of(station), helper, actor=COMMAND, now=now)
    station.election.state = ElectionState.CLOSED
    db.session.commit()
    assert (access.list_kept(helper.id, at(7)), may(helper, station)) == ([], False)
    station.election.state, given.on_date = ElectionState.RUNNING, ON - timedelta(days=7)
    db.session.commit()
    assert (access.list_kept(helper.id, at(7)), may(helper, station)) == ([], False)


def test_home_looks_for_lists_only_when_the_voting_is_near(db, team, statements):
    station, (chair, *_rest), _places = team
    election = station.election
    for days, is_near in ((-6, False), (-5, True), (5, True), (6, False)):
        with statements() as seen:
            access.list_kept_near(chair.id, [election], at(12, days=days))
        assert bool(seen) is is_near, days
    assert [kept.number for kept in access.list_kept_near(chair.id, [election], at(7))] == [12]
    election.state = ElectionState.PLANNING
    db.session.commit()
    assert election.voting_on == ON
    with statements() as seen:
        assert access.list_kept_near(chair.id, [election], at(7)) == []
    assert seen == []
