"""Making the plan better, some stations at a time: all of their people, and who is free nearby, placed anew exactly.

Each step leaves a valid plan that is not worse than the one before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np

from .model import Model
from .options import PEOPLE, PRESIDER, SEAT, Key, Option
from .plan import Plan
from .problem import Candidate


@dataclass(frozen=True, slots=True)
class Sweep:
    """How the stations are gone through: so many at once, with so many people who have no place.

    Each person is looked at for the `nearest` of these stations. `from_worst`: where most is short first, else last, so
    that two sweeps divide the town in another way.
    """

    size: int
    free: int
    nearest: int
    from_worst: bool = True


SWEEPS: Final = (
    Sweep(10, 60, 6),
    Sweep(25, 60, 8, from_worst=False),
    Sweep(40, 60, 8),
    Sweep(40, 60, 8, from_worst=False),
)
ROUNDS: Final = 60  # of repair
REPAIR_FREE: Final = 100
CHAIR_DONORS, CHAIR_FREE = 6, 20
NEIGHBOURS, DONORS = 4, 5  # stations that are looked at to repair one


class Neighbourhoods:
    """Solves parts of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.problem = plan, plan.problem
        self._known_feeds: dict[tuple[Option, ...], frozenset[Key]] = {}

    def nearest(self, station: int) -> list[int]:
        """All stations, itself first, by distance."""
        points = self.problem.points
        away = np.hypot(*(points - points[station]).T)
        away[station] = -1.0
        return [int(number) for number in np.argsort(away, kind="stable")]

    def sweep(self, stations: Sequence[int], how: Sweep) -> Iterator[int]:
        """Each of these stations once, with the nearest others; yields how many are left."""
        left = set(stations)
        while left:
            first = min(left, key=lambda station: self._turn(station, how))
            near = self.nearest(first)
            group = [station for station in near if station in left][: how.size]
            group += [station for station in near if station not in left][: how.size - len(group)]
            self.solve(group, self.choose_free(group, how.free), most=how.nearest)
            left.difference_update(group)
            yield len(left)

    def _turn(self, station: int, how: Sweep) -> tuple[int, int]:
        cost = self.plan.station_cost(station)
        return (-cost if how.from_worst else cost), station

    def repair(self) -> Iterator[int]:
        """Stations without what the law asks, with their neighbours and others that have people to spare.

        Yields how many moments are short after each round.
        """
        tried: set[int] = set()
        for _round in range(ROUNDS):
            holes = [hole for hole in self.plan.list_illegal() if hole[0] not in tried]
            if not holes:
                return
            station, shift = holes[0]
            before = len(self.plan.list_illegal())
            group = self._with_donors(station, shift)
            self.solve(group, self.choose_free(group, REPAIR_FREE), most=len(group))
            after = len(self.plan.list_illegal())
            if after < before:
                tried.clear()
            tried.add(station)
            yield after

    def _with_donors(self, station: int, shift: int) -> list[int]:
        near = self.nearest(station)
        group = near[: NEIGHBOURS + 1]
        donors = [other for other in near if other not in group and self._can_spare(other, shift)]
        return group + donors[:DONORS]

    def _can_spare(self, station: int, shift: int) -> bool:
        rows, fed = self.problem.rows[station], self.plan.fed[station]
        numbers = [rows.at.get((kind, shift, -1)) for kind in (PEOPLE, PRESIDER)]
        return all(number is not None and fed[number] >= rows.rows[number].needed for number in numbers) and any(
            number is not None and fed[number] > rows.rows[number].needed for number in numbers
        )

    def season_chairs(self) -> Iterator[int]:
        """Chairs who never presided, with stations further away that have somebody who did in another function.

        Yields how many are left.
        """
        new = [hole for station in range(len(self.plan.at)) for hole in self._new_chairs(station)]
        spare: dict[int, set[int]] = {}  # by station, as long as nothing changed there
        for number, (station, shift) in enumerate(new):
            if (station, shift) in self._new_chairs(station):
                for other in range(len(self.plan.at)):
                    if other not in spare:
                        spare[other] = self._spare_chairs(other)
                donors = (other for other in self.nearest(station)[1:] if shift in spare[other])
                group = [station, *islice(donors, CHAIR_DONORS)]
                self.solve(group, self.choose_free(group, CHAIR_FREE), most=len(group))
                for other in group:
                    del spare[other]
            yield len(new) - number - 1

    def _new_chairs(self, station: int) -> list[tuple[int, int]]:
        """(station, shift) of who presides there for the first time."""
        return sorted(
            (station, shift)
            for person in self.plan.at[station]
            if not self.problem.talents[person].has_presided
            for shift, function in self.plan.of[person].option.seats
            if self.problem.functions[function].is_chair and self.problem.is_voting(shift)
        )

    def _spare_chairs(self, station: int) -> set[int]:
        """The shifts in which somebody there could be the chair who presided before, and is none now."""
        functions = self.problem.functions
        return {
            shift
            for person in self.plan.at[station]
            if self.problem.talents[person].has_presided
            and not any(functions[function].is_chair for _shift, function in self.plan.of[person].option.seats)
            for option in self.problem.options[person]
            for shift, function in option.seats
            if functions[function].is_chair
        }

    def unite_couples(self) -> Iterator[int]:
        """Couples at two stations, one small model each; yields how many are left."""
        split = [couple for couple in self.problem.couples if self.plan.is_split(couple)]
        for number, couple in enumerate(split):
            if self.plan.is_split(couple):
                group = sorted({self.plan.of[person].station for person in couple})
                group += [other for other in self.nearest(group[0]) if other not in group][:2]
                self.solve(group, self.choose_free(group, 10), most=len(group), with_couples=True)
            yield len(split) - number - 1

    def choose_free(self, group: Sequence[int], most: int) -> list[int]:
        """Who has no place: first those who can do what is short here, the nearest first."""
        free = self.plan.list_free()
        if not free:
            return []
        short = {
            row.key
            for station in group
            for row, _number in self.plan.short(station)
            if row.key[0] in (SEAT, PEOPLE, PRESIDER)
        }
        away = self.problem.travel[np.ix_(free, group)].min(axis=1)
        useless = [short.isdisjoint(self._feeds(person)) for person in free]
        return [free[number] for number in np.lexsort((free, away, useless))[:most]]

    def _feeds(self, person: int) -> frozenset[Key]:
        """What the person can be of use for; people who are alike share their options."""
        options = self.problem.options[person]
        if options not in self._known_feeds:
            self._known_feeds[options] = frozenset(key for option in options for key in option.keys)
        return self._known_feeds[options]

    def solve(self, group: Sequence[int], extra: Sequence[int], *, most: int, with_couples: bool = False) -> None:
        """Place the people of these stations, and the extra ones, anew; what is not better changes nothing."""
        people = sorted({person for station in group for person in self.plan.at[station]} | set(extra))
        now = {person: self.plan.of[person] for person in people if person in self.plan.of}
        model = Model(self.problem, group, people)
        model.add(candidate for person in people for candidate in self._candidates(person, group, most))
        couples = []
        if with_couples:
            known = set(people)
            couples = [couple for couple in self.problem.couples if known.issuperset(couple)]
            model.add_couples(couples, self.problem.weights["couple"])
        solved = model.solve(now)
        if solved is None:
            return
        before = self._cost(group, people, couples)
        self._place(people, [candidate for candidate, _all_of_it in solved.chosen])
        if self._cost(group, people, couples) > before:
            self._place(people, list(now.values()))

    def _cost(self, group: Sequence[int], people: Sequence[int], couples: Sequence[tuple[int, int]]) -> int:
        together = sum(
            all(person in self.plan.of for person in couple) and not self.plan.is_split(couple) for couple in couples
        )
        return self.plan.cost_of(group, people) - together * self.problem.weights["couple"]

    def _place(self, people: Sequence[int], chosen: Sequence[Candidate]) -> None:
        for person in people:
            self.plan.take(person)
        for candidate in chosen:
            self.plan.put(candidate)

    def _candidates(self, person: int, group: Sequence[int], most: int) -> Iterator[Candidate]:
        stations = group
        home, now = self.problem.homes.get(person), self.plan.of.get(person)
        if home is not None and home.price is None:
            stations = [home.station]
        elif most < len(group):
            costs = self.problem.travel[person, list(group)]
            stations = [group[number] for number in np.argsort(costs, kind="stable")[:most]]
            standing = dict.fromkeys(at.station for at in (now, home) if at is not None)
            stations += [at for at in standing if at in group and at not in stations]
        for station in stations:
            for option in self.problem.options[person]:
                candidate = self.problem.candidate(person, station, option)
                if candidate is not None:
                    yield candidate
