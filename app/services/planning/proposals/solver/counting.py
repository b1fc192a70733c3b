"""Who counts, and as what: at each station among its people who can, and at the central count among everybody.

Each is a matching of people and functions, solved exactly as a linear program whose solutions are whole by nature.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from .instance import CENTRAL, COUNT, Instance
from .options import Seat
from .plan import Plan
from .problem import Problem
from .program import Program

OTHER_FUNCTION: Final = 50  # points: somebody does something else at the count than at the shift before
Worth = tuple[tuple[int, int], ...]  # (points, most people), the best first


def match(costs: Mapping[tuple[int, int], int], worth: Mapping[int, Worth]) -> list[tuple[int, int]]:
    """Pairs of (person, function) at the greatest worth less cost, each person once. Sorted."""
    pairs = sorted(costs)
    if not pairs:
        return []
    people = {person: number for number, person in enumerate(dict.fromkeys(person for person, _function in pairs))}
    rows = {function: len(people) + number for number, function in enumerate(sorted(worth))}
    columns = [(costs[person, function], 1, [people[person], rows[function]]) for person, function in pairs]
    steps = [(-points, most, [row]) for function, row in rows.items() for points, most in worth[function]]
    values = _solve(columns + steps, len(people), len(rows))
    return [pair for pair, value in zip(pairs, values, strict=False) if round(value)]


def _solve(columns: Sequence[tuple[int, int, list[int]]], people: int, functions: int) -> list[float]:
    """People at most once; in each function as many as the steps (which count minus) take."""
    rows_of = [rows for _cost, _most, rows in columns]
    values = [value for rows in rows_of for value in ([1.0, 1.0] if len(rows) == 2 else [-1.0])]
    found = Program(
        costs=np.array([cost for cost, _most, _rows in columns]),
        limits=np.array([most for _cost, most, _rows in columns]),
        starts=np.cumsum([0, *map(len, rows_of)]),
        index=np.array([row for rows in rows_of for row in rows]),
        values=np.array(values),
        lower=np.zeros(people + functions),
        upper=np.array([1.0] * people + [0.0] * functions),
    ).solve({"solver": "simplex"})
    return [0.0] * len(columns) if found is None else found.values.tolist()


def worth_of(problem: Problem, function: int, minimum: int, target: int) -> Worth:
    """What the people of a function are worth at a count: who presides before members of the three, before others."""
    weights, does = problem.weights, problem.functions[function]
    dear = weights["empty_chair"] if does.may_preside else weights["empty_seat"]
    if does.is_member and not does.may_preside:
        dear += dear // 2
    return tuple(step for step in ((dear, minimum), (weights["extra_seat"], target - minimum)) if step[1] > 0)


def choose_counters(plan: Plan, station: int) -> list[tuple[int, int, int]]:
    """(person, shift, function) of who counts at the station, besides those who do so already."""
    problem, found = plan.problem, []
    for shift in (number for number, times in enumerate(problem.shifts) if times.kind == COUNT):
        asked = {f: need for (at, f), need in problem.needs[station].items() if at == shift}
        standing = [f for person in plan.at[station] for at, f in plan.of[person].option.seats if at == shift]
        standing += [
            problem.function_at[kept.place.function]
            for kept in problem.pinned
            if problem.find_station(kept.place.station) == station and problem.shift_at[kept.place.shift] == shift
        ]
        worth = {
            function: worth_of(problem, function, *_less(need, standing.count(function)))
            for function, need in asked.items()
        }
        costs = {
            (person, function): _cost(problem, person, plan.of[person].option.seats, shift, function)
            + _cost_to_change(problem, person, station, (shift, function))
            for person in sorted(plan.at[station])
            if shift in plan.of[person].option.counts
            for function in problem.talents[person].functions
            if function in asked
        }
        found += [(person, shift, function) for person, function in match(costs, worth)]
    return found


def _less(need: tuple[int, int], standing: int) -> tuple[int, int]:
    minimum, target = max(0, need[0] - standing), max(0, need[1] - standing)
    return min(minimum, target), target


def _cost(problem: Problem, person: int, seats: Sequence[Seat], shift: int, function: int) -> int:
    is_other = bool(seats) and function not in {own for _shift, own in seats}
    is_maybe = not dict(problem.talents[person].shifts).get(shift, True)
    return OTHER_FUNCTION * is_other + problem.weights["maybe"] * is_maybe + _wish(problem, person, function)


def _cost_to_change(problem: Problem, person: int, station: int, seat: Seat) -> int:
    """The price of another function at the count than the one in which the person stands there."""
    home = problem.homes.get(person)
    if home is None or home.price is None or home.station != station:
        return 0
    stands = any(shift == seat[0] for shift, _function in home.seats)
    return home.price if stands and seat not in home.seats else 0


def _wish(problem: Problem, person: int, function: int) -> int:
    wished = problem.talents[person].wished
    return problem.weights["function_wish"] if wished and function not in wished else 0


def choose_central(problem: Problem, instance: Instance) -> list[tuple[int, int, int]]:
    """(person, shift, function) of who is added at the central count, each of its shifts by itself."""
    needs: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for need in instance.needs:
        if need.station is None:
            shift = problem.shift_at[need.shift]
            needs[shift][problem.function_at[need.function]] = (need.minimum, need.target)
    busy: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for kept in instance.kept:
        busy[problem.shift_at[kept.place.shift]].append((kept.place.person, kept.place.function))
    found: list[tuple[int, int, int]] = []
    for shift, asked in sorted(needs.items()):
        if problem.shifts[shift].kind != CENTRAL:
            continue
        standing = [problem.function_at[function] for _person, function in busy[shift]]
        gone = {problem.person_at.get(person) for person, _function in busy[shift]}
        gone |= {person for person, other, _f in found if _overlap(problem, shift, other)}
        worth = {f: worth_of(problem, f, *_less(need, standing.count(f))) for f, need in asked.items()}
        costs = {
            (person, function): _cost(problem, person, (), shift, function)
            for person, talents in enumerate(problem.talents)
            if person not in gone and shift in dict(talents.shifts)
            for function in talents.functions
            if function in asked
        }
        found += [(person, shift, function) for person, function in match(costs, worth)]
    return found


def _overlap(problem: Problem, shift: int, other: int) -> bool:
    first, second = problem.shifts[shift], problem.shifts[other]
    return first.starts < second.ends and second.starts < first.ends
