"""The first plan: chairs and deputies by one matching of all stations, the other seats by who is nearest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import inf
from typing import Any, Final

import numpy as np

from .model import Model
from .options import PEOPLE, SEAT, Option
from .plan import Plan
from .problem import Candidate, Problem

NEAREST: Final = 8  # stations at which a chair is looked at
# Stations in one matching. Twice as many take three times as long, so a larger town is matched in parts, which costs a
# little (up to half a percent).
MOST: Final = 500
PART: Final = 250


def place_presiders(plan: Plan) -> None:
    """A matching of all stations at once: filled one by one, the last stations find no chair any more."""
    for stations in _divide(plan.problem):
        _match(plan, stations)


def _divide(problem: Problem) -> Iterator[list[int]]:
    """The stations, from one corner of the town to the other, in parts that can be matched at once."""
    left = np.arange(len(problem.stations))
    parts = 1 if len(left) <= MOST else -(-len(left) // PART)
    for number in range(parts, 0, -1):
        away = np.hypot(*(problem.points[left] - problem.points[left].min(axis=0)).T)
        is_near = np.zeros(len(left), dtype=bool)
        is_near[np.argsort(away, kind="stable")[: -(-len(left) // number)]] = True
        yield left[is_near].tolist()
        left = left[~is_near]


def _match(plan: Plan, stations: list[int]) -> None:
    problem, asked = plan.problem, set(stations)
    candidates = [candidate for person in plan.list_free() for candidate in _candidates(problem, person, asked)]
    if not candidates:
        return
    model = Model(problem, stations, sorted({candidate.person for candidate in candidates}))
    model.add(candidates)
    solved = model.solve(None)
    chosen = [] if solved is None else solved.chosen
    for candidate, _value in sorted(chosen, key=lambda pair: (-pair[1], pair[0].person, pair[0].station)):
        if candidate.person not in plan.of and _has_room(plan, candidate):
            plan.put(candidate)


def _presiding(problem: Problem, person: int) -> list[Option]:
    """One shift in a function that may preside."""
    functions = problem.functions
    return [
        option
        for option in problem.options[person]
        if len(option.seats) == 1
        and functions[option.seats[0][1]].may_preside
        and problem.is_voting(option.seats[0][0])
    ]


def _candidates(problem: Problem, person: int, asked: set[int]) -> list[Candidate]:
    """At those of the nearest stations that are asked about."""
    nearest = np.argsort(problem.travel[person], kind="stable")[:NEAREST]
    made = (
        problem.candidate(person, station, option)
        for station in map(int, nearest)
        if station in asked
        for option in _presiding(problem, person)
    )
    return [candidate for candidate in made if candidate is not None]


def _has_room(plan: Plan, candidate: Candidate) -> bool:
    rows, fed = plan.problem.rows[candidate.station], plan.fed[candidate.station]
    return all(fed[number] < rows.rows[number].needed for number in candidate.feeds if rows.rows[number].is_full)


def fill_by_distance(plan: Plan) -> None:
    """Every open seat of a voting shift, the teams with the fewest people first, gets who is nearest and free."""
    problem = plan.problem
    able = _Able(plan)
    needed = [row.needed for rows in problem.rows for row in rows.rows]
    for size in [*range(max(needed)), inf] if needed else ():
        for station, rows in enumerate(problem.rows):
            for number, row in enumerate(rows.rows):
                if row.key[0] != SEAT:
                    continue
                team = rows.at.get((PEOPLE, row.key[1], -1))
                while plan.fed[station][number] < row.needed and (team is None or plan.fed[station][team] <= size):
                    found = able.nearest(station, row.key[1], row.key[2])
                    if found is None:
                        break
                    plan.put(found)


class _Able:
    """Who can take one shift in one function, and is free."""

    def __init__(self, plan: Plan) -> None:
        self._problem = plan.problem
        able: dict[tuple[int, int], list[tuple[int, Option]]] = defaultdict(list)
        for person in plan.list_free():
            for option in plan.problem.options[person]:
                if len(option.seats) == 1:
                    able[option.seats[0]].append((person, option))
        self._options = {seat: [option for _person, option in pairs] for seat, pairs in able.items()}
        self._people: dict[tuple[int, int], Any] = {
            seat: np.array([person for person, _option in pairs]) for seat, pairs in able.items()
        }
        self._is_free = np.ones(len(plan.problem.people), dtype=bool)

    def nearest(self, station: int, shift: int, function: int) -> Candidate | None:
        """Whose place there costs least; he is not free any more then."""
        people = self._people.get((shift, function))
        if people is None:
            return None
        costs = np.where(self._is_free[people], self._problem.travel[people, station], np.iinfo(np.int32).max)
        best = int(np.argmin(costs))
        if not self._is_free[people[best]]:
            return None
        self._is_free[people[best]] = False
        return self._problem.candidate(int(people[best]), station, self._options[shift, function][best])
