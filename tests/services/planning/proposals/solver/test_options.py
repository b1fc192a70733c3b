"""What one person can do and what one station asks, by index: the price of each, and what feeds what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.services.planning.proposals.solver.options import (
    COUNTING,
    MOST_OVERLAP,
    PEOPLE,
    PRESIDER,
    SEAT,
    SKILLED,
    OptionMaker,
    Talents,
)
from app.services.planning.proposals.solver.stations import StationRows
from app.services.planning.proposals.solver.weights import DEFAULTS
from tests.services.planning.proposals.cases import CHAIR, DEPUTY, EARLY, EVENING, FUNCTIONS, LATE, SHIFTS, person

MORNING, AFTERNOON, COUNT = range(3)
PRESIDES, SECONDS, SITS = range(3)  # the chair, the deputy and the member, by index
TWO_WAYS = ((PRESIDES, SITS), (SITS, PRESIDES))
ANYBODY = Talents(((MORNING, True), (AFTERNOON, False), (COUNT, True)), (PRESIDES, SITS), (), False, False)


def make(talents, shifts=SHIFTS):
    """Options by their seats."""
    options = OptionMaker(shifts, FUNCTIONS, DEFAULTS).options(talents)
    return {option.seats: option for option in options}


def cost_of(talents, *seats):
    return make(talents)[seats].cost


def test_a_person_does_one_function_in_shifts_in_a_row_or_only_counts():
    found = make(ANYBODY)
    runs = ([MORNING], [MORNING, AFTERNOON], [AFTERNOON])
    seats = {tuple((shift, function) for shift in run) for run in runs for function in (PRESIDES, SITS)}
    assert set(found) == {*seats, ()}
    assert {option.counts for option in found.values()} == {(COUNT,)}
    assert () not in make(replace(ANYBODY, shifts=((MORNING, True),)))
    assert make(replace(ANYBODY, functions=())) == {}


@pytest.mark.parametrize(("overlap", "both"), [(-1, False), (0, True), (MOST_OVERLAP, True), (MOST_OVERLAP + 1, False)])
def test_two_shifts_are_done_by_one_person_where_the_teams_relieve_each_other(overlap, both):
    shifts = (SHIFTS[0], replace(SHIFTS[1], starts=SHIFTS[0].ends - overlap), *SHIFTS[2:])
    assert (((MORNING, SITS), (AFTERNOON, SITS)) in make(ANYBODY, shifts)) == both


def test_what_a_person_does_costs_by_maybe_the_length_the_wish_and_a_first_time_in_the_chair():
    assert cost_of(ANYBODY, (MORNING, SITS)) == cost_of(ANYBODY) == 1
    assert cost_of(ANYBODY, (AFTERNOON, SITS)) == 1 + DEFAULTS["maybe"]
    whole = (MORNING, SITS), (AFTERNOON, SITS)
    assert cost_of(ANYBODY, *whole) == 1 + DEFAULTS["maybe"] + DEFAULTS["whole_day"]
    assert cost_of(ANYBODY, (MORNING, PRESIDES)) == 1 + DEFAULTS["new_chair"]
    presided = replace(ANYBODY, has_presided=True)
    assert cost_of(presided, (MORNING, PRESIDES)) == 1
    wishes = replace(presided, wished=(SITS, PRESIDES), functions=(PRESIDES, SECONDS, SITS))
    half = DEFAULTS["function_wish"] // 2
    assert [cost_of(wishes, (MORNING, does)) for does in (SITS, PRESIDES, SECONDS)] == [
        1,
        1 + half,
        1 + DEFAULTS["function_wish"],
    ]


def test_an_option_feeds_the_seat_the_law_and_the_count():
    of_chair = {(SEAT, MORNING, PRESIDES), (PEOPLE, MORNING, -1), (PRESIDER, MORNING, -1)}
    of_count = {(COUNTING, COUNT, -1), (PEOPLE, COUNT, -1), (PRESIDER, COUNT, -1)}
    assert set(make(ANYBODY)[(MORNING, PRESIDES),].keys) == of_chair | of_count
    skilled = make(replace(ANYBODY, has_experience=True, functions=(SITS,)))
    sits = {(SEAT, MORNING, SITS), (PEOPLE, MORNING, -1), (SKILLED, MORNING, -1)}
    assert set(skilled[(MORNING, SITS),].keys) == sits | (of_count - {(PRESIDER, COUNT, -1)})
    assert set(skilled[()].keys) == of_count - {(PRESIDER, COUNT, -1)}


def test_who_stands_at_the_count_feeds_the_count_and_no_seat_of_it():
    """With experience too: the law asks none of it there."""
    maker = OptionMaker(SHIFTS, FUNCTIONS, DEFAULTS)
    skilled = replace(ANYBODY, has_experience=True)
    counts = maker.option(skilled, [(COUNT, PRESIDES)], ())
    assert set(counts.keys) == {(COUNTING, COUNT, -1), (PEOPLE, COUNT, -1), (PRESIDER, COUNT, -1)}
    assert counts.cost == 1  # nobody is new in the chair of a count


def test_who_does_two_functions_is_priced_by_the_first():
    maker = OptionMaker(SHIFTS, FUNCTIONS, DEFAULTS)
    wishes = replace(ANYBODY, shifts=((MORNING, True), (AFTERNOON, True)), wished=(SITS,))
    cost = {first: maker.option(wishes, [(MORNING, first), (AFTERNOON, then)], ()).cost for first, then in TWO_WAYS}
    assert cost[SITS] == 1 + DEFAULTS["whole_day"]
    assert cost[PRESIDES] == 1 + DEFAULTS["whole_day"] + DEFAULTS["function_wish"] + 2 * DEFAULTS["new_chair"]


def test_who_somebody_is_is_told_by_index_and_what_is_unknown_is_left_out():
    who = person(1, LATE, EARLY, EVENING, chair=True, wished_functions=(CHAIR, DEPUTY), has_experience=True)
    found = OptionMaker(SHIFTS, FUNCTIONS, DEFAULTS).talents(who, {EARLY: 0, LATE: 1}, {CHAIR: 0})
    assert found == Talents(((0, True), (1, True)), (0,), (0,), True, False)


NEEDS = {(MORNING, PRESIDES): (1, 1), (MORNING, SITS): (1, 3), (COUNT, SITS): (0, 2)}


def rows_of(given=None, needs=None):
    return StationRows(needs or NEEDS, given or {}, SHIFTS, FUNCTIONS, DEFAULTS, {})


def needed(rows):
    return {row.key: row.needed for row in rows.rows}


def test_a_station_asks_its_seats_what_the_law_asks_experience_and_who_counts():
    rows = rows_of()
    assert needed(rows) == {
        (SEAT, MORNING, PRESIDES): 1,
        (SEAT, MORNING, SITS): 3,
        (PEOPLE, MORNING, -1): 3,
        (PRESIDER, MORNING, -1): 1,
        (SKILLED, MORNING, -1): 1,
        (PEOPLE, COUNT, -1): 2,
        (COUNTING, COUNT, -1): 2,
    }
    assert {row.key for row in rows.rows if row.is_full} == {(SEAT, MORNING, PRESIDES), (SEAT, MORNING, SITS)}
    given = {(SEAT, MORNING, SITS): 2, (PEOPLE, MORNING, -1): 1, (PRESIDER, MORNING, -1): 1, (COUNTING, COUNT, -1): 5}
    less = needed(rows_of(given))
    assert (less[SEAT, MORNING, SITS], less[PEOPLE, MORNING, -1]) == (1, 2)
    assert less.keys() == needed(rows).keys() - {(PRESIDER, MORNING, -1), (COUNTING, COUNT, -1)}
    no_chair = needed(rows_of(needs={(MORNING, PRESIDES): (0, 0), (MORNING, SITS): (1, 1)}))
    assert no_chair == {(SEAT, MORNING, SITS): 1, (PEOPLE, MORNING, -1): 1, (SKILLED, MORNING, -1): 1}


def test_what_is_short_costs_the_cheapest_first():
    rows = rows_of()
    seat, chair = (rows.rows[rows.at[SEAT, MORNING, does]] for does in (SITS, PRESIDES))
    extra, empty = DEFAULTS["extra_seat"], DEFAULTS["empty_seat"]
    assert [seat.price(short) for short in range(4)] == [0, extra, 2 * extra, 2 * extra + empty]
    assert chair.price(1) == DEFAULTS["empty_chair"]
    law = rows.rows[rows.at[PEOPLE, MORNING, -1]]
    assert [law.price(short) for short in (1, 2)] == [DEFAULTS["legal_person"], 2 * DEFAULTS["legal_person"]]
    partly = rows_of({(SEAT, MORNING, SITS): 1})
    assert partly.rows[partly.at[SEAT, MORNING, SITS]].price(2) == 2 * extra  # the minimum is there


def test_an_option_fits_where_all_its_seats_are_asked():
    rows, options = rows_of(), make(ANYBODY)
    fed = rows.fed_by(options[(MORNING, SITS),])
    assert fed is not None
    assert {rows.rows[number].key for number in fed} == {
        (SEAT, MORNING, SITS),
        (PEOPLE, MORNING, -1),
        (COUNTING, COUNT, -1),
        (PEOPLE, COUNT, -1),
    }
    assert rows.fed_by(options[(AFTERNOON, SITS),]) is None
    assert rows.fed_by(options[(MORNING, SITS), (AFTERNOON, SITS)]) is None
    short = {row.key: number for row, number in rows.short({number: 1 for number in fed})}
    assert (short[SEAT, MORNING, SITS], short[PEOPLE, MORNING, -1], short[COUNTING, COUNT, -1]) == (2, 2, 1)
    only_chair = rows_of(needs={(MORNING, PRESIDES): (1, 1)})
    assert only_chair.fed_by(options[()]) is None  # nobody counts there
