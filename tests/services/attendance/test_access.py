"""Who may keep the attendance of a station: who may preside there that day, and whom the team names; nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import Appointment, AuditEvent, ElectionState, MemberAnswer, MemberState
from app.phrases import RuleBroken
from app.services.attendance import access
from app.services.audit import COMMAND
from tests.support.factories.appointments import appoint, make_setup
from tests.support.factories.attendance import ON, at, day_of, make_running_election, make_team
from tests.support.factories.people import make_member


@pytest.fixture
def team(db, now):
    return make_team(make_running_election(), codes=("voorzitter", "plv_voorzitter", "stembureaulid"), now=now)


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
