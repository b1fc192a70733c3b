"""Elections to plan, made by chance but the same each time: towns of stations, and people who answered.

Towns are some three kilometres across, with people and stations between them, whatever the size of the municipality.
Per station: two voting shifts (07:00–14:30 with three seats, 14:15–21:00 with three or four) and the count by whoever
of them can. Of the people 10 % may not be appointed, 10 % cannot that day, 10 % take the whole day.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from app.services.planning.proposals.solver.instance import (
    COUNT,
    VOTING,
    Function,
    Instance,
    Need,
    Person,
    Point,
    Shift,
    Station,
)

CHAIR, DEPUTY, MEMBER = 1, 2, 3
EARLY, LATE, EVENING = 1, 2, 3
SHIFTS = (
    Shift(EARLY, VOTING, 7 * 60, 14 * 60 + 30),
    Shift(LATE, VOTING, 14 * 60 + 15, 21 * 60),
    Shift(EVENING, COUNT, 21 * 60, 24 * 60 + 30),
)
FUNCTIONS = (
    Function(CHAIR, True, True, True),
    Function(DEPUTY, False, True, True),
    Function(MEMBER, False, False, True),
)
SEATS = 6.95  # of the voting shifts, a station


def make_case(stations: int, people: int, *, seed: int = 1) -> Instance:
    """So many stations, and people of whom nine in ten may be appointed."""
    chance = Random(seed)
    side = (stations / 2.0) ** 0.5  # kilometres: two stations a square kilometre
    towns = [(chance.uniform(0, side), chance.uniform(0, side)) for _town in range(max(2, stations // 40))]
    at = [Station(number, _near(chance, towns, side)) for number in range(1, stations + 1)]
    needs = [need for station in at for need in _needs(station.id, chance)]
    persons = [_person(number, chance, towns, side, at) for number in range(1, people + 1)]
    appointable = [person for person in persons if chance.random() >= 0.1]
    return Instance(tuple(at), SHIFTS, FUNCTIONS, tuple(needs), tuple(_pair(appointable, chance)))


def _near(chance: Random, towns: list[Point], side: float) -> Point:
    if chance.random() < 0.3:
        return chance.uniform(0, side), chance.uniform(0, side)
    x, y = chance.choice(towns)
    return chance.gauss(x, 1.5), chance.gauss(y, 1.5)


def _needs(station: int, chance: Random) -> list[Need]:
    members = 2 if chance.random() < SEATS - 6 else 1
    early = [Need(station, EARLY, CHAIR, 1, 1), Need(station, EARLY, MEMBER, 2, 2)]
    late = [
        Need(station, LATE, CHAIR, 1, 1),
        Need(station, LATE, DEPUTY, 1, 1),
        Need(station, LATE, MEMBER, members, members),
    ]
    count = [
        Need(station, EVENING, CHAIR, 1, 1),
        Need(station, EVENING, DEPUTY, 0, 1),
        Need(station, EVENING, MEMBER, 2, 3),
    ]
    return early + late + count


def _person(number: int, chance: Random, towns: list[Point], side: float, stations: list[Station]) -> Person:
    kind = chance.random()
    shifts: list[tuple[int, bool]] = []
    if kind < 0.50:
        shifts.append((EARLY, chance.random() < 0.85))
    if kind < 0.10 or 0.50 <= kind < 0.90:
        shifts.append((LATE, chance.random() < 0.85))
    if shifts and chance.random() < 0.75:
        shifts.append((EVENING, chance.random() < 0.85))
    presides = chance.random() < 0.55
    functions = (CHAIR, DEPUTY, MEMBER) if presides else (MEMBER,)
    has_experience = chance.random() < 0.6
    return Person(
        number,
        tuple(shifts),
        functions,
        tuple(chance.sample(functions, chance.randint(0, len(functions)))),
        tuple(station.id for station in chance.sample(stations, chance.randint(0, 2))),
        _near(chance, towns, side),
        has_experience,
        presides and has_experience and chance.random() < 0.7,
    )


def _pair(people: list[Person], chance: Random) -> list[Person]:
    """One in ten goes with somebody."""
    paired = chance.sample(people, len(people) // 20 * 2)
    other = dict(zip(paired[::2], paired[1::2], strict=False))
    other |= {second: first for first, second in other.items()}
    return [_with(person, other.get(person)) for person in people]


def _with(person: Person, other: Person | None) -> Person:
    return person if other is None else replace(person, with_id=other.id)
