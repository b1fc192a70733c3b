"""The question by index: how far people are, where they stand, and what it costs to move or drop them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.services.planning.proposals.solver.instance import Need, Place, Station
from app.services.planning.proposals.solver.problem import FURTHEST_KM, UNKNOWN_KM, Problem
from app.services.planning.proposals.solver.weights import DEFAULTS
from tests.services.planning.proposals.cases import (
    CHAIR,
    EARLY,
    EVENING,
    LATE,
    MEMBER,
    NEXT_DAY,
    case,
    needs_of,
    person,
    stands,
    way_of,
)

SITS = 2  # the member, by index
KM = DEFAULTS["distance"]
WISH = DEFAULTS["station_wish"]


def test_the_distance_costs_by_the_kilometre_up_to_the_furthest_and_an_unknown_one_as_three():
    people = [person(1, at=1.0), replace(person(2), point=None), person(3, at=1.5)]
    asked = case(needs_of(1, EARLY), people, stations=20)
    people[2] = replace(people[2], point=(1.0, 3.0))
    unknown, north = Station(21, None), Station(22, (1.0, 1.0))
    travel = Problem(replace(asked, stations=(*asked.stations, unknown, north), people=tuple(people))).travel
    far = int(FURTHEST_KM * KM)
    assert [int(travel[0, station]) for station in (0, 1, 9, 10, 11, 19)] == [0, KM, 9 * KM, far, far, far]
    assert {int(cost) for cost in travel[1]} == {int(UNKNOWN_KM * KM)}
    assert int(travel[0, 20]) == int(UNKNOWN_KM * KM)
    assert [int(travel[2, station]) for station in (0, 21)] == [3 * KM, 2 * KM]


def test_a_wished_station_costs_less_the_first_one_nothing_and_no_wish_is_no_difference():
    people = [person(1, wished_stations=(2, 1, 99)), person(2)]
    people = [replace(who, point=None) for who in people]
    problem = Problem(case(needs_of(1, EARLY), people, stations=3))
    same = int(UNKNOWN_KM * KM)
    assert [int(cost) - same for cost in problem.travel[0]] == [WISH // 4, 0, WISH]
    assert [int(cost) - same for cost in problem.travel[1]] == [0, 0, 0]


@pytest.mark.parametrize("price", [None, 300])
def test_who_stands_somewhere_stays_for_nothing_moves_at_a_price_and_is_dropped_at_twice_that(price):
    people = [person(1, EARLY, LATE, chair=True), person(2)]
    needs = [*needs_of(1, EARLY, LATE), *needs_of(2, EARLY)]
    problem = Problem(case(needs, people, stations=2, kept=[stands(1, 1, EARLY, price=price)]))
    plain = Problem(case(needs, people, stations=2))
    assert problem.must_stay(0) == (price is None)
    assert not problem.must_stay(1)
    assert [problem.cost_to_drop(who) for who in (0, 1)] == [2 * (price or 0), 0]
    home = way_of(problem, 0, SITS)
    costs = {}
    for name, station, option in (("stays", 0, home), ("moves", 1, home)):
        candidate = problem.candidate(0, station, option)
        assert candidate is not None
        costs[name] = candidate.cost - option.cost - int(problem.travel[0, station])
    assert costs == {"stays": 0, "moves": price or 0}
    ways = {option.seats for option in problem.options[0]}
    assert ways == ({((0, SITS),)} if price is None else {option.seats for option in plain.options[0]})


def test_places_at_two_stations_or_of_somebody_unknown_are_given_and_count_for_what_is_needed():
    people = [person(1, EARLY, LATE), person(2)]
    kept = [stands(1, 1, EARLY), stands(1, 2, LATE), stands(99, 1, EARLY, CHAIR)]
    problem = Problem(case(needs_of(1, EARLY) + needs_of(2, LATE), people, stations=2, kept=kept))
    assert (problem.homes, problem.options[0]) == ({}, ())
    assert [own.place.person for own in problem.pinned] == [1, 1, 99]
    needed = [{row.key: row.needed for row in rows.rows} for rows in problem.rows]
    assert needed[0] == {(0, 0, 2): 1, (1, 0, -1): 1, (3, 0, -1): 1}  # a seat, one of the three, and experience
    assert needed[1] == {(0, 1, 0): 1, (0, 1, 2): 1, (1, 1, -1): 2, (2, 1, -1): 1, (3, 1, -1): 1}


def test_what_stands_is_never_above_the_target_and_the_central_count_is_no_need_of_a_station():
    kept = [stands(number, 1, EARLY) for number in (1, 2, 3)]
    needs = [
        *needs_of(1, EARLY),
        Need(None, NEXT_DAY, MEMBER, 1, 2),
        Need(1, LATE, MEMBER, 0, 0),
        Need(9, EARLY, CHAIR, 1, 1),
    ]
    problem = Problem(case(needs, [person(number) for number in (1, 2, 3)], kept=kept))
    assert problem.needs == [{(0, 0): (1, 1), (0, 2): (2, 3)}]
    central = replace(kept[0], place=Place(1, None, NEXT_DAY, MEMBER, 1980, 2400))
    assert Problem(case(needs, [person(1)], kept=[central])).homes == {}


def test_a_couple_is_two_people_who_both_answered():
    people = [person(1, with_id=3), person(2, with_id=77), replace(person(3), with_id=1), person(4, with_id=4)]
    assert Problem(case(needs_of(1, EARLY), people)).couples == [(0, 2)]


def test_who_stands_can_count_as_well_unless_that_is_what_the_person_does():
    people = [person(1, EARLY, EVENING), person(2, EVENING)]
    needs = [*needs_of(1, EARLY), Need(1, EVENING, MEMBER, 2, 2)]
    kept = [stands(1, 1, EARLY), stands(2, 1, EVENING)]
    problem = Problem(case(needs, people, kept=kept))
    assert [(option.seats, option.counts) for option in problem.options[0]] == [
        (((0, SITS),), (2,)),
        (((0, SITS),), ()),
    ]
    assert [(option.seats, option.counts) for option in problem.options[1]] == [(((2, SITS),), ())]
