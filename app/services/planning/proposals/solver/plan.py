"""The plan while it is searched: who has what, and what is short. It is valid at every moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .options import COUNTING, PEOPLE, PRESIDER, SEAT
from .problem import Candidate, Problem
from .stations import Row


@dataclass(frozen=True, slots=True)
class _Lack:
    """What is short at a station: the rows, in points, seats without somebody, shifts without what the law asks."""

    rows: list[tuple[Row, int]]
    cost: int
    seats: int
    illegal: list[int]


class Plan:
    """At most one candidate of each person; what each row of each station was fed."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.of: dict[int, Candidate] = {}
        self.at: list[set[int]] = [set() for _station in problem.stations]
        self.fed: list[Counter[int]] = [Counter() for _station in problem.stations]
        self._lacks: list[_Lack | None] = [None] * len(problem.stations)  # as it was last asked
        self._free = {person for person, options in enumerate(problem.options) if options}
        for person, home in problem.homes.items():
            candidate = problem.candidate(person, home.station, problem.options[person][0])
            if candidate is not None:
                self.put(candidate)

    def put(self, candidate: Candidate) -> None:
        """Give the person this and nothing else."""
        self.take(candidate.person)
        self.of[candidate.person] = candidate
        self._free.discard(candidate.person)
        self.at[candidate.station].add(candidate.person)
        self._lacks[candidate.station] = None
        self.fed[candidate.station].update(candidate.feeds)

    def take(self, person: int) -> None:
        """Take away what the person has."""
        candidate = self.of.pop(person, None)
        if candidate is not None:
            if self.problem.options[person]:
                self._free.add(person)
            self.at[candidate.station].discard(person)
            self._lacks[candidate.station] = None
            self.fed[candidate.station].subtract(candidate.feeds)

    def _lack(self, station: int) -> _Lack:
        known = self._lacks[station]
        if known is None:
            rows = self.problem.rows[station].short(self.fed[station])
            known = self._lacks[station] = _Lack(
                rows,
                sum(row.price(short) for row, short in rows),
                sum(number for row, number in rows if row.key[0] in (SEAT, COUNTING)),
                sorted({row.key[1] for row, _short in rows if row.key[0] in (PEOPLE, PRESIDER)}),
            )
        return known

    def short(self, station: int) -> list[tuple[Row, int]]:
        """The rows of which something is short there, and how much."""
        return self._lack(station).rows

    def station_cost(self, station: int) -> int:
        """What is short there, in points."""
        return self._lack(station).cost

    def cost_of(self, stations: Iterable[int], people: Iterable[int]) -> int:
        """What is short at these stations, and what these people cost."""
        cost = sum(self.station_cost(station) for station in stations)
        for person in people:
            candidate = self.of.get(person)
            cost += self.problem.cost_to_drop(person) if candidate is None else candidate.cost
        return cost

    def cost(self) -> int:
        """Of the whole plan, split couples too."""
        everybody = set(self.of) | set(self.problem.homes)
        split = sum(self.is_split(couple) for couple in self.problem.couples)
        return self.cost_of(range(len(self.at)), everybody) + split * self.problem.weights["couple"]

    def is_split(self, couple: tuple[int, int]) -> bool:
        """Whether both have a place, at two stations."""
        first, second = (self.of.get(person) for person in couple)
        return first is not None and second is not None and first.station != second.station

    def _all_lacks(self) -> list[_Lack]:
        return [self._lack(station) if known is None else known for station, known in enumerate(self._lacks)]

    def list_illegal(self) -> list[tuple[int, int]]:
        """Stations and shifts (by index) without what the law asks."""
        return [(station, shift) for station, lack in enumerate(self._all_lacks()) for shift in lack.illegal]

    def count_open(self, station: int) -> int:
        """Seats that nobody has there, of the voting shifts and of the count."""
        return self._lack(station).seats

    def count_all_open(self) -> int:
        """The same of all stations."""
        return sum(lack.seats for lack in self._all_lacks())

    def list_free(self) -> list[int]:
        """People who can do something, and have no place."""
        return sorted(self._free)
