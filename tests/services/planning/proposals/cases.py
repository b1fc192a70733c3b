"""Small elections for the solver: stations in a row, a kilometre apart, with two shifts and the count."""

from __future__ import annotations

from dataclasses import replace

from app.services.planning.proposals.solver.instance import (
    CENTRAL,
    COUNT,
    VOTING,
    Function,
    Instance,
    Kept,
    Need,
    Person,
    Place,
    Result,
    Shift,
    Station,
)
from app.services.planning.proposals.solver.options import Option
from app.services.planning.proposals.solver.problem import Problem
from app.services.planning.proposals.solver.search import solve

CHAIR, DEPUTY, MEMBER = 1, 2, 3
EARLY, LATE, EVENING, NEXT_DAY = 1, 2, 3, 4
SHIFTS = (
    Shift(EARLY, VOTING, 420, 870),
    Shift(LATE, VOTING, 855, 1260),
    Shift(EVENING, COUNT, 1260, 1470),
    Shift(NEXT_DAY, CENTRAL, 1980, 2400),
)
FUNCTIONS = (
    Function(CHAIR, True, True, True),
    Function(DEPUTY, False, True, True),
    Function(MEMBER, False, False, True),
)
ALL_DAY = ((EARLY, True), (LATE, True), (EVENING, True))


def needs_of(station: int, *shifts: int) -> list[Need]:
    """A chair and two members in each of these shifts."""
    return [
        Need(station, shift, function, number, number)
        for shift in shifts
        for function, number in ((CHAIR, 1), (MEMBER, 2))
    ]


def person(number: int, *shifts: int, chair: bool = False, at: float = 0.0, **values) -> Person:
    """Somebody who can in these shifts, and lives so many kilometres along the row."""
    functions = (CHAIR, DEPUTY, MEMBER) if chair else (MEMBER,)
    said = tuple((shift, True) for shift in shifts or (EARLY,))
    return Person(number, said, functions, point=(at, 0.0), **values)


def case(needs, people, *, stations=1, kept=(), **weights) -> Instance:
    rows = tuple(Station(number, (float(number), 0.0)) for number in range(1, stations + 1))
    return Instance(rows, SHIFTS, FUNCTIONS, tuple(needs), tuple(people), tuple(kept), weights)


def stands(who: int, station: int, shift: int, function: int = MEMBER, price: int | None = None) -> Kept:
    times = SHIFTS[shift - 1]
    return Kept(Place(who, station, shift, function, times.starts, times.ends), price)


def found(result: Result) -> set[tuple[int, int | None, int, int]]:
    return {(place.person, place.station, place.shift, place.function) for place in result.places}


__all__ = ["replace", "solve"]


def way_of(problem: Problem, who: int, function: int) -> Option:
    """This person in this function in the first shift alone, by index."""
    return next(way for way in problem.options[who] if way.seats == ((0, function),))
