"""Whether there is a legal polling station at a moment, what the team sees of all, and the record of the day."""

from __future__ import annotations

import pytest

from app.services.attendance.actual import find_actual
from app.services.attendance.bureau import BureauState
from app.services.attendance.overview import (
    choose_day,
    list_days,
    list_stations_now,
    name_callable,
    total_without_bureau,
)
from app.services.attendance.people import list_day_shifts
from app.services.attendance.record import list_records
from app.services.planning.coverage.plan import State
from tests.support.factories.attendance import ON, at, make_running_election, make_team, note, take
from tests.support.factories.elections import shifts_of
from tests.support.statements import seen_statements


@pytest.fixture
def election(db):
    return make_running_election()


def states(election, moment):
    shifts = list_day_shifts(shifts_of(election), ON)
    return {each.station.number: each.bureau.state for each in list_stations_now(election, shifts, moment)}


def come(station, places, moment, kind="here", **values):
    take(station, *[note(f"p{place.id}", kind, moment, **values) for place in places], now=moment)


def test_at_a_quarter_past_seven_the_team_sees_who_has_no_legal_bureau_and_who_said_nothing(election, now):
    whole, _members, three = make_team(election, 1, now=now)
    deputy, _members, with_deputy = make_team(
        election, 2, ("voorzitter", "plv_voorzitter", "stembureaulid", "stembureaulid"), now=now
    )
    short, _members, two = make_team(election, 3, now=now)
    headless, _members, without = make_team(election, 4, (*("voorzitter",), *["stembureaulid"] * 3), now=now)
    make_team(election, 5, now=now)
    come(whole, three, at(7, 5))
    come(deputy, with_deputy[1:], at(7, 5))
    come(short, two[:2], at(7, 5))
    come(headless, without[1:], at(7, 5))
    come(short, two[2:], at(7, 6), "late", at=at(8))
    assert states(election, at(7, 15)) == {
        1: BureauState.LEGAL,
        2: BureauState.WARNED,
        3: BureauState.FAULT,
        4: BureauState.FAULT,
        5: BureauState.SILENT,
    }
    shifts = list_day_shifts(shifts_of(election), ON)
    found = {each.station.number: each for each in list_stations_now(election, shifts, at(7, 15))}
    assert (found[3].bureau.moment.short, found[3].bureau.articles) == (1, ["E 3", "J 12"])
    assert (found[4].bureau.moment.has_presider, found[4].bureau.articles) == (False, ["J 12"])
    assert found[3].late == 1
    assert list(found) == [3, 4, 5, 2, 1]
    names = name_callable(election, list(found.values()))
    assert [each.name for each in names[headless.id]] == [without[0].member.full_name]
    (total,) = total_without_bureau(at(7, 15))
    assert total.number == 3
    assert total_without_bureau(at(7, 15, days=2)) == []


def test_before_and_after_the_places_nobody_has_to_be_there(election, now):
    make_team(election, 1, now=now)
    assert states(election, at(6, 59)) == {1: BureauState.CLOSED}
    assert states(election, at(23, 30)) == {1: BureauState.CLOSED}


def test_who_was_never_signed_off_counts_no_longer_than_an_hour(election, now):
    station, _members, places = make_team(election, 1, now=now)
    come(station, places, at(7))
    late, members, _places = make_team(election, 2, shift=1, now=now)
    assert states(election, at(14, 40))[1] == BureauState.CLOSED
    rows = find_actual(election, at(20))
    by_number = {row.station.number: row for row in rows}
    (found, *_more) = by_number[1].cells[1].faults
    assert found.moment.starts_at == at(15, 30)
    assert late.number == 2
    assert len(members) == 3


def test_the_actual_coverage_is_judged_by_the_same_function_until_now(election, now):
    station, _members, places = make_team(election, 1, now=now)
    come(station, places[:2], at(7))
    come(station, places[2:], at(8, 10))
    early, late, *_count = find_actual(election, at(9))[0].cells
    assert [(found.moment.starts_at, found.moment.ends_at) for found in early.faults] == [(at(7, 30), at(8, 10))]
    assert early.faults[0].moment.short == 1
    assert late.state == State.CLOSED


def test_the_record_says_who_was_there_from_when_until_when_instead_of_whom(db, election, now):
    station, members, places = make_team(election, 1, now=now)
    make_team(election, 2, now=now)
    come(station, places[:2], at(7, 2))
    come(station, places[2:], at(7, 10), "absent")
    replaced = {"voter_name": "Kees Kiezer", "shift_id": places[0].shift_id, "replaces": f"p{places[2].id}"}
    take(station, note("vvoter-key-9", "here", at(7, 25), **replaced), now=at(7, 25))
    come(station, places[:1], at(14, 30), "gone")
    shifts = list_day_shifts(shifts_of(election), ON)
    with seen_statements(db.engine) as seen:
        record, silent = list_records(election, shifts)
    assert len(seen) <= 4, seen
    lines = [(line.listed.name, line.spell, line.listed.replaces) for line in record.lines]
    assert lines == [
        (members[0].full_name, (at(7, 2), at(14, 30)), ""),
        (members[1].full_name, (at(7, 2), None), ""),
        (members[2].full_name, None, ""),
        ("Kees Kiezer", (at(7, 25), None), members[2].full_name),
    ]
    assert [(change.at, change.came) for change in record.changes] == [
        (at(7, 2), True),
        (at(7, 2), True),
        (at(7, 25), True),
        (at(14, 30), False),
    ]
    assert [line.is_unfinished for line in record.lines] == [False, True, False, True]
    assert len(silent.silent) == 3
    assert [each.station.number for each in list_records(election, shifts, station.id)] == [1]


def test_the_day_that_is_shown_is_today_or_the_next_one(election):
    days = list_days(shifts_of(election))
    assert days == [ON]
    assert choose_day(days, None, at(7)) == ON
    assert choose_day(days, None, at(7, days=30)) == ON
    assert choose_day([], None, at(7)) is None
    assert choose_day(days, ON, at(7, days=-30)) == ON
