"""Coverage of an election: hours of stations, shifts past midnight, the day of 23 hours, and a look by SQL beside."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest
from sqlalchemy import insert, text

from app.clock import from_local, local
from app.models import Assignment, Election, ShiftKind
from app.services.planning.coverage.hours import count_block, length, opening_spans
from app.services.planning.coverage.intervals import Span
from app.services.planning.coverage.plan import State, There, find_coverage, read_plan
from app.services.planning.coverage.totals import count_short, count_short_now
from app.services.planning.times import shift_hours
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.staffing import PLANNED_AT, make_need, make_place
from tests.support.statements import seen_statements

NUMBERS = count(1)


def clock(hour: int, minute: int = 0, *, on: date = date(2026, 3, 18)) -> datetime:
    return from_local(datetime.combine(on, time(hour, minute)))


def rows_of(station, shift, *codes, hours=None) -> list[There]:
    """Somebody new for each of these functions."""
    starts_at, ends_at = hours or shift_hours(shift)
    place = station.id if station else None
    return [There(place, shift.id, next(NUMBERS), make_function(code).id, starts_at, ends_at) for code in codes]


TEAM = ("voorzitter", "stembureaulid", "stembureaulid")


def cells_of(election: Election, rows: list[There]):
    """The cells of the first row, by the name of the kind and order of the shift."""
    return find_coverage(election, rows)[0].cells


def faults(cell) -> list[tuple[str, str, int, bool, list[str]]]:
    return [
        (f"{local(m.starts_at):%H:%M}", f"{local(m.ends_at):%H:%M}", m.short, m.has_presider, list(found.articles))
        for found in cell.faults
        for m in [found.moment]
    ]


@pytest.fixture
def election(db):
    return make_election()


def test_a_station_without_anybody_is_short_all_day_and_its_count_is_nobodys_yet(election):
    make_station(election, 1)
    early, late, counting = cells_of(election, [])
    assert faults(early) == [("07:30", "14:15", 3, False, ["E 3", "J 12"])]
    assert faults(late) == [("14:15", "21:00", 3, False, ["E 3", "J 12"])]
    assert (early.state, late.state, counting.state) == (State.FAULT, State.FAULT, State.CLOSED)


def test_two_full_teams_cover_the_day_and_a_hole_between_them_is_of_the_first(election):
    station, (early, late, _) = make_station(election, 1), shifts_of(election)
    rows = rows_of(station, early, *TEAM) + rows_of(station, late, *TEAM)
    assert [cell.state for cell in cells_of(election, rows)] == [State.FULL, State.FULL, State.CLOSED]
    gone_early = rows_of(station, early, *TEAM, hours=(clock(7), clock(14)))
    first, second, _ = cells_of(election, gone_early + rows_of(station, late, *TEAM))
    assert faults(first) == [("14:00", "14:15", 3, False, ["J 12"])]
    assert second.state == State.FULL


def test_who_comes_late_or_leaves_early_leaves_that_time_open(election):
    station, (early, late, _) = make_station(election, 1), shifts_of(election)
    rows = rows_of(station, early, "voorzitter", "stembureaulid") + rows_of(station, late, *TEAM)
    rows += rows_of(station, early, "stembureaulid", hours=(clock(9), clock(12)))
    first = cells_of(election, rows)[0]
    assert faults(first) == [("07:30", "09:00", 1, True, ["J 12"]), ("12:00", "14:15", 1, True, ["J 12"])]


def test_a_chair_who_is_away_is_a_warning_while_a_deputy_is_there(election):
    station, (early, *_) = make_station(election, 1), shifts_of(election)
    rows = rows_of(station, early, "plv_voorzitter", "stembureaulid", "stembureaulid")
    rows += rows_of(station, early, "voorzitter", hours=(clock(10), clock(14, 30)))
    first = cells_of(election, rows)[0]
    assert first.state == State.WARNED
    assert [(local(f.moment.ends_at).hour, f.articles) for f in first.found] == [(10, ["J 12"])]


def test_a_person_of_the_whole_day_counts_once_where_the_shifts_overlap(election):
    station, (early, late, _) = make_station(election, 1), shifts_of(election)
    whole_day, member = 900, make_function("stembureaulid").id
    rows = rows_of(station, early, "voorzitter") + rows_of(station, late, "voorzitter")
    for shift in (early, late):
        rows.append(There(station.id, shift.id, whole_day, member, *shift_hours(shift)))
    first, second, _ = cells_of(election, rows)
    assert faults(first) == [("07:30", "14:15", 1, True, ["E 3", "J 12"])]
    assert faults(second) == [("14:30", "21:00", 1, True, ["J 12"])]


def test_a_special_station_is_judged_in_its_own_hours_only(election):
    station = make_station(election, 1, type="special", opens_at=clock(9), closes_at=clock(13))
    early, late, _ = shifts_of(election)
    first, second, _ = cells_of(election, rows_of(station, early, *TEAM, hours=(clock(9), clock(12, 30))))
    assert faults(first) == [("12:30", "13:00", 3, False, ["J 12"])]
    assert (second.state, second.spans) == (State.CLOSED, [])
    assert late is not early


def test_a_mobile_station_is_judged_at_its_stops_and_not_on_the_way(election):
    stops = [
        {"place": "Markt", "opens_at": "2026-03-18T09:00:00", "closes_at": "2026-03-18T11:00:00"},
        {"place": "Haven", "opens_at": "2026-03-18T12:00:00", "closes_at": "2026-03-18T15:00:00"},
        {"place": "Zonder tijd", "opens_at": "", "closes_at": ""},
        {"place": "Zonder duur", "opens_at": "2026-03-18T16:00:00", "closes_at": "2026-03-18T16:00:00"},
    ]
    station, (early, *_) = make_station(election, 1, type="mobile", stops=stops), shifts_of(election)
    first, second, _ = cells_of(election, rows_of(station, early, *TEAM, hours=(clock(8), clock(14, 30))))
    assert first.faults == []
    assert faults(second) == [("14:30", "15:00", 3, False, ["J 12"])]
    assert [[(span.starts_at, span.ends_at) for span in cell.spans] for cell in (first, second)] == [
        [(clock(9), clock(11)), (clock(12), clock(14, 15))],
        [(clock(14, 15), clock(15))],
    ]
    nobody = cells_of(election, [])
    assert faults(nobody[0]) == [
        ("09:00", "11:00", 3, False, ["E 3", "J 12"]),
        ("12:00", "14:15", 3, False, ["E 3", "J 12"]),
    ]


def test_without_a_stop_that_lasts_it_has_the_usual_hours_and_one_that_never_opens_has_none(election):
    usual = [(clock(7, 30), clock(21))]
    never = [{"place": "Nooit", "opens_at": "2026-03-18T16:00:00", "closes_at": "2026-03-18T16:00:00"}]
    station = make_station(election, 1, type="mobile", stops=never)
    assert opening_spans(election, station) == usual
    assert opening_spans(election, make_station(election, 2)) == usual
    assert opening_spans(election, make_station(election, 3, closes_at=clock(22))) == [(clock(7, 30), clock(22))]
    for closes_at in (clock(9), clock(8)):
        station.stops, station.opens_at, station.closes_at = None, clock(9), closes_at
        assert opening_spans(election, station) == []


def test_counting_begins_when_the_voting_is_over_and_not_before_its_shift(election):
    counting = shifts_of(election)[2]
    starts_at, ends_at = shift_hours(counting)
    for closes, begins in ((clock(15), starts_at), (clock(22), clock(22)), (ends_at, None)):
        found = count_block(counting, [Span(clock(9), closes)])
        assert found == ([] if begins is None else [(begins, ends_at)])
    assert length([Span(clock(9), clock(10)), Span(clock(12), clock(12, 30))]) == 5400


@pytest.mark.parametrize(("ends", "until"), [(time(0, 0), "00:00"), (time(1, 30), "01:30")])
def test_the_count_goes_on_past_midnight_and_begins_when_the_voting_is_over(election, db, ends, until):
    station, (early, _late, counting) = make_station(election, 1, closes_at=clock(22)), shifts_of(election)
    counting.ends = ends
    make_need(station, counting, make_function("voorzitter"))
    db.session.commit()
    rows = rows_of(station, counting, "voorzitter", "stembureaulid", "teller", "teller")
    third = cells_of(election, rows)[2]
    assert faults(third) == [("22:00", until, 1, True, ["E 3", "J 12", "N 5"])]
    assert early is not counting


def test_the_day_on_which_the_clock_goes_forward_has_23_hours(db):
    night = make_election(voting_on=date(2026, 3, 29))
    station = make_station(night, 1, opens_at=clock(0, on=date(2026, 3, 29)), closes_at=clock(21, on=date(2026, 3, 29)))
    shift = shifts_of(night)[0]
    shift.starts = time(0, 0)
    db.session.commit()
    first = cells_of(night, [])[0]
    moment = first.faults[0].moment
    assert moment.ends_at - moment.starts_at == timedelta(hours=13, minutes=15)  # 0.00–14.15 by the clock
    assert shift_hours(shift)[0] == datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    assert station.number == 1


def test_the_committee_of_the_central_count_is_judged_where_it_is_planned_here(db):
    election = make_election(counting="CSO")
    make_station(election, 1)
    central = next(shift for shift in shifts_of(election) if shift.kind == ShiftKind.CENTRAL_COUNT)
    make_need(None, central, make_function("teller"), 2, 4)
    rows = rows_of(None, central, "teller")
    cell = find_coverage(election, rows)[-1].cells[0]
    assert (cell.state, cell.planned, cell.target, cell.found) == (State.SHORT, 1, 4, [])
    make_need(None, central, make_function("voorzitter"))
    cell = find_coverage(election, rows)[-1].cells[0]
    assert [found.articles for found in cell.faults] == [["E 7", "Na 1"]]
    full = rows_of(None, central, "voorzitter", "teller", "teller", "teller", "teller")
    assert find_coverage(election, full)[-1].cells[0].state == State.FULL


def test_a_cell_says_whom_to_look_for_first(election):
    station, (early, *_) = make_station(election, 1), shifts_of(election)
    chair, member, deputy = (make_function(code) for code in ("voorzitter", "stembureaulid", "plv_voorzitter"))
    for function, number in ((member, 2), (chair, 1), (deputy, 1)):
        make_need(station, early, function, number if function is not deputy else 0, number)
    cells = cells_of(election, [])
    assert cells[0].function_id == chair.id
    cells = cells_of(election, rows_of(station, early, "voorzitter", "stembureaulid"))
    assert (cells[0].state, cells[0].function_id) == (State.FAULT, member.id)
    cells = cells_of(election, rows_of(station, early, *TEAM))
    assert (cells[0].state, cells[0].function_id) == (State.OPEN, deputy.id)
    cells = cells_of(election, rows_of(station, early, *TEAM, "plv_voorzitter"))
    assert (cells[0].state, cells[0].planned, cells[0].minimum, cells[0].target) == (State.FULL, 4, 3, 4)
    assert cells[0].function_id is None


def test_a_station_is_full_when_nobody_is_missing_at_any_time_and_short_when_the_law_is_broken(election):
    station, (early, late, _) = make_station(election, 1), shifts_of(election)
    make_need(station, late, make_function("plv_voorzitter"), 0, 1)
    by_teams = {
        (TEAM, (*TEAM, "plv_voorzitter")): (True, False),
        (TEAM, TEAM): (False, False),
        (TEAM, TEAM[1:]): (False, True),
        (TEAM[1:], (*TEAM, "plv_voorzitter")): (False, True),
    }
    for (first, second), expected in by_teams.items():
        row = find_coverage(election, rows_of(station, early, *first) + rows_of(station, late, *second))[0]
        assert (row.is_full, row.is_short) == expected, (first, second)


SHORT_BY_SQL = """
WITH there AS (
  SELECT a.member_id, a.starts_at, a.ends_at, f.capacity FROM assignment a JOIN "function" f ON f.id = a.function_id
  WHERE a.station_id = :station AND f.capacity IN ('chair', 'deputy', 'member')),
cuts AS (
  SELECT starts_at AS cut FROM there UNION SELECT ends_at FROM there UNION SELECT opens_at FROM polling_station
  WHERE id = :station UNION SELECT closes_at FROM polling_station WHERE id = :station),
parts AS (SELECT cut AS since, lead(cut) OVER (ORDER BY cut) AS until FROM cuts)
SELECT p.since, p.until, count(DISTINCT t.member_id), count(DISTINCT CASE WHEN t.capacity <> 'member' THEN 1 END)
FROM parts p JOIN polling_station s ON s.id = :station
LEFT JOIN there t ON t.starts_at <= p.since AND t.ends_at >= p.until
WHERE p.since >= s.opens_at AND p.until <= s.closes_at
GROUP BY p.since, p.until
HAVING count(DISTINCT t.member_id) < 3 OR count(DISTINCT CASE WHEN t.capacity <> 'member' THEN 1 END) = 0
"""


def test_the_database_finds_the_same_moments(db, election):
    dice = random.Random(12)
    station = make_station(election, 1, opens_at=clock(7, 30), closes_at=clock(21))
    functions = [make_function(code).id for code in (*TEAM, "plv_voorzitter", "teller")]
    shifts = shifts_of(election)[:2]
    for round_ in range(8):
        rows = []
        for shift in shifts:
            opens, closes = shift_hours(shift)
            for _ in range(dice.randint(2, 6)):
                start = opens + timedelta(minutes=5 * dice.randint(0, 30))
                end = closes - timedelta(minutes=5 * dice.randint(0, 30))
                rows.append((make_member().id, shift.id, dice.choice(functions), start, end))
        db.session.execute(Assignment.__table__.delete())
        for member_id, shift_id, function_id, start, end in rows:
            values = {"member_id": member_id, "shift_id": shift_id, "function_id": function_id}
            times = {"starts_at": start, "ends_at": end, "changed_at": PLANNED_AT}
            fixed = {"election_id": election.id, "station_id": station.id, "is_locked": False, "note": "", "version": 1}
            db.session.execute(insert(Assignment).values(**values, **times, **fixed))
        by_sql = db.session.execute(text(SHORT_BY_SQL), {"station": station.id}).all()
        cells = find_coverage(election)[0].cells[:2]
        ours = sum((f.moment.ends_at - f.moment.starts_at for cell in cells for f in cell.faults), timedelta())
        theirs = sum((as_instant(until) - as_instant(since) for since, until, *_ in by_sql), timedelta())
        assert ours == theirs, round_


def as_instant(value) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value.replace(tzinfo=None)


def test_the_number_on_the_home_is_that_of_the_page(db, election):
    dice = random.Random(7)
    early, late, counting = shifts_of(election)
    for number in range(1, 13):
        kind = {"type": "special", "opens_at": clock(9), "closes_at": clock(16)} if number % 5 == 0 else {}
        station = make_station(election, number, **kind)
        if number % 3 == 0:
            make_need(station, counting, make_function("voorzitter"))
        for shift in (early, late, counting):
            if dice.random() < 0.8:
                starts_at, ends_at = shift_hours(shift)
                later = timedelta(minutes=dice.choice([0, 0, 0, 45]))
                for code in (*TEAM, "teller"):
                    times = {"starts_at": starts_at + later, "ends_at": ends_at}
                    make_place(make_member(), station, shift, make_function(code), **times)
    other = make_election(code="TK2027", type="TK")
    elsewhere, (morning, *_rest, evening) = make_station(other, 1), shifts_of(other)
    make_need(elsewhere, evening, make_function("voorzitter"))
    for code in TEAM:
        make_place(make_member(), elsewhere, morning, make_function(code))
    number = count_short(find_coverage(election))
    assert 0 < number < 12
    assert count_short_now(other) == count_short(find_coverage(other)) == 1
    with seen_statements(db.engine) as seen:
        assert count_short_now(election) == number
    assert len(seen) <= 5, seen


def test_any_number_of_stations_takes_five_statements(db, election):
    for number in (1, 2, 3):
        make_station(election, number)
    code = election.code
    with seen_statements(db.engine) as seen:
        assert len(find_coverage(election)) == 3
    assert len(seen) <= 5, seen
    assert read_plan(election.id) == []
    assert code
