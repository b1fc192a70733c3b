"""Who is on the list of reserves of a shift: who said yes, may be appointed, has no place, and was never taken off."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import AuditEvent, ElectionState, EligibilityRule, MemberState, Reserve, ReserveState
from app.phrases import RuleBroken
from app.services.appointments.replacement import reserves
from app.services.audit import COMMAND
from app.services.planning.eligibility import findings
from app.services.planning.times import shift_hours
from tests.support.factories.elections import shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.planning import find_fault, make_available, make_planned_election
from tests.support.factories.replacement import place


@pytest.fixture
def election(db):
    return make_planned_election(1)


@pytest.fixture
def shift(election):
    return shifts_of(election)[0]


def listed(db) -> dict[int, str]:
    return dict(db.session.execute(select(Reserve.member_id, Reserve.state)).tuples().all())


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
