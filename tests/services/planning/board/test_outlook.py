"""Where one member can still go; and where that is nowhere, why, and what helps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import EligibilityFinding, Function, MemberState, StaffingNeed
from app.services.audit import COMMAND
from app.services.planning.board.one_member.about import list_places
from app.services.planning.board.one_member.nowhere import Why
from app.services.planning.board.one_member.openings import find_outlook
from app.services.planning.eligibility import findings
from app.services.planning.times import shift_hours
from tests.support.factories.elections import shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.planning import find_fault, make_available, make_need, places_of, stations_of


def outlook_of(election, member):
    return find_outlook(election, member, list_places(election, member.id))


def kinds_of(found):
    return [hindrance.why for hindrance in found.hindrances]


def test_nothing_stands_in_the_way_of_who_fits(election):
    found = outlook_of(election, make_available(election))
    assert found.openings
    assert not found.hindrances


@pytest.mark.parametrize(
    ("answers", "why"),
    [(None, Why.NO_ANSWER), ("no", Why.SAID_NO), (["no", "no", ""], Why.SAID_NO)],
)
def test_who_never_answered_or_cannot_come_is_told_so_with_what_is_open(election, answers, why):
    member = make_available(election, answers) if answers else make_member()
    found = outlook_of(election, member)
    assert not found.openings
    assert kinds_of(found) == [why]
    assert [shift.id for shift in found.other_shifts] == [shift.id for shift in shifts_of(election)]


def test_a_pause_and_a_rule_that_stops_are_both_named(election):
    member = make_available(election, state=MemberState.PAUSED)
    finding = find_fault(member, election, "age")
    found = outlook_of(election, member)
    assert not found.openings
    assert kinds_of(found) == [Why.INACTIVE, Why.RULE]
    assert found.hindrances[1].finding_id == finding.id
    assert "18 or older" in str(found.hindrances[1].words)


def test_a_rule_that_was_overruled_or_only_warns_is_not_named(election, now):
    member, warned = make_available(election), make_available(election)
    findings.override(find_fault(member, election, "age"), "Paspoort gezien", actor=COMMAND, now=now)
    find_fault(warned, election, "training", is_blocking=False)
    for who in (member, warned):
        assert outlook_of(election, who).openings
        assert not outlook_of(election, who).hindrances


def test_without_training_only_what_needs_none_is_offered_and_that_is_said(db, election):
    member = make_available(election)
    find_fault(member, election)
    assert kinds_of(outlook_of(election, member)) == [Why.RULE]
    assert not outlook_of(election, member).openings
    need = make_need(stations_of(election)[0], shifts_of(election)[2].id, "teller", 0, 1)
    db.session.commit()
    found = outlook_of(election, member)
    assert [opening.function.id for opening in found.openings] == [need.function_id]
    assert not db.session.get(Function, need.function_id).needs_training
    assert "Without training" in str(found.hindrances[0].words)
    assert db.session.query(EligibilityFinding).count() == 1


def test_what_is_full_is_told_with_the_shifts_that_are_not(db, election, give, place):
    first, second, third = shifts_of(election)
    member = make_available(election, ["yes", "no", "no"])
    db.session.query(StaffingNeed).filter_by(shift_id=first.id).update({"minimum": 0, "target": 0})
    db.session.commit()
    found = outlook_of(election, member)
    assert kinds_of(found) == [Why.ELSEWHERE]
    assert [shift.id for shift in found.other_shifts] == [second.id, third.id]
    db.session.query(StaffingNeed).update({"minimum": 0, "target": 0})
    db.session.commit()
    assert kinds_of(outlook_of(election, member)) == [Why.NOTHING_OPEN]


def test_who_is_planned_at_each_open_time_is_told_to_move(election, give, place):
    member = make_available(election, ["yes", "no", "no"])
    give(place(member))
    found = outlook_of(election, member)
    assert len(places_of(member)) == 1
    assert kinds_of(found) == [Why.BUSY]


def test_who_stays_a_quarter_into_the_next_shift_can_go_on_at_that_station_alone(election, give, place):
    first, second, _third = shifts_of(election)
    member, (here, there) = make_available(election), stations_of(election)
    ends_at = shift_hours(second)[0] + timedelta(minutes=15)
    give(place(member, starts_at=shift_hours(first)[0], ends_at=ends_at))
    openings = {(opening.station.id, opening.shift.id) for opening in outlook_of(election, member).openings}
    assert (here.id, second.id) in openings
    assert (there.id, second.id) not in openings
