"""Who counts and as what: by who is asked for, who stands there already, and what each would rather do."""

from __future__ import annotations

from dataclasses import replace

from app.services.planning.proposals.solver import counting
from app.services.planning.proposals.solver.instance import CENTRAL, Function, Need, Place, Shift
from app.services.planning.proposals.solver.plan import Plan
from app.services.planning.proposals.solver.problem import Problem
from app.services.planning.proposals.solver.weights import DEFAULTS
from tests.services.planning.proposals.cases import (
    ALL_DAY,
    CHAIR,
    DEPUTY,
    EARLY,
    EVENING,
    FUNCTIONS,
    MEMBER,
    NEXT_DAY,
    SHIFTS,
    case,
    person,
    stands,
)

TELLER = 4  # counts, and is no member of the three
ELSEWHERE = ((95, 1, EARLY), (96, 1, EARLY), (97, 2, EVENING), (98, 2, EVENING))
CHAIRS, SEATS, EXTRA = DEFAULTS["empty_chair"], DEFAULTS["empty_seat"], DEFAULTS["extra_seat"]


def with_tellers(asked):
    return replace(asked, functions=(*FUNCTIONS, Function(TELLER, False, False, False)))


def counters(asked, station=1):
    """Person → function at the count of the station, by id."""
    problem = Problem(asked)
    found = counting.choose_counters(Plan(problem), problem.station_at[station])
    assert {problem.shifts[shift].id for _who, shift, _function in found} <= {EVENING}
    return {problem.people[who].id: problem.functions[function].id for who, _shift, function in found}


def at_work(number, *, station=1, shift=EARLY, function=MEMBER):
    """Stands in the morning, so can count there in the evening."""
    return stands(number, station, shift, function, price=0)


def ask(number, function=MEMBER, minimum=None, station=1):
    return Need(station, EVENING, function, number if minimum is None else minimum, number)


def voters(number=9):
    return [Need(1, EARLY, CHAIR, 1, 1), Need(1, EARLY, MEMBER, number, number)]


def test_who_presides_is_worth_a_chair_a_member_half_as_much_again_as_the_rest():
    problem = Problem(with_tellers(case([], [])))
    chair, deputy, member, teller = range(4)
    assert counting.worth_of(problem, chair, 1, 1) == ((CHAIRS, 1),)
    assert counting.worth_of(problem, deputy, 1, 2) == ((CHAIRS, 1), (EXTRA, 1))
    assert counting.worth_of(problem, member, 2, 5) == ((SEATS * 3 // 2, 2), (EXTRA, 3))
    assert counting.worth_of(problem, teller, 0, 2) == ((EXTRA, 2),)
    assert counting.worth_of(problem, teller, 0, 0) == ()


def test_as_many_count_as_are_asked_for_of_those_who_are_there_and_can():
    people = [person(number, EARLY, EVENING) for number in (1, 2, 3)] + [person(4, EARLY), person(5, EARLY, EVENING)]
    kept = [at_work(number) for number in (1, 2, 3, 4)]
    found = counters(case([*voters(), ask(2)], people, kept=kept))
    assert len(found) == 2
    assert found.keys() <= {1, 2, 3}
    assert counters(case([*voters(), ask(9)], people, kept=kept)).keys() == {1, 2, 3}
    assert counters(case(voters(), people, kept=kept)) == {}


def test_who_stands_at_the_count_already_is_one_of_those_asked_for():
    """By hand too, of whom the solver knows nothing; who stands in another shift or at another station is not."""
    people = [person(number, EARLY, EVENING) for number in (1, 2, 3)]
    kept = [at_work(1), at_work(2), stands(3, 1, EVENING, price=0)]
    needs = [*voters(), ask(2), Need(2, EVENING, MEMBER, 1, 1)]
    assert len(counters(case(needs, people, stations=2, kept=kept))) == 1
    by_hand = [*kept[:2], stands(99, 1, EVENING)]
    by_hand += [stands(number, station, shift) for number, station, shift in ELSEWHERE]
    assert len(counters(case(needs, people[:2], stations=2, kept=by_hand))) == 1


def test_who_is_sure_did_it_before_or_wished_it_goes_first():
    """One of two, who are alike but for that."""
    both = [person(number, EARLY, EVENING, chair=True) for number in (1, 2)]
    maybe = [replace(both[0], shifts=((EARLY, True), (EVENING, False))), both[1]]
    kept = [at_work(1), at_work(2)]
    assert counters(case([*voters(), ask(1)], maybe, kept=kept)) == {2: MEMBER}
    other = [at_work(1, function=CHAIR), at_work(2)]
    assert counters(case([*voters(), ask(1)], both, kept=other)) == {2: MEMBER}
    wishing = [replace(both[0], wished_functions=(CHAIR,)), both[1]]
    assert counters(case([*voters(), ask(1)], wishing, kept=kept)) == {2: MEMBER}
    wishing = [replace(both[0], wished_functions=(CHAIR, MEMBER)), replace(both[1], wished_functions=(CHAIR,))]
    assert counters(case([*voters(), ask(1)], wishing, kept=kept)) == {1: MEMBER}


def test_only_another_function_than_was_wished_costs():
    people = [replace(person(1), wished_functions=(CHAIR, MEMBER)), person(2)]
    problem = Problem(case([], people))
    wish = DEFAULTS["function_wish"]
    assert [[counting._wish(problem, who, does) for does in range(3)] for who in (0, 1)] == [[0, wish, 0], [0, 0, 0]]


def test_another_function_at_the_count_costs_the_price_of_a_move_where_somebody_stands():
    """The second stands there in the morning alone."""
    people = [person(number, EARLY, EVENING, chair=True) for number in (1, 2)]
    kept = [at_work(1), stands(2, 1, EARLY, price=500), stands(1, 1, EVENING, price=700)]
    problem = Problem(case([*voters(), ask(2)], people, kept=kept))
    seat = problem.shift_at[EVENING], problem.function_at[MEMBER]
    other = seat[0], problem.function_at[CHAIR]
    costs = [counting._cost_to_change(problem, who, 0, where) for who in (0, 1) for where in (seat, other)]
    assert costs == [0, 700, 0, 0]
    assert counting._cost_to_change(problem, 0, 1, other) == 0


def central(asked):
    """(person, shift, function) that is added, by id."""
    problem = Problem(asked)
    return {
        (problem.people[who].id, problem.shifts[shift].id, problem.functions[function].id)
        for who, shift, function in counting.choose_central(problem, asked)
    }


def committee(number, function=MEMBER, shift=NEXT_DAY):
    return Need(None, shift, function, number, number)


def placed(who, function=MEMBER, shift=NEXT_DAY):
    return replace(stands(who, 1, NEXT_DAY), place=Place(who, None, shift, function, 1980, 2400))


def test_at_the_central_count_everybody_who_can_is_looked_at_but_who_stands_there():
    people = [person(number, NEXT_DAY) for number in (1, 2, 3)] + [person(4, EARLY)]
    assert len(central(case([committee(2)], people))) == 2
    assert central(case([committee(2)], people, kept=[placed(1)])) <= {(2, NEXT_DAY, MEMBER), (3, NEXT_DAY, MEMBER)}
    assert len(central(case([committee(2)], people, kept=[placed(1)]))) == 1
    assert len(central(case([committee(2)], people, kept=[placed(1, CHAIR), placed(99)]))) == 1
    assert central(case([committee(1)], people, kept=[placed(99)])) == set()
    assert len(central(case([committee(9)], people))) == 3
    assert central(case([Need(None, EARLY, MEMBER, 1, 1)], [person(4, EARLY)])) == set()


def test_somebody_is_once_at_a_time_at_the_central_count():
    """Of three parts of that day the first two overlap, and the third begins as the second ends."""
    parts = (Shift(5, CENTRAL, 1980, 2200), Shift(6, CENTRAL, 2199, 2400), Shift(7, CENTRAL, 2400, 2600))
    alone = replace(person(1), shifts=tuple((shift.id, True) for shift in parts))
    asked = replace(case([committee(1, shift=shift.id) for shift in parts], [alone]), shifts=(*SHIFTS, *parts))
    assert {shift for _who, shift, _function in central(asked)} == {5, 7}


def test_of_too_few_at_the_central_count_the_wish_is_met_where_it_can():
    people = [
        replace(person(1, NEXT_DAY, chair=True), wished_functions=(DEPUTY,)),
        replace(person(2, NEXT_DAY, chair=True), wished_functions=(CHAIR,)),
    ]
    needs = [committee(1, CHAIR), committee(1, DEPUTY), committee(3)]
    assert central(case(needs, people)) == {(1, NEXT_DAY, DEPUTY), (2, NEXT_DAY, CHAIR)}
    assert central(case([], [replace(person(1), shifts=ALL_DAY)])) == set()
