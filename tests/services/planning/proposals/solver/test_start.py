"""The first plan, before anything is solved: who is nearest and free takes the seats, the smallest teams first."""

from __future__ import annotations

from dataclasses import replace

from app.services.planning.proposals.solver.instance import Function, Need
from app.services.planning.proposals.solver.plan import Plan
from app.services.planning.proposals.solver.problem import Problem
from app.services.planning.proposals.solver.start import fill_by_distance, place_presiders
from tests.services.planning.proposals.cases import (
    ALL_DAY,
    CHAIR,
    DEPUTY,
    EARLY,
    EVENING,
    FUNCTIONS,
    LATE,
    MEMBER,
    case,
    needs_of,
    person,
    stands,
    way_of,
)

GREETER = 4  # receives people, and is no member of the three


def filled(asked) -> dict[int, tuple[int, tuple[tuple[int, int], ...]]]:
    """Person → the station and the seats that were given, by id."""
    problem = Problem(asked)
    plan = Plan(problem)
    fill_by_distance(plan)
    return by_id(problem, plan)


def by_id(problem, plan):
    shifts, functions = problem.shifts, problem.functions
    return {
        problem.people[who].id: (
            problem.stations[at.station].id,
            tuple((shifts[shift].id, functions[function].id) for shift, function in at.option.seats),
        )
        for who, at in plan.of.items()
    }


SITS = ((EARLY, MEMBER),)


def test_the_smallest_team_gets_somebody_first_and_of_those_the_nearest():
    """All live at the first station: it fills no second seat before the other one has one."""
    people = [person(1, at=1.0), person(2, at=0.5), person(3, at=2.0), person(4, LATE, at=1.0)]
    needs = [Need(1, EARLY, MEMBER, 2, 2), Need(2, EARLY, MEMBER, 2, 2)]
    assert filled(case(needs, people, stations=2)) == {1: (1, SITS), 3: (2, SITS), 2: (1, SITS)}
    assert filled(case(needs, people[:2], stations=2)) == {1: (1, SITS), 2: (2, SITS)}


def test_everybody_has_one_seat_of_one_shift_and_no_seat_gets_too_many():
    people = [replace(person(number, chair=number == 1), shifts=ALL_DAY) for number in range(1, 8)]
    found = filled(case(needs_of(1, EARLY, LATE), people))
    assert sorted(seats for _station, seats in found.values()) == sorted(
        [((EARLY, CHAIR),), SITS, SITS, ((LATE, MEMBER),), ((LATE, MEMBER),)]
    )


def test_a_seat_that_counts_for_no_team_is_filled_as_well():
    """Also when nothing else is asked for in the shift; and a seat of the count is filled later."""
    people = [replace(person(number, EARLY, EVENING), functions=(GREETER,)) for number in (1, 2, 3)]
    needs = [Need(1, EARLY, GREETER, 1, 2), Need(1, EVENING, GREETER, 1, 1)]
    asked = replace(case(needs, people), functions=(*FUNCTIONS, Function(GREETER, False, False, False)))
    assert filled(asked) == {1: (1, ((EARLY, GREETER),)), 2: (1, ((EARLY, GREETER),))}


def test_a_team_that_is_larger_than_the_law_asks_is_filled_to_the_end():
    people = [person(number) for number in range(1, 8)]
    assert len(filled(case([Need(1, EARLY, MEMBER, 2, 6)], people))) == 6


def test_who_stands_already_stays_and_counts_for_the_team():
    people = [person(1), person(2), person(3, at=9.0)]
    needs = [Need(1, EARLY, MEMBER, 2, 2), Need(2, EARLY, MEMBER, 1, 1)]
    found = filled(case(needs, people, stations=2, kept=[stands(1, 1, EARLY)]))
    assert found == {1: (1, SITS), 2: (2, SITS), 3: (1, SITS)}


def test_a_chair_and_a_deputy_are_matched_by_what_they_may_do_and_where_they_are_near():
    """One person can preside in one shift only, as who was asked for; members are not looked at."""
    people = [person(1, EARLY, LATE, chair=True, at=1.0), person(2, EARLY, LATE, chair=True, at=2.0)]
    people += [replace(person(3, at=1.0), functions=(DEPUTY,)), person(4, at=1.0), person(5, EVENING, chair=True)]
    needs = [*needs_of(1, EARLY, LATE), Need(1, EARLY, DEPUTY, 1, 1), Need(1, EVENING, CHAIR, 1, 1)]
    problem = Problem(case(needs, people, stations=2))
    plan = Plan(problem)
    place_presiders(plan)
    found = by_id(problem, plan)
    assert found[3] == (1, ((EARLY, DEPUTY),))
    assert {found[who][1] for who in (1, 2)} == {((EARLY, CHAIR),), ((LATE, CHAIR),)}
    assert found.keys() == {1, 2, 3}


def test_a_chair_who_stands_is_no_candidate_for_another_place():
    people = [person(1, chair=True, at=2.0), person(2, chair=True, at=9.0)]
    needs = [Need(1, EARLY, MEMBER, 1, 1), Need(2, EARLY, CHAIR, 1, 1)]
    problem = Problem(case(needs, people, stations=2, kept=[stands(1, 1, EARLY)]))
    plan = Plan(problem)
    place_presiders(plan)
    assert by_id(problem, plan) == {1: (1, SITS), 2: (2, ((EARLY, CHAIR),))}


def test_without_anybody_who_presides_nobody_is_placed():
    plan = Plan(Problem(case(needs_of(1, EARLY), [person(1), person(2)])))
    place_presiders(plan)
    assert plan.of == {}
    plan.put(plan.problem.candidate(0, 0, way_of(plan.problem, 0, 2)))
    assert plan.list_free() == [1]


def test_where_nothing_is_asked_nobody_is_placed():
    assert filled(case([], [person(1)])) == {}
    assert filled(case([], [], stations=0)) == {}
