"""Who is on the list of reserves of a shift: who said yes, may be appointed, has no place, and was never taken off."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import (
    AuditEvent,
    Availability,
    AvailabilityState,
    ElectionState,
    EligibilityRule,
    MemberState,
    Reserve,
    ReserveState,
)
from app.phrases import RuleBroken
from app.services import bulk_runs
from app.services.appointments.replacement import reserves
from app.services.audit import COMMAND
from app.services.planning.eligibility import findings
from app.services.planning.times import shift_hours
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.planning import find_fault, make_available, make_planned_election
from tests.support.factories.plans import publish_places
from tests.support.factories.replacement import place
from tests.support.jobs import run_job


@pytest.fixture
def election(remembered):
    return remembered(lambda: make_planned_election(1))


@pytest.fixture
def shift(election):
    return shifts_of(election)[0]


def listed(db) -> dict[int, str]:
    return dict(db.session.execute(select(Reserve.member_id, Reserve.state)).all())


def test_all_who_can_are_put_on_and_nobody_else(db, election, shift, now):
    can, planned, known = (make_available(election) for _ in range(3))
    place(election, planned, now=now)
    reserves.put_on(known, shift, actor=COMMAND, now=now)
    make_available(election, "maybe")
    make_available(election, ["no", "yes", "yes"])
    make_available(election, state=MemberState.PAUSED)
    make_member()
    db.session.commit()
    assert reserves.put_all_on(shift, actor=COMMAND, now=now) == 1
    assert listed(db) == {can.id: ReserveState.ON, known.id: ReserveState.ON}
    told = select(AuditEvent.member_id).where(AuditEvent.action == "reserve.on")
    assert set(db.session.scalars(told)) == {can.id, known.id}
    assert reserves.put_all_on(shift, actor=COMMAND, now=now) == 0


@pytest.mark.parametrize("why", ["it stops", "it warns", "it was overruled", "it is switched off"])
def test_only_a_rule_that_stops_keeps_a_member_off(db, election, shift, now, why):
    member = make_available(election)
    finding = find_fault(member, election, "age", is_blocking=why != "it warns")
    if why == "it was overruled":
        findings.override(finding, "Paspoort gezien", actor=COMMAND, now=now)
    if why == "it is switched off":
        db.session.query(EligibilityRule).filter_by(election_id=election.id).update({"is_active": False})
    db.session.commit()
    assert reserves.put_all_on(shift, actor=COMMAND, now=now) == (why != "it stops")


def test_another_shift_or_election_keeps_nobody_off(db, election, shift, now):
    planned, known, fault = (make_available(election) for _ in range(3))
    place(election, planned, shift=1, now=now)
    reserves.put_on(known, shifts_of(election)[1], actor=COMMAND, now=now)
    other = make_planned_election(2, code="PS2027", name="Provinciale Staten")
    find_fault(fault, other, "age")
    assert reserves.put_all_on(shift, actor=COMMAND, now=now) == 3


def test_who_did_not_send_the_answer_yet_is_not_put_on(db, election, shift, now):
    member = make_available(election)
    db.session.query(Availability).filter_by(member_id=member.id).update({"state": AvailabilityState.REQUESTED})
    assert reserves.put_all_on(shift, actor=COMMAND, now=now) == 0


def test_a_name_that_is_unknown_or_on_the_list_already_is_refused_at_its_field(db, election, shift, now):
    member = make_available(election)
    reserves.put_on_list(member.user.username, shift, actor=COMMAND, now=now)
    for name in (member.user.username, "niemand"):
        with pytest.raises(RuleBroken) as refused:
            reserves.put_on_list(name, shift, actor=COMMAND, now=now)
        assert refused.value.field == "member"
    assert listed(db) == {member.id: ReserveState.ON}


def test_many_are_taken_off_at_once_and_who_is_off_already_is_told(db, election, shift, now):
    on, off = (make_available(election) for _ in range(2))
    for member in (on, off):
        reserves.put_on(member, shift, actor=COMMAND, now=now)
    reserves.take_off(reserves.find_own(off.id, shift.id), actor=COMMAND, now=now)
    run = bulk_runs.start_run("ReservesView", "take_off", select(Reserve.id), actor=COMMAND, now=now)
    db.session.commit()
    run_job(bulk_runs.run_bulk, run.id, lambda: now)
    assert (run.done, run.refused) == (1, 1)
    assert set(listed(db).values()) == {ReserveState.OFF}
    told = select(AuditEvent.member_id).where(AuditEvent.action == "reserve.off")
    assert sorted(db.session.scalars(told)) == [on.id, off.id]


def test_a_member_is_offered_shifts_to_come_without_an_own_place_each_with_the_own_row(db, election, now):
    member, other = make_available(election), make_available(election)
    morning, evening, count = shifts_of(election)
    reserves.put_on(other, morning, actor=COMMAND, now=now)
    reserves.put_on(member, evening, actor=COMMAND, now=now)
    assert reserves.list_own_shifts(member.id, now) == []  # not before the plan is made
    election.state = ElectionState.PLANNING
    db.session.flush()
    offered = [(morning, None), (evening, ReserveState.ON), (count, None)]
    assert reserves.list_own_shifts(member.id, now) == offered
    assert reserves.list_own_shifts(member.id, shift_hours(morning)[1]) == offered[1:]
    published = publish_places(
        election,
        [
            (member, None, evening, make_function("stembureaulid")),
            (other, None, count, make_function("stembureaulid")),
        ],
        now=now,
    )
    assert reserves.list_own_shifts(member.id, now) == [offered[0], offered[2]]
    publish_places(election, [], ended=published, now=now)
    assert reserves.list_own_shifts(member.id, now) == offered
    for state, number in ((ElectionState.PUBLISHED, 3), (ElectionState.RUNNING, 3), (ElectionState.CLOSED, 0)):
        election.state = state
        db.session.flush()
        assert len(reserves.list_own_shifts(member.id, now)) == number
    assert reserves.find_own(member.id, morning.id) is None


def test_who_was_taken_off_comes_back_by_name_only(db, election, shift, now):
    member = make_available(election)
    assert reserves.put_on(member, shift, actor=COMMAND, now=now)
    assert not reserves.put_on(member, shift, actor=COMMAND, now=now)
    row = reserves.find_own(member.id, shift.id)
    reserves.take_off(row, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken):
        reserves.take_off(row, actor=COMMAND, now=now)
    assert reserves.put_all_on(shift, actor=COMMAND, now=now) == 0
    assert listed(db) == {member.id: ReserveState.OFF}
    assert reserves.put_on_list(member.user.username, shift, actor=COMMAND, now=now).id == row.id
    assert listed(db) == {member.id: ReserveState.ON}


@pytest.mark.parametrize("state", [MemberState.PAUSED, MemberState.RESIGNED])
def test_who_has_a_pause_or_stopped_is_refused_by_name(election, shift, now, state):
    with pytest.raises(RuleBroken) as refused:
        reserves.put_on(make_available(election, state=state), shift, actor=COMMAND, now=now)
    assert refused.value.field == "member"


def test_there_is_no_list_of_a_shift_that_is_over_or_of_an_election_that_is_closed(db, election, shift, now):
    member, (_starts_at, ends_at) = make_available(election), shift_hours(shift)
    for act in (
        lambda: reserves.put_on(member, shift, actor=COMMAND, now=ends_at),
        lambda: reserves.put_all_on(shift, actor=COMMAND, now=ends_at),
    ):
        with pytest.raises(RuleBroken):
            act()
    election.state = ElectionState.CLOSED
    db.session.flush()
    with pytest.raises(RuleBroken):
        reserves.put_on(member, shift, actor=COMMAND, now=now)
