"""Giving places: what stops it, what warns, and what the database itself refuses."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.models import (
    Assignment,
    AuditEvent,
    Election,
    ElectionState,
    EligibilityRule,
    MemberState,
    OutboundMail,
    PlanAct,
    PlanActKind,
    PlanStep,
)
from app.phrases import RuleBroken
from app.services.atomic import EditConflict
from app.services.audit import COMMAND
from app.services.elections import change_rules
from app.services.planning.board import acts, checks
from app.services.planning.board.checks import NeedsConfirmation
from app.services.planning.board.places import Place, Seen
from app.services.planning.times import shift_hours
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.planning import (
    find_fault,
    make_available,
    places_of,
    say,
    stations_of,
)


def test_a_place_has_the_hours_of_its_shift_and_is_one_act_with_one_step(db, election, place, give, now):
    member = make_available(election)
    act = give(place(member))
    (row,) = places_of(member)
    assert (row.starts_at, row.ends_at) == shift_hours(shifts_of(election)[0])
    assert (row.version, row.changed_at, row.election_id) == (1, now, election.id)
    (step,) = act.steps
    assert (step.before, step.after["station_id"], step.assignment_id) == (None, row.station_id, row.id)
    assert act.kind == PlanActKind.ASSIGN


def test_giving_a_place_sends_nothing_and_is_in_the_trail(db, election, place, give):
    member = make_available(election)
    act = give(place(member, function="voorzitter"))
    acts.remove_many(election, [Seen(places_of(member)[0].id, 1)], actor=COMMAND, now=act.done_at)
    assert db.session.scalar(select(func.count(OutboundMail.id))) == 0
    trail = db.session.scalars(select(AuditEvent).where(AuditEvent.member_id == member.id).order_by(AuditEvent.id))
    events = [event for event in trail if event.action.startswith("place.")]
    assert [event.action for event in events] == ["place.added", "place.removed"]
    details = events[0].details
    assert (details["station"], details["function"]) == ("1 School 1", "Voorzitter")


def test_of_a_whole_day_at_one_station_the_second_half_begins_when_the_first_ends(election, place, give, db, now):
    member = make_available(election)
    give(place(member, 0), place(member, 1))
    morning, evening = places_of(member)
    assert morning.ends_at == evening.starts_at == shift_hours(shifts_of(election)[0])[1]
    acts.remove_many(election, [Seen(morning.id, 1)], actor=COMMAND, now=now)
    (evening,) = places_of(member)
    assert evening.starts_at == shift_hours(shifts_of(election)[1])[0]  # alone it is a whole shift again


def test_the_first_half_added_later_ends_when_the_second_begins(election, place, give):
    member = make_available(election)
    give(place(member, 1))
    give(place(member, 0))
    morning, evening = places_of(member)
    assert morning.ends_at == evening.starts_at == shift_hours(shifts_of(election)[1])[0]


def test_two_halves_at_two_stations_overlap_unless_the_hours_are_own(election, place, give):
    member = make_available(election)
    give(place(member, 0))
    with pytest.raises(RuleBroken, match="is planned from"):
        give(place(member, 1, station=1))
    half_past_three = shift_hours(shifts_of(election)[1])[0] + timedelta(minutes=75)
    give(place(member, 1, station=1, starts_at=half_past_three))
    assert places_of(member)[1].starts_at == half_past_three


STOPS = {
    "a pause": ("has a pause", lambda member, election: setattr(member, "state", MemberState.PAUSED)),
    "stopped": ("has a pause", lambda member, election: setattr(member, "state", MemberState.RESIGNED)),
    "a rule": ("may not be appointed", lambda member, election: find_fault(member, election)),
    "over": ("In this phase", lambda member, election: setattr(election, "state", ElectionState.SETTLING)),
    "draft": ("In this phase", lambda member, election: setattr(election, "state", ElectionState.DRAFT)),
}


@pytest.mark.parametrize("why", STOPS)
def test_what_stops_it_cannot_be_confirmed_away(db, election, place, give, why):
    says, make_so = STOPS[why]
    member = make_available(election)
    make_so(member, election)
    db.session.commit()
    with pytest.raises(RuleBroken, match=says) as refused:
        give(place(member), confirmed=checks.ALL)
    assert not isinstance(refused.value, NeedsConfirmation)
    assert not places_of(member)


def test_the_same_shift_twice_and_parts_of_another_election_are_stopped(db, election, place, give):
    member = make_available(election)
    other = make_election(code="PS2026_Elders")
    station = make_station(other, 1)
    give(place(member))
    with pytest.raises(RuleBroken, match="in this shift already at polling station 1 School 1"):
        give(place(member, station=1), confirmed=checks.ALL)
    shift, function = shifts_of(election)[1].id, make_function("stembureaulid").id
    for wrong, says in (
        (Place(member.id, station.id, shift, function), "station is not of"),
        (Place(member.id, stations_of(election)[0].id, shifts_of(other)[0].id, function), "shift is not of"),
        (Place(member.id, None, shift, function), "Choose a polling station"),
    ):
        with pytest.raises(RuleBroken, match=says):
            give(wrong, confirmed=checks.ALL)


def test_a_place_elsewhere_on_another_election_that_day_is_seen(db, election, place, give, now):
    member = make_available(election)
    other = make_planned_election_too(db)
    give(place(member))
    elsewhere = Place(member.id, stations_of(other)[0].id, shifts_of(other)[0].id, make_function("stembureaulid").id)
    with pytest.raises(RuleBroken, match="is planned from"):
        acts.assign_many(other, [elsewhere], confirmed=checks.ALL, actor=COMMAND, now=now)


def make_planned_election_too(db) -> Election:
    other = make_election(code="WS2026_Elders")
    db.session.query(EligibilityRule).delete()
    other.state = ElectionState.PLANNING
    make_station(other, 1, "Gemaal")
    db.session.commit()
    return other


def warn_full(member, election):
    for _ in range(2):
        other = make_available(election)
        shift, station = shifts_of(election)[0].id, stations_of(election)[0].id
        wanted = Place(other.id, station, shift, make_function("stembureaulid").id)
        acts.assign_many(election, [wanted], actor=COMMAND, now=election.availability_opens_at)


WARNINGS = {
    "said_no": lambda member, election: say(member, election, "no"),
    "no_answer": lambda member, election: None,
    "rule_age": lambda member, election: (
        say(member, election),
        find_fault(member, election, "age", is_blocking=False),
    ),
    "above_target": lambda member, election: (say(member, election), warn_full(member, election)),
}


@pytest.mark.parametrize("code", WARNINGS)
def test_what_warns_asks_once_and_then_goes(db, election, place, give, code):
    member = make_member()
    WARNINGS[code](member, election)
    with pytest.raises(NeedsConfirmation) as asked:
        give(place(member))
    assert asked.value.codes == {code}
    assert member.full_name in str(asked.value.text) or code == "above_target"
    with pytest.raises(NeedsConfirmation):
        give(place(member), confirmed={"something else"})
    give(place(member), confirmed=asked.value.codes)
    assert len(places_of(member)) == 1


def test_a_function_that_nobody_asked_for_warns(election, place, give):
    member = make_available(election)
    with pytest.raises(NeedsConfirmation) as asked:
        give(place(member, function="teller"))
    assert asked.value.codes == {"no_need"}


def test_a_maybe_needs_no_confirmation_and_neither_does_a_finding_that_the_team_overrode(
    db, election, place, give, now
):
    member = make_available(election, "maybe")
    find_fault(member, election).overridden_at = now
    give(place(member))
    assert places_of(member)


def test_of_many_places_with_one_that_cannot_be_none_is_given(db, election, place, give):
    members = [make_available(election), make_available(election, state=MemberState.PAUSED)]
    with pytest.raises(RuleBroken):
        give(*(place(member) for member in members))
    db.session.rollback()
    assert db.session.scalar(select(func.count(Assignment.id))) == 0
    assert db.session.scalar(select(func.count(PlanAct.id))) == 0


def test_many_places_take_as_many_statements_as_a_few(election, place, give, statements):
    def count(number: int) -> int:
        wanted = [place(make_available(election)) for _ in range(number)]
        with statements() as seen:
            give(*wanted, confirmed=checks.ALL)
        return len(seen)

    assert count(3) == count(12)


def test_a_colleagues_change_is_never_overwritten(db, election, place, give, now):
    member = make_available(election)
    give(place(member))
    (row,) = places_of(member)
    span = shift_hours(shifts_of(election)[0])
    hours = {"starts_at": span[0] + timedelta(hours=1), "ends_at": span[1]}
    acts.edit(row, seen=1, **hours, note=" komt later ", is_locked=True, actor=COMMAND, now=now)
    (row,) = places_of(member)
    assert (row.version, row.note, row.is_locked) == (2, "komt later", True)
    with pytest.raises(EditConflict):
        acts.remove_many(election, [Seen(row.id, 1)], actor=COMMAND, now=now)
    with pytest.raises(EditConflict):
        acts.edit(row, seen=1, **hours, note="ik ook", is_locked=False, actor=COMMAND, now=now)
    assert places_of(member)[0].note == "komt later"


@pytest.mark.parametrize("hours", [(0, -8), (-5, 0), (0, 5)])
def test_own_hours_run_forwards_and_near_the_shift(election, place, give, now, hours):
    member = make_available(election)
    give(place(member))
    (row,) = places_of(member)
    start, end = (
        moment + timedelta(hours=more) for moment, more in zip((row.starts_at, row.ends_at), hours, strict=True)
    )
    with pytest.raises(RuleBroken, match=r"times|end is after"):
        acts.edit(row, seen=1, starts_at=start, ends_at=end, note="", is_locked=False, actor=COMMAND, now=now)


def test_moving_swapping_and_replacing(db, election, place, give, now):
    first, second, third = (make_available(election) for _ in range(3))
    give(place(first), place(second, station=1, function="voorzitter"))
    stations, by_whom = stations_of(election), {"actor": COMMAND, "now": now}
    (row,) = places_of(first)
    acts.move(row, seen=1, station_id=stations[1].id, shift_id=row.shift_id, function_id=row.function_id, **by_whom)
    assert places_of(first)[0].station_id == stations[1].id
    (row,), (other,) = places_of(first), places_of(second)
    with pytest.raises(RuleBroken):
        acts.move(row, seen=2, station_id=row.station_id, shift_id=row.shift_id, function_id=row.function_id, **by_whom)
    acts.swap(row, other, seen=(row.version, other.version), **by_whom)
    assert places_of(first)[0].function_id == make_function("voorzitter").id
    with pytest.raises(RuleBroken):
        acts.swap(places_of(first)[0], places_of(first)[0], seen=(3, 3), **by_whom)
    act = acts.replace_member(places_of(first)[0], third.id, seen=3, **by_whom)
    assert not places_of(first)
    assert places_of(third)[0].station_id == stations[1].id
    assert (act.kind, len(act.steps)) == (PlanActKind.REPLACE, 2)


def test_moving_a_half_of_a_whole_day_gives_the_other_half_its_hours_back(election, place, give, now):
    member = make_available(election)
    give(place(member, 0), place(member, 1))
    morning, evening = places_of(member)
    acts.move(
        morning,
        seen=1,
        station_id=None if morning.station_id is None else stations_of(election)[1].id,
        shift_id=shifts_of(election)[2].id,
        function_id=morning.function_id,
        actor=COMMAND,
        now=now,
    )
    assert places_of(member)[0].starts_at == shift_hours(shifts_of(election)[1])[0]
    assert evening.id == places_of(member)[0].id


def test_the_database_itself_refuses_two_places_at_once(db, election, place, give, now):
    member, other = make_available(election), make_available(election)
    give(place(member), place(other, 1))
    (row,), (late,) = places_of(member), places_of(other)
    values = {name: getattr(row, name) for name in ("election_id", "station_id", "function_id", "ends_at")}
    twin = Assignment(
        **values,
        member_id=member.id,
        shift_id=late.shift_id,
        starts_at=row.ends_at - timedelta(minutes=1),
        changed_at=now,
    )
    db.session.add(twin)
    with pytest.raises(IntegrityError, match="assignment_overlap"):
        db.session.flush()
    db.session.rollback()
    for values in (
        {"member_id": member.id},
        {"starts_at": late.starts_at - timedelta(hours=1), "member_id": member.id},
    ):
        with pytest.raises(IntegrityError, match="assignment_overlap"):
            db.session.execute(update(Assignment).where(Assignment.id == late.id).values(**values))
        db.session.rollback()


@pytest.fixture
def _patient(db, monkeypatch):
    """Fifty wait in turn for ten connections: on a busy machine longer than a page would."""
    monkeypatch.setattr(db.engine.pool, "_timeout", 120)


@pytest.mark.usefixtures("_patient")
def test_of_fifty_at_once_one_gets_the_member(app, db, election, place, now):
    """The others read where the member has a place already."""
    member = make_available(election)
    wanted, start = [place(member, station=number % 2) for number in range(50)], Barrier(50)
    code = election.id
    db.session.commit()

    def work(which: Place) -> str:
        with app.app_context():
            start.wait()
            try:
                acts.assign_many(db.session.get(Election, code), [which], confirmed=checks.ALL, actor=COMMAND, now=now)
                db.session.commit()
            except RuleBroken as refused:
                db.session.rollback()
                return str(refused)
            return "given"

    with ThreadPoolExecutor(50) as pool:
        outcomes = list(pool.map(work, wanted))
    (row,) = places_of(member)
    told = f"{member.full_name} has a place in this shift already at polling station {row.station}."
    assert Counter(outcomes) == {"given": 1, told: 49}
    assert db.session.scalar(select(func.count(PlanStep.id))) == 1


@pytest.mark.usefixtures("_patient")
def test_of_fifty_that_skip_the_rules_the_database_lets_one_through(app, db, election, place, give, now):
    """Places that overlap but are of other shifts, written at once without the lock of an act."""
    member, giver = make_available(election), make_available(election)
    give(place(giver, 0))
    (row,) = places_of(giver)
    shifts = [shift.id for shift in shifts_of(election)]
    base = {name: getattr(row, name) for name in ("election_id", "station_id", "function_id", "starts_at", "ends_at")}
    key, start = member.id, Barrier(50)
    db.session.commit()

    def work(number: int) -> str:
        with app.app_context():
            db.session.add(Assignment(**base, member_id=key, shift_id=shifts[number % 3], changed_at=now))
            start.wait()
            try:
                db.session.commit()
            except IntegrityError:
                db.session.rollback()
                return "refused"
            return "given"

    with ThreadPoolExecutor(50) as pool:
        outcomes = list(pool.map(work, range(50)))
    assert (outcomes.count("given"), outcomes.count("refused")) == (1, 49)


def test_what_has_people_in_the_plan_is_not_deleted_and_keeps_its_hours(db, election, place, give):
    member = make_member()
    give(place(member), confirmed={"no_answer"})
    shift, function = shifts_of(election)[0], make_function("stembureaulid")
    values = {name: getattr(shift, name) for name in ("day", "starts", "ends", "kind")}
    change_rules.check_shift(shift, values)
    for check in (
        lambda: change_rules.check_station_goes(stations_of(election)[0]),
        lambda: change_rules.check_shift_goes(shift),
        lambda: change_rules.check_function_goes(function),
        lambda: change_rules.check_shift(shift, values | {"starts": time(6, 0)}),
    ):
        with pytest.raises(RuleBroken, match="1 member has a place there"):
            check()
    change_rules.check_station_goes(stations_of(election)[1])
