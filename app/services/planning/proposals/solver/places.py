"""The plan as places with their times, and what is short in it: the last word, from the places themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from . import counting
from .instance import CENTRAL, Instance, Place
from .options import Seat
from .plan import Plan
from .problem import Problem
from .stations import LEGAL_PEOPLE


def list_places(plan: Plan, instance: Instance) -> list[Place]:
    """Every place, those that stood included; a second shift begins when the first one ends."""
    problem = plan.problem
    seats: dict[tuple[int, int], list[Seat]] = defaultdict(list)
    for person, candidate in plan.of.items():
        seats[person, candidate.station] += candidate.option.seats
    for station in range(len(problem.stations)):
        for person, shift, function in counting.choose_counters(plan, station):
            seats[person, station].append((shift, function))
    standing = {(kept.place.person, kept.place.shift): kept.place for kept in instance.kept}
    places = [kept.place for kept in problem.pinned]
    for (person, station), own in sorted(seats.items()):
        places += _timed(problem, person, station, sorted(own), standing)
    for person, shift, function in counting.choose_central(problem, instance):
        central = problem.shifts[shift]
        ids = problem.people[person].id, central.id, problem.functions[function].id
        places.append(Place(ids[0], None, ids[1], ids[2], central.starts, central.ends))
    kinds = {shift.id: shift.kind for shift in problem.shifts}
    places += [kept.place for kept in instance.kept if kinds[kept.place.shift] == CENTRAL]
    return sorted(places, key=lambda place: (place.person, place.starts, place.shift))


def _timed(
    problem: Problem, person: int, station: int, own: Sequence[Seat], standing: dict[tuple[int, int], Place]
) -> Iterable[Place]:
    ended = 0
    for shift, function in own:
        person_id, station_id = problem.people[person].id, problem.stations[station].id
        times, function_id = problem.shifts[shift], problem.functions[function].id
        place = standing.get((person_id, times.id))
        if place is None or (place.station, place.function) != (station_id, function_id):
            starts = max(times.starts, ended)
            place = Place(person_id, station_id, times.id, function_id, starts, max(times.ends, starts + 1))
        ended = place.ends
        yield place


def list_illegal(problem: Problem, places: Iterable[Place]) -> list[tuple[int, int]]:
    """(station, shift) by id where the law is not met, of those that ask for enough people to meet it."""
    people: Counter[tuple[int, int]] = Counter()
    presiders: Counter[tuple[int, int]] = Counter()
    for place in places:
        does = problem.functions[problem.function_at[place.function]]
        if place.station is not None:
            people[place.station, place.shift] += does.is_member
            presiders[place.station, place.shift] += does.may_preside
    found = []
    for number, needs in enumerate(problem.needs):
        station = problem.stations[number].id
        for shift in sorted({shift for shift, _function in needs}):
            at = station, problem.shifts[shift].id
            asked = {function: need[1] for (of, function), need in needs.items() if of == shift}
            members = sum(target for function, target in asked.items() if problem.functions[function].is_member)
            presides = any(problem.functions[function].may_preside and target for function, target in asked.items())
            if people[at] < min(LEGAL_PEOPLE, members) or (presides and not presiders[at]):
                found.append(at)
    return found


def count_open(problem: Problem, instance: Instance, places: Iterable[Place]) -> int:
    """Seats that nobody has, of all needs together."""
    filled = Counter((place.station, place.shift, place.function) for place in places)
    return sum(max(0, need.target - filled[need.station, need.shift, need.function]) for need in instance.needs)
