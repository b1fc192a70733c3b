"""Hours of somebody who was not planned: what is refused, at which field, and what they are worth at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AuditEvent, ElectionState, HoursSource, HoursState, Service, WorkedHours
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.evaluation.hours.adding import Added, add_hours
from app.services.planning.times import shift_hours
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.evaluation import after
from tests.support.factories.people import make_member


@pytest.fixture
def election(db):
    return make_election()


@pytest.fixture
def added(election):
    shift = shifts_of(election)[0]
    starts_at, ends_at = shift_hours(shift)
    return Added(
        shift=shift,
        station_id=make_station(election, 12).id,
        function_id=make_function("stembureaulid").id,
        starts_at=starts_at + timedelta(hours=1),
        ends_at=ends_at,
        reason="Viel in op de dag zelf",
    )


def test_added_hours_count_at_once_and_are_experience(db, election, added):
    member = make_member()
    hours = add_hours(election, member, added, actor=COMMAND, now=after(election))
    assert (hours.starts_at, hours.ends_at) == (added.starts_at, added.ends_at)
    assert hours.minutes == (added.ends_at - added.starts_at) / timedelta(minutes=1)
    assert (hours.source, hours.state, hours.is_absent) == (HoursSource.TEAM, HoursState.CONFIRMED, False)
    assert (hours.station_id, hours.function_id) == (added.station_id, added.function_id)
    assert hours.reason == added.reason
    assert db.session.scalars(select(Service.member_id)).all() == [member.id]
    told = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "hours.added")).one()
    assert (told.member_id, told.subject_id) == (member.id, hours.id)


def test_hours_that_cannot_be_are_refused_at_their_field(db, election, added):
    other = make_election(code="EP2029", type="EP", name="Europa 2029")
    late = after(election)
    elsewhere = make_station(other, 5).id
    cases = [
        (replace(added, shift=shifts_of(other)[0]), late, "shift"),
        (added, shift_hours(added.shift)[0] - timedelta(minutes=1), "shift"),
        (replace(added, station_id=None), late, "station"),
        (replace(added, station_id=elsewhere), late, "station"),
        (replace(added, function_id=99999), late, "function"),
    ]
    for wrong, now, field in cases:
        with pytest.raises(RuleBroken) as refused:
            add_hours(election, make_member(), wrong, actor=COMMAND, now=now)
        assert refused.value.field == field
    assert db.session.scalars(select(WorkedHours)).all() == []


def test_nobody_gets_two_hours_in_one_shift(db, election, added):
    member, now = make_member(), after(election)
    add_hours(election, member, added, actor=COMMAND, now=now)
    add_hours(election, make_member(), added, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken) as refused:
        add_hours(election, member, added, actor=COMMAND, now=now)
    assert refused.value.field == "member"
    second = shifts_of(election)[1]
    starts_at, ends_at = shift_hours(second)
    later = replace(added, shift=second, starts_at=starts_at, ends_at=ends_at)
    add_hours(election, member, later, actor=COMMAND, now=now)
    own = select(WorkedHours.shift_id).where(WorkedHours.member_id == member.id).order_by(WorkedHours.id)
    assert db.session.scalars(own).all() == [added.shift.id, second.id]


def test_nothing_is_added_to_an_election_that_is_closed(db, election, added):
    election.state = ElectionState.CLOSED
    with pytest.raises(RuleBroken):
        add_hours(election, make_member(), added, actor=COMMAND, now=after(election))
