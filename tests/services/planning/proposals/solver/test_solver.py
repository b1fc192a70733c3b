"""What the solver guarantees, on elections small enough to see by eye; and that it is the same each time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from app.services.planning.proposals.solver import search, wire
from app.services.planning.proposals.solver.instance import Function, Instance, Kept, Need
from app.services.planning.proposals.solver.neighbourhoods import Neighbourhoods
from app.services.planning.proposals.solver.options import SEAT
from app.services.planning.proposals.solver.plan import Plan
from app.services.planning.proposals.solver.problem import Problem
from app.services.planning.proposals.solver.start import place_presiders
from app.services.planning.proposals.solver.weights import DEFAULTS
from bench.support.planning_cases import make_case
from tests.services.planning.proposals.cases import (
    ALL_DAY,
    CHAIR,
    DEPUTY,
    EARLY,
    EVENING,
    FUNCTIONS,
    LATE,
    MEMBER,
    NEXT_DAY,
    case,
    found,
    needs_of,
    person,
    solve,
    stands,
    way_of,
)

TELLER = 4  # counts, and is no member of the three


def test_law_comes_before_wishes():
    """The only person who may preside goes where he is needed, however far and unwished."""
    people = [person(number, at=1.0) for number in range(1, 6)]
    people += [person(6, chair=True, at=0.0, wished_stations=(1,), wished_functions=(MEMBER,))]
    people += [person(7, chair=True, at=1.0)]
    result = solve(case(needs_of(1, EARLY) + needs_of(2, EARLY), people, stations=2))
    assert result.illegal == ()
    assert Counter(function for _p, _s, _shift, function in found(result)) == {CHAIR: 2, MEMBER: 4}


def test_first_each_station_gets_who_presides_and_nobody_else():
    """By one matching: the chair who lives between them leaves the near station to who can reach no other."""
    people = [person(1, chair=True, at=1.0), person(2, chair=True, at=9.0), person(3, at=1.0)]
    people += [person(4, EVENING, chair=True, at=9.0)]
    plan = Plan(Problem(case(needs_of(1, EARLY) + needs_of(9, EARLY), people, stations=9)))
    place_presiders(plan)
    assert {who: (at.station, at.option.seats) for who, at in plan.of.items()} == {0: (0, ((0, 0),)), 1: (8, ((0, 0),))}


def test_nobody_is_placed_where_he_may_not_or_cannot():
    people = [person(1, LATE, chair=True), person(2), person(3)]
    result = solve(case(needs_of(1, EARLY), people))
    assert found(result) == {(2, 1, EARLY, MEMBER), (3, 1, EARLY, MEMBER)}
    assert result.illegal == ((1, EARLY),)
    assert result.open_seats == 1


@pytest.mark.parametrize("kept", [[], [stands(1, 1, EARLY)]], ids=["empty", "filled"])
def test_only_what_is_missing_is_short(kept):
    needs = [Need(1, EARLY, CHAIR, 0, 0), Need(1, EARLY, MEMBER, 1, 1)]
    short = Plan(Problem(case(needs, [person(1), person(2)], kept=kept))).short(0)
    # by the numbers of the shift and the function in the question
    seats = [(row.key, number) for row, number in short if row.key[0] == SEAT]
    assert seats == ([] if kept else [((SEAT, 0, 2), 1)])
    assert all(number > 0 for _row, number in short)


def test_a_plan_knows_where_it_is_not_legal():
    """Of two stations the second one, in its second shift (counted from 0)."""
    people = [*(person(n, chair=n == 1) for n in (1, 2, 3)), *(person(n, LATE, at=1.0) for n in (4, 5))]
    kept = [
        stands(1, 1, EARLY, CHAIR),
        stands(2, 1, EARLY),
        stands(3, 1, EARLY),
        stands(4, 2, LATE),
        stands(5, 2, LATE),
    ]
    plan = Plan(Problem(case(needs_of(1, EARLY) + needs_of(2, LATE), people, stations=2, kept=kept)))
    assert plan.list_illegal() == [(1, 1)]


def test_a_whole_day_is_at_one_station_and_its_second_shift_begins_when_the_first_ends():
    people = [replace(person(number, chair=number == 1), shifts=ALL_DAY) for number in (1, 2, 3)]
    needs = [*needs_of(1, EARLY, LATE), Need(1, EVENING, CHAIR, 1, 1), Need(1, EVENING, MEMBER, 2, 2)]
    result = solve(case(needs, people))
    assert result.illegal == ()
    assert result.open_seats == 0
    times = {place.shift: (place.starts, place.ends) for place in result.places if place.person == 1}
    assert times == {EARLY: (420, 870), LATE: (870, 1260), EVENING: (1260, 1470)}


def test_nobody_is_at_two_stations():
    people = [replace(person(number, chair=True), shifts=ALL_DAY) for number in range(1, 9)]
    result = solve(case(needs_of(1, EARLY) + needs_of(2, LATE), people, stations=2))
    assert result.open_seats == 0
    assert max(Counter(place.person for place in result.places).values()) == 1


def test_the_nearest_goes_and_sure_before_maybe():
    people = [person(1, chair=True, at=1.0), person(2, at=1.0), person(3, at=9.0), person(4, at=1.0)]
    people[3] = replace(people[3], shifts=((EARLY, False),))
    result = solve(case(needs_of(1, EARLY), people, distance=50, maybe=1000))
    assert {person for person, _s, _shift, _f in found(result)} == {1, 2, 3}
    result = solve(case(needs_of(1, EARLY), people, distance=500, maybe=100))
    assert {person for person, _s, _shift, _f in found(result)} == {1, 2, 4}


def test_a_chair_with_experience_goes_first():
    people = [person(1, chair=True, at=1.0), person(2, chair=True, at=9.0, has_presided=True, has_experience=True)]
    people += [person(3), person(4)]
    assert (2, 1, EARLY, CHAIR) in found(solve(case(needs_of(1, EARLY), people)))


def test_a_chair_with_experience_is_brought_from_far_and_somebody_goes_there():
    """Further than any neighbourhood reaches: two people are exchanged, and nobody presides for the first time."""
    people = [person(1, chair=True, at=1.0), person(2, at=1.0), person(3, at=1.0)]
    people += [person(4, chair=True, at=40.0, has_presided=True), person(5, chair=True, at=40.0, has_presided=True)]
    people += [person(6, at=40.0)]
    problem = Problem(case(needs_of(1, EARLY) + needs_of(40, EARLY), people, stations=40))
    plan = Plan(problem)
    chair, member = 0, 2
    for who, station, function in ((0, 0, chair), (1, 0, member), (2, 0, member), (3, 39, chair), (4, 39, member)):
        plan.put(problem.candidate(who, station, way_of(problem, who, function)))
    plan.put(problem.candidate(5, 39, way_of(problem, 5, member)))
    before = plan.cost()
    assert list(Neighbourhoods(plan).season_chairs()) == [0]
    assert len([who for who in (0, 1, 2) if plan.of[who].station == 39]) == 1
    assert [who for who in plan.at[0] if plan.of[who].option.seats == ((0, chair),)] in ([3], [4])
    assert before - plan.cost() > DEFAULTS["new_chair"] * 0.9


def test_a_chair_with_experience_comes_from_the_station_next_to_it_too():
    people = [person(1, chair=True, at=1.0)]
    people += [person(number, chair=True, at=2.0, has_presided=True) for number in (2, 3)]
    problem = Problem(case(needs_of(1, EARLY) + needs_of(2, EARLY), people, stations=2))
    plan, chair, member = Plan(problem), 0, 2
    for who, station, function in ((0, 0, chair), (1, 1, chair), (2, 1, member)):
        plan.put(problem.candidate(who, station, way_of(problem, who, function)))
    assert list(Neighbourhoods(plan).season_chairs()) == [0]
    assert all(problem.talents[who].has_presided for who, at in plan.of.items() if at.option.seats == ((0, chair),))


def test_couples_come_together():
    people = [person(number, chair=number < 3, at=float(number % 2)) for number in range(1, 7)]
    people[2] = replace(people[2], with_id=4)
    result = solve(case(needs_of(1, EARLY) + needs_of(2, EARLY), people, stations=2, distance=50, couple=5000))
    at = {place.person: place.station for place in result.places}
    assert result.open_seats == 0
    assert at[3] == at[4]


def test_the_central_count_is_a_matching_of_its_own():
    people = [person(1, EARLY, NEXT_DAY, chair=True), person(2, NEXT_DAY), person(3, NEXT_DAY)]
    needs = [Need(None, NEXT_DAY, CHAIR, 1, 1), Need(None, NEXT_DAY, MEMBER, 1, 2)]
    assert found(solve(case(needs, people))) == {
        (1, None, NEXT_DAY, CHAIR),
        (2, None, NEXT_DAY, MEMBER),
        (3, None, NEXT_DAY, MEMBER),
    }


@pytest.mark.parametrize(
    ("asked", "gets"), [((MEMBER, CHAIR), CHAIR), ((TELLER, MEMBER), MEMBER), ((TELLER, CHAIR), CHAIR)]
)
def test_too_few_at_the_count_preside_first_then_are_one_of_the_three_and_then_the_rest(asked, gets):
    """Somebody alone who can do both, and rather does the other."""
    alone = replace(person(1, NEXT_DAY, chair=True, wished_functions=asked[:1]), functions=asked)
    needs = [Need(None, NEXT_DAY, function, 1, 1) for function in asked]
    counting = replace(case(needs, [alone]), functions=(*FUNCTIONS, Function(TELLER, False, False, False)))
    assert found(solve(counting)) == {(1, None, NEXT_DAY, gets)}


@pytest.fixture(scope="module")
def planned():
    """24 stations that are full, and ten people who drop out of them."""
    asked = make_case(24, 260, seed=3)
    full = solve(asked)
    gone = {place.person for place in full.places[::31]}
    gone = set(sorted(gone)[:10])
    standing = [place for place in full.places if place.person not in gone]
    left = replace(asked, people=tuple(person for person in asked.people if person.id not in gone))
    return left, standing, gone


def _again(planned, price: int | None):
    asked, standing, _gone = planned
    kept = tuple(Kept(place, price) for place in standing)
    return solve(replace(asked, kept=kept)), set(standing)


def test_who_counts_keeps_the_function_at_the_count():
    """Two stand there as members, and either could preside; the third, who stands nowhere yet, does."""
    people = [person(number, EARLY, EVENING, chair=True) for number in (1, 2, 3)]
    needs = [Need(1, EARLY, CHAIR, 1, 1), Need(1, EARLY, MEMBER, 2, 2), Need(1, EVENING, CHAIR, 1, 1)]
    needs += [Need(1, EVENING, MEMBER, 2, 2)]
    kept = [stands(1, 1, EARLY, CHAIR), stands(1, 1, EVENING), stands(2, 1, EARLY), stands(2, 1, EVENING)]
    moving = [replace(own, price=30_000) for own in kept]
    result = solve(case(needs, people, kept=moving))
    assert {own.place for own in kept} <= set(result.places)
    assert result.illegal == ()


def test_what_is_locked_stays_exactly(planned):
    result, standing = _again(planned, None)
    assert standing <= set(result.places)


def test_ten_drop_out_and_at_most_ten_others_move(planned):
    _asked, _standing, gone = planned
    result, standing = _again(planned, 30_000)
    moved = {place.person for place in standing - set(result.places)}
    assert len(gone) == 10
    assert len(moved) <= 10
    assert len(result.illegal) == 0


def test_who_stands_without_an_answer_stays():
    """Somebody planned by hand, of whom the solver knows nothing, keeps the place and its seat."""
    kept = [stands(99, 1, EARLY, CHAIR)]
    result = solve(case(needs_of(1, EARLY), [person(1, chair=True), person(2), person(3)], kept=kept))
    assert (99, 1, EARLY, CHAIR) in found(result)
    assert result.illegal == ()
    assert sum(place.function == CHAIR for place in result.places) == 1


def test_two_places_at_two_stations_stay():
    kept = [stands(1, 1, EARLY), stands(1, 2, LATE)]
    people = [person(1, EARLY, LATE), person(2, chair=True), person(3)]
    result = solve(case(needs_of(1, EARLY) + needs_of(2, LATE), people, stations=2, kept=kept))
    assert {(1, 1, EARLY, MEMBER), (1, 2, LATE, MEMBER)} <= found(result)
    assert result.illegal == ((2, LATE),)


def test_a_place_above_the_target_stays():
    kept = [stands(number, 1, EARLY) for number in (1, 2, 3)]
    people = [person(number) for number in (1, 2, 3)]
    result = solve(case(needs_of(1, EARLY), people, kept=kept))
    assert {place.person for place in result.places} == {1, 2, 3}


def _shuffled(asked: Instance) -> Instance:
    chance = Random(7)
    names = ("stations", "shifts", "functions", "needs", "people", "kept")
    return replace(asked, **{name: tuple(chance.sample(rows := getattr(asked, name), len(rows))) for name in names})


def test_the_same_question_gets_the_same_answer_in_whatever_order():
    asked = make_case(12, 105)
    first = solve(asked)
    assert solve(asked) == first
    assert solve(_shuffled(asked)) == first


def _fault_of(asked: Instance, places) -> str:
    """What is wrong with a plan, by rules written apart from the solver; empty: nothing."""
    people = {person.id: person for person in asked.people}
    targets = {(need.station, need.shift, need.function): need.target for need in asked.needs}
    for place, number in Counter((place.station, place.shift, place.function) for place in places).items():
        if number > targets.get(place, 0):
            return f"too many at {place}"
    for place in places:
        who = people[place.person]
        if place.function not in who.functions or place.shift not in dict(who.shifts):
            return f"{place} may not be"
    for who in {place.person for place in places}:
        own = sorted((place for place in places if place.person == who), key=lambda place: place.starts)
        if len({place.station for place in own}) > 1 or any(a.ends > b.starts for a, b in pairwise(own)):
            return f"{who} is in two places"
    return ""


def test_the_plan_is_valid_whenever_it_is_stopped():
    asked, total = make_case(6, 52), []
    whole = solve(asked, lambda progress: total.append(progress) is not None)
    assert not whole.is_stopped
    assert _fault_of(asked, whole.places) == ""
    for at in (1, 2, 3, len(total) - 1):
        result = solve(asked, lambda progress, at=at: progress.done == at)
        assert result.is_stopped
        assert _fault_of(asked, result.places) == ""
        assert result.cost >= whole.cost


def test_the_question_and_the_answer_go_over_the_wire():
    asked = make_case(2, 12)
    assert wire.read_instance(wire.write_instance(asked)) == asked
    result = solve(asked)
    assert wire.read_answer(wire.write_result(result)) == result


def test_the_solver_knows_nothing_of_the_portal():
    """It runs in a process that must start quickly and stay small."""
    folder = Path(search.__file__).parent
    for path in folder.glob("*.py"):
        assert "import app" not in path.read_text()
        assert "from app" not in path.read_text()


def test_after_a_station_that_cannot_be_repaired_comes_the_next_one():
    """Nobody can come late to the first one; a deputy comes to the second from far, where there is a chair too."""
    people = [person(1, at=20.0), person(2, at=20.0), person(3, chair=True, at=40.0), person(4, chair=True, at=40.0)]
    people += [person(5, at=40.0), person(6, at=40.0)]
    needs = [*needs_of(1, LATE), *needs_of(20, EARLY), *needs_of(40, EARLY), Need(40, EARLY, DEPUTY, 0, 1)]
    problem = Problem(case(needs, people, stations=40))
    plan = Plan(problem)
    chair, deputy, member = range(3)
    for who, station, function in ((0, 19, member), (1, 19, member), (2, 39, chair), (3, 39, deputy), (4, 39, member)):
        plan.put(problem.candidate(who, station, way_of(problem, who, function)))
    plan.put(problem.candidate(5, 39, way_of(problem, 5, member)))
    assert plan.list_illegal() == [(0, 1), (19, 0)]
    assert list(Neighbourhoods(plan).repair()) == [2, 1, 1]
    assert plan.list_illegal() == [(0, 1)]


def test_the_end_is_not_told_before_it_is_there():
    """Also while couples are brought together, which nobody knows the number of when it begins."""
    people = [person(number, chair=number % 3 == 1, at=float(1 + (number - 1) // 3)) for number in range(1, 10)]
    for first, second in ((2, 5), (6, 8)):
        people[first - 1] = replace(people[first - 1], with_id=second)
    told = []
    needs = [need for station in (1, 2, 3) for need in needs_of(station, EARLY)]
    solve(case(needs, people, stations=3), lambda progress: told.append(progress) is not None)
    assert [progress.done for progress in told] == list(range(1, len(told) + 1))
    assert all(progress.done < progress.total for progress in told[:-1])


def test_nor_while_what_the_law_lacks_is_repaired():
    """Of three stations without anybody, each is tried once."""
    told = []
    needs = [need for station in (1, 2, 3) for need in needs_of(station, EARLY)]
    solve(case(needs, [person(1)], stations=3), lambda progress: told.append(progress) is not None)
    assert [progress.done for progress in told] == list(range(1, len(told) + 1))
    assert all(progress.done < progress.total for progress in told[:-1])
    assert {(progress.illegal, progress.open_seats) for progress in told[1:]} == {(3, 8)}
    # Two for the first plan, four sweeps, and two at the end; then the rounds that may come are foreseen too.
    assert [progress.total for progress in told] == [8] * 6 + [12, 13, 14]


def test_a_couple_is_worth_a_detour_and_no_more():
    people = [person(number, chair=number < 3, at=float(2 - number % 2)) for number in range(1, 7)]
    people[2] = replace(people[2], with_id=4)
    for worth, together in ((0, False), (5000, True)):
        asked = case(needs_of(1, EARLY) + needs_of(2, EARLY), people, stations=2, distance=50, couple=worth)
        at = {place.person: place.station for place in solve(asked).places}
        assert (at[3] == at[4]) == together


def test_who_may_preside_comes_to_the_count_from_far_where_nobody_else_may():
    """Three members are enough people; only the law asks for one more."""
    people = [*(person(number, EVENING, at=1.0) for number in (1, 2, 3)), person(4, EVENING, chair=True, at=9.0)]
    needs = [Need(1, EVENING, CHAIR, 1, 1), Need(1, EVENING, MEMBER, 3, 3)]
    result = solve(case(needs, people, count_seat=0))
    assert (4, 1, EVENING, CHAIR) in found(result)
    assert result.illegal == ()


def test_who_is_sure_counts_before_who_may_be_able_to():
    people = [replace(person(1), shifts=((EARLY, True), (EVENING, False))), person(2, EARLY, EVENING)]
    needs = [Need(1, EARLY, MEMBER, 2, 2), Need(1, EVENING, MEMBER, 1, 1)]
    assert (2, 1, EVENING, MEMBER) in found(solve(case(needs, people)))
    assert len(found(solve(case(needs, people)))) == 3


@pytest.mark.parametrize("chair", [1, 2])
def test_who_counts_does_what_he_did_before(chair):
    """Of two who may both preside, the chair of the day is the chair of the count."""
    people = [person(number, EARLY, EVENING, chair=True, has_presided=number == chair) for number in (1, 2)]
    needs = [Need(1, shift, function, 1, 1) for shift in (EARLY, EVENING) for function in (CHAIR, MEMBER)]
    does = {(who, shift): function for who, _station, shift, function in found(solve(case(needs, people)))}
    assert {who: does[who, EVENING] for who in (1, 2)} == {who: does[who, EARLY] for who in (1, 2)}
    assert does[chair, EARLY] == CHAIR
