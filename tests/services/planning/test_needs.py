"""Needs: the usual template, filling from it, copying from an earlier election, and the totals."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from app.models import AuditEvent, Capacity, Election, ElectionState, NeedTemplate, ShiftKind, StaffingNeed
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.elections.functions import list_active_functions
from app.services.planning.needs import bulk_acts, copying, filling, standard
from app.services.planning.needs.totals import find_totals
from tests.support.factories.elections import (
    choices_of,
    give_availability,
    make_election,
    make_function,
    make_open_election,
    make_station,
    shifts_of,
)
from tests.support.factories.people import make_member
from tests.support.factories.staffing import fill_needs, make_need, make_place


def needs_of(db, election: Election) -> dict[tuple[int | None, int, int], tuple[int, int]]:
    rows = db.session.scalars(select(StaffingNeed).where(StaffingNeed.election_id == election.id))
    return {(need.station_id, need.shift_id, need.function_id): (need.minimum, need.target) for need in rows}


def actions(db) -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_the_usual_template_meets_the_law_in_every_shift_and_all_of_them_count(db, now):
    election = make_election(counting="CSO")
    assert standard.start_standard(election, actor=COMMAND, now=now) == 30
    assert actions(db)[-1] == "need_template.started"
    for shift in shifts_of(election):
        found = db.session.scalars(select(NeedTemplate).where(NeedTemplate.shift_id == shift.id)).all()
        by_capacity = {(row.station_type, row.function.capacity): (row.minimum, row.target) for row in found}
        if shift.kind == ShiftKind.CENTRAL_COUNT:
            assert {kind for kind, _capacity in by_capacity} == {""}
            continue
        times = 1 if shift.kind == ShiftKind.VOTING else 2
        for kind in ("fixed", "special", "mobile"):
            assert by_capacity[kind, Capacity.CHAIR] == (1, times)
            assert by_capacity[kind, Capacity.MEMBER] == (2, 2 * times)
            assert by_capacity[kind, Capacity.DEPUTY] == (0, times)
    with pytest.raises(RuleBroken, match="has a template already"):
        standard.start_standard(election, actor=COMMAND, now=now)


def test_the_usual_template_is_refused_to_a_closed_election_and_for_an_odd_number_of_counters(db, now):
    election = make_election(counting="CSO")
    make_station(election, 1)
    for counters in (0, -1, standard.MOST + 1):
        with pytest.raises(RuleBroken) as refused:
            standard.start_standard(election, counters, actor=COMMAND, now=now)
        assert refused.value.field == "counters"
    election.state = ElectionState.CLOSED
    with pytest.raises(RuleBroken, match="closed"):
        standard.start_standard(election, actor=COMMAND, now=now)
    assert db.session.scalars(select(NeedTemplate)).all() == []


@pytest.mark.parametrize(("given", "least", "aim"), [(None, 5, 5), (3, 3, 3), (9, 5, 9)])
def test_a_central_count_gets_the_counters_that_are_said_or_at_least_five(db, now, given, least, aim):
    election, other = make_election(counting="CSO"), make_election(code="TK2027", type="TK")
    make_station(election, 1)
    for number in range(1, 8):
        make_station(other, number)
    standard.start_standard(election, given, actor=COMMAND, now=now)
    counts = select(NeedTemplate).where(NeedTemplate.function_id == make_function("teller").id)
    assert {(row.minimum, row.target) for row in db.session.scalars(counts)} == {(least, aim)}
    assert [standard.suggest_counters(stations) for stations in (0, 5, 6, 500)] == [5, 5, 6, standard.MOST]


def test_a_central_count_has_a_committee_and_as_many_counters_as_there_may_be(db, now):
    election = make_election(counting="CSO")
    with pytest.raises(RuleBroken) as refused:
        standard.start_standard(election, standard.MOST + 1, actor=COMMAND, now=now)
    assert refused.value.field == "counters"
    standard.start_standard(election, standard.MOST, actor=COMMAND, now=now)
    rows = db.session.scalars(select(NeedTemplate).where(NeedTemplate.station_type == "")).all()
    assert {row.function.capacity: (row.minimum, row.target) for row in rows} == {
        Capacity.CHAIR: (1, 1),
        Capacity.DEPUTY: (1, 1),
        Capacity.COUNTER: (5, standard.MOST),
    }
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "need_template.started")).one()
    assert (event.subject_id, event.details) == (election.id, {"rows": db.session.query(NeedTemplate).count()})


def test_an_election_without_shifts_gets_no_template(db, now):
    election = make_election()
    for day in election.days:
        day.shifts = []
    db.session.flush()
    with pytest.raises(RuleBroken, match="no shifts yet"):
        standard.start_standard(election, actor=COMMAND, now=now)


def test_filling_gives_each_station_what_its_type_needs_and_the_central_count_once(db, now):
    election = make_election(counting="CSO")
    fixed, mobile = make_station(election, 1), make_station(election, 2, type="mobile")
    early, central = shifts_of(election)[0], shifts_of(election)[-1]
    chair, counter = make_function("voorzitter"), make_function("teller")
    lines = [("fixed", early, chair, 1, 1), ("mobile", early, chair, 1, 2), ("", central, counter, 5, 40)]
    for kind, shift, function, least, aim in lines:
        values = {"shift_id": shift.id, "function_id": function.id, "minimum": least, "target": aim}
        db.session.add(NeedTemplate(election_id=election.id, station_type=kind, **values))
    assert filling.fill(election, overwrite=False, actor=COMMAND, now=now) == (3, 0)
    assert needs_of(db, election) == {
        (fixed.id, early.id, chair.id): (1, 1),
        (mobile.id, early.id, chair.id): (1, 2),
        (None, central.id, counter.id): (5, 40),
    }
    assert actions(db)[-1] == "staffing_need.filled"


def test_filling_again_adds_what_is_new_and_changes_the_rest_only_where_that_is_asked(db, now):
    election = make_election()
    make_station(election, 1)
    fill_needs(election)
    need = db.session.scalars(select(StaffingNeed).order_by(StaffingNeed.id)).first()
    need.target, wanted = 7, need.target
    late = make_station(election, 2)
    db.session.commit()
    plan = filling.plan_filling(election)
    assert (len(plan.merge.added), len(plan.merge.differing), plan.merge.same) == (9, 1, 8)
    assert filling.fill(election, overwrite=False, actor=COMMAND, now=now) == (9, 0)
    assert db.session.get(StaffingNeed, need.id).target == 7
    assert {key[0] for key in needs_of(db, election)} == {need.station_id, late.id}
    assert filling.fill(election, overwrite=True, actor=COMMAND, now=now) == (0, 1)
    assert db.session.get(StaffingNeed, need.id).target == wanted


def test_a_type_without_template_is_named_and_an_election_without_one_is_refused(db, now):
    election = make_election()
    make_station(election, 1, type="mobile")
    with pytest.raises(RuleBroken, match="no template yet"):
        filling.fill(election, overwrite=False, actor=COMMAND, now=now)
    shift, chair = shifts_of(election)[0], make_function("voorzitter")
    values = {"shift_id": shift.id, "function_id": chair.id, "minimum": 1, "target": 1}
    db.session.add(NeedTemplate(election_id=election.id, station_type="fixed", **values))
    assert filling.plan_filling(election).without_template == {"mobile": 1}
    election.state = ElectionState.CLOSED
    with pytest.raises(RuleBroken, match="closed"):
        filling.fill(election, overwrite=False, actor=COMMAND, now=now)


@pytest.fixture
def earlier(db):
    election = make_election(code="TK2025", name="Tweede Kamer 2025", type="TK", voting_on=date(2025, 10, 29))
    for number, name in ((1, "Stadhuis"), (2, "De Brug"), (3, "Sporthal"), (4, "Weg ermee"), (5, "Oude naam")):
        make_station(election, number, name)
    fill_needs(election)
    return election


def test_copying_follows_the_name_then_the_number_and_the_order_of_the_shifts(db, now, earlier):
    election = make_election()
    same, moved = make_station(election, 1, "Stadhuis"), make_station(election, 8, "De  Brúg".replace("  ", " "))
    renamed, new = make_station(election, 5, "Nieuwe naam"), make_station(election, 6, "Erbij")
    swapped = make_station(election, 2, "Sporthal")
    plan = copying.plan_copying(election, earlier)
    assert plan.matched == 4
    assert [(old.name, now_.name) for old, now_ in plan.renamed] == [("Oude naam", "Nieuwe naam")]
    assert [station.name for station in plan.gone] == ["Weg ermee"]
    assert [station.name for station in plan.new] == [new.name]
    assert plan.lost_shifts == []
    assert copying.copy(election, earlier, overwrite=False, actor=COMMAND, now=now) == (36, 0)
    assert actions(db)[-1] == "staffing_need.copied"
    copied = needs_of(db, election)
    assert {key[0] for key in copied} == {same.id, moved.id, renamed.id, swapped.id}
    count = next(shift for shift in shifts_of(election) if shift.kind == ShiftKind.STATION_COUNT)
    assert copied[same.id, count.id, make_function("stembureaulid").id] == (2, 4)


def test_the_central_count_is_copied_too_and_an_election_not_onto_itself(db, now):
    """What is new is counted in people; what differs is changed where that is asked."""
    source = make_election(code="TK2025", type="TK", counting="CSO")
    election = make_election(counting="CSO")
    (then, today), chair = (shifts_of(held)[-1] for held in (source, election)), make_function("voorzitter")
    make_need(None, then, chair, 2, 3)
    make_need(None, then, make_function("teller"), 5, 40)
    known = make_need(None, today, chair, 1, 1)
    plan = copying.plan_copying(election, source)
    assert (plan.merge.people, plan.merge.same) == (40, 0)
    assert [(row.need_id, row.old, row.wanted[-2:]) for row in plan.merge.differing] == [(known.id, (1, 1), (2, 3))]
    assert copying.copy(election, source, overwrite=True, actor=COMMAND, now=now) == (1, 1)
    assert needs_of(db, election) == {
        (None, today.id, chair.id): (2, 3),
        (None, today.id, make_function("teller").id): (5, 40),
    }
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "staffing_need.copied")).one()
    assert event.details == {"new": 1, "changed": 1, "code": "TK2025"}
    with pytest.raises(RuleBroken) as refused:
        copying.copy(election, election, overwrite=False, actor=COMMAND, now=now)
    assert refused.value.field == "source"


def test_needs_are_copied_from_another_election_that_has_some_the_latest_first(db, earlier):
    election = make_election()
    latest = make_election(code="TK2029", type="TK", voting_on=date(2029, 3, 14))
    make_election(code="EP2029", type="EP")
    for held in (election, latest):
        make_station(held, 1)
        fill_needs(held)
    assert copying.list_sources(election) == [latest, earlier]


def test_shifts_without_a_match_are_named(db, now, earlier):
    election = make_election()
    make_station(election, 1)
    db.session.delete(shifts_of(election)[1])
    db.session.commit()
    db.session.expire_all()
    plan = copying.plan_copying(election, earlier)
    assert [shift.name for shift in plan.lost_shifts] == [shifts_of(earlier)[1].name]
    assert len(plan.merge.added) == 6


def test_names_that_several_stations_have_are_told_apart_by_number(db):
    before, today = make_election(code="TK2025", type="TK"), make_election()
    old = [make_station(before, number, "School") for number in (1, 2)]
    new = [make_station(today, number, "School") for number in (2, 3)]
    assert copying.match_stations(old, new) == {old[1].id: new[0]}


def test_totals_lay_what_is_asked_beside_the_answers_and_the_plan(db, now):
    election = make_open_election()
    station, (early, late, _count) = make_station(election, 1), shifts_of(election)
    chair, member = make_function("voorzitter"), make_function("stembureaulid")
    make_need(station, early, chair, 1, 2)
    make_need(station, early, member, 2, 3)
    make_need(station, late, chair)
    answers = [("yes", [chair.id, member.id]), ("yes", [member.id]), ("maybe", [chair.id]), ("yes", []), ("no", [])]
    for answer, functions in answers:
        choices = choices_of(election, {0: answer, 1: "no", 2: "no"})
        give_availability(make_member(), election, choices=choices, functions=tuple(functions))
    planned = make_member()
    make_place(planned, station, early, chair)
    other = make_open_election(code="TK2027", type="TK")
    elsewhere, first = make_station(other, 1), shifts_of(other)[0]
    make_need(elsewhere, first, chair, 7, 7)
    make_place(make_member(), elsewhere, first, chair)
    give_availability(make_member(), other, functions=(chair.id,))
    shifts, whole = find_totals(election)
    lines = {line.function.code if line.function else None: line for line in shifts[0].lines}
    assert (lines["voorzitter"].minimum, lines["voorzitter"].target, lines["voorzitter"].open) == (1, 2, 1)
    assert (lines["voorzitter"].yes, lines["voorzitter"].maybe, lines["voorzitter"].planned) == (1, 1, 1)
    assert (lines["stembureaulid"].yes, lines["stembureaulid"].other) == (1, 1)
    assert (lines[None].yes, lines[None].maybe, lines[None].other, lines[None].target) == (1, 0, 0, 0)
    assert [line.function.code if line.function else None for line in shifts[0].lines] == [
        "voorzitter",
        "stembureaulid",
        None,
    ]
    assert (shifts[0].whole.target, shifts[0].whole.yes, shifts[0].whole.maybe) == (5, 3, 1)
    assert (whole.target, whole.yes, whole.maybe, whole.planned) == (6, 3, 1, 1)


def test_where_more_are_planned_than_asked_nobody_is_still_to_be_planned(db):
    election = make_open_election()
    station, shift = make_station(election, 1), shifts_of(election)[0]
    chair, member = make_function("voorzitter"), make_function("stembureaulid")
    make_need(station, shift, member, 0, 1)
    make_need(station, shift, chair, 1, 1)
    for _ in range(3):
        make_place(make_member(), station, shift, member)
    (first, *_rest), _whole = find_totals(election)
    assert [(line.planned, line.open) for line in first.lines] == [(0, 1), (3, 0)]


def test_a_number_for_many_stations_changes_what_is_known_and_adds_the_rest(db, now):
    election, other = make_election(), make_election(code="TK2027", type="TK")
    known, new = make_station(election, 1), make_station(election, 2)
    stranger = make_station(other, 1)
    shift, chair = shifts_of(election)[0], list_active_functions()[0]
    make_need(known, shift, chair)
    asked = {"shift_id": shift.id, "function_id": chair.id, "minimum": 2, "target": 3, "actor": COMMAND, "now": now}
    for station in (known, new):
        bulk_acts.set_need(station, **asked)
    assert set(needs_of(db, election).values()) == {(2, 3)}
    with pytest.raises(RuleBroken, match="another election"):
        bulk_acts.set_need(stranger, **asked)
    assert db.session.scalar(select(func.count(StaffingNeed.id))) == 2


def test_a_need_with_somebody_on_it_is_not_taken_away(db, now):
    election = make_election()
    station, shift, chair = make_station(election, 1), shifts_of(election)[0], make_function("voorzitter")
    need = make_need(station, shift, chair)
    make_place(make_member(), station, shift, chair)
    other, late, member = make_station(election, 2), shifts_of(election)[1], make_function("stembureaulid")
    free = [make_need(other, shift, chair), make_need(station, late, chair), make_need(station, shift, member)]
    free.append(make_need(None, shift, chair))
    with pytest.raises(RuleBroken, match="Somebody has a place"):
        bulk_acts.REMOVE.each(need, actor=COMMAND, now=now)
    for row in free:
        bulk_acts.REMOVE.each(row, actor=COMMAND, now=now)
    assert list(needs_of(db, election)) == [(station.id, shift.id, chair.id)]
    assert actions(db).count("staffing_need.deleted") == 4
