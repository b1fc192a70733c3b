"""One exact model: some stations and people, solved by HiGHS.

A column is a candidate (0 or 1) or a step of what is short; a row is a row of a station, or one person.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from .problem import Candidate, Problem
from .program import NO_LIMIT, Answer, Program

# In points above the best plan with halves allowed: with so much a step is content; who would make it so much dearer
# is left out, until nothing better can come of who is.
ENOUGH: Final = 1000
NEAR: Final = (5, 2000, NO_LIMIT)


@dataclass(frozen=True, slots=True)
class Solved:
    """The candidates that were chosen, by value (1, or a part of it where halves are allowed), and the objective."""

    chosen: list[tuple[Candidate, float]]
    objective: float


class Model:
    """Built column by column."""

    def __init__(self, problem: Problem, stations: Sequence[int], people: Sequence[int]) -> None:
        self._problem = problem
        self._first_row: dict[int, int] = {}
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._costs: list[float] = []
        self._limits: list[float] = []
        self._starts, self._index = array("i", [0]), array("i")
        self._candidates: list[Candidate] = []
        for station in stations:
            self._add_station(station)
        self._person_row = {person: len(self._lower) + number for number, person in enumerate(people)}
        for person in people:
            self._lower.append(1.0 if problem.must_stay(person) else 0.0)
            self._upper.append(1.0)

    def _add_station(self, station: int) -> None:
        self._first_row[station] = first = len(self._lower)
        for row in self._problem.rows[station].rows:
            self._lower.append(row.needed)
            self._upper.append(row.needed if row.is_full else NO_LIMIT)
        for number, row in enumerate(self._problem.rows[station].rows):
            for price, most in row.steps:
                self._add_column(price, most, [first + number])

    def _add_column(self, cost: float, limit: float, rows: Iterable[int]) -> None:
        self._costs.append(cost)
        self._limits.append(limit)
        self._index.extend(rows)
        self._starts.append(len(self._index))

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self._lower), len(self._costs)

    def add(self, candidates: Iterable[Candidate]) -> None:
        """The candidates, once, after which the model can be solved."""
        for candidate in candidates:
            first = self._first_row[candidate.station]
            rows = [first + number for number in candidate.feeds]
            rows.append(self._person_row[candidate.person])
            price = candidate.cost - self._problem.cost_to_drop(candidate.person)
            self._add_column(price, 1, rows)
            self._candidates.append(candidate)

    def add_couples(self, couples: Sequence[tuple[int, int]], reward: int) -> None:
        """A reward for each couple and station where both are: two rows more, and a column that feeds them."""
        together: dict[tuple[int, int], list[int]] = {}
        for number, candidate in enumerate(self._candidates):
            together.setdefault((candidate.person, candidate.station), []).append(number)
        first = len(self._costs) - len(self._candidates)
        extra: dict[int, list[int]] = {}
        rewards: list[list[int]] = []
        for first_id, second_id in couples:
            for station in self._first_row:
                both = [together.get((person, station), []) for person in (first_id, second_id)]
                if all(both):
                    rows = [len(self._lower), len(self._lower) + 1]
                    self._lower += [0.0, 0.0]
                    self._upper += [NO_LIMIT, NO_LIMIT]
                    for row, columns in zip(rows, both, strict=True):
                        for column in columns:
                            extra.setdefault(first + column, []).append(row)
                    rewards.append(rows)
        self._rewards = (extra, rewards, reward)

    _rewards: tuple[dict[int, list[int]], list[list[int]], int] | None = None

    def _matrix(self) -> tuple[Any, Any, Any]:
        starts = np.frombuffer(self._starts, dtype=np.int32)
        index = np.frombuffer(self._index, dtype=np.int32)
        values = np.ones(len(index))
        if self._rewards is None:
            return starts, index, values
        extra, rewards, _reward = self._rewards
        columns = [index[starts[n] : starts[n + 1]].tolist() + extra.get(n, []) for n in range(len(starts) - 1)]
        columns += rewards
        sizes = [len(rows) for rows in columns]
        values = np.ones(sum(sizes))
        if rewards:
            values[-2 * len(rewards) :] = -1.0
        return np.cumsum([0, *sizes], dtype=np.int32), np.array([r for rows in columns for r in rows]), values

    def as_program(self) -> Program:
        """The columns are the steps of what is short, the candidates and, behind them, the couples."""
        starts, index, values = self._matrix()
        rewards = [] if self._rewards is None else self._rewards[1]
        costs = self._costs + [-self._rewards[2] for _rows in rewards] if self._rewards else self._costs
        limits = np.array(self._limits + [1.0] * len(rewards))
        return Program(np.array(costs), limits, starts, index, values, np.array(self._lower), np.array(self._upper))

    def solve(self, begin: Mapping[int, Candidate] | None, **options: Any) -> Solved | None:
        """Whole people, the best but for ENOUGH; also parts of people, and the best, where `begin` is None.

        `begin`: the candidates that people have now, to start from. `options` are of HiGHS.
        None where it found nothing.
        """
        program = self.as_program()
        if begin is None:
            found = program.solve(options)
        else:
            halves, found = program.settle(options, np.arange(self._first, len(self._costs)))
            if halves is not None and (found is None or found.objective > halves.objective + ENOUGH):
                found = self._ask_whole(program, halves, self._cheaper(program, self.begin_from(begin), found))
        return None if found is None else self._read(found)

    @property
    def _first(self) -> int:
        """The number of the first candidate's column."""
        return len(self._costs) - len(self._candidates)

    def _read(self, found: Answer) -> Solved:
        values = found.values[self._first : len(self._costs)]
        picked = [(self._candidates[number], float(values[number])) for number in np.flatnonzero(values > 0.01)]
        return Solved(picked, found.objective)

    @staticmethod
    def _cheaper(program: Program, now: Any, found: Answer | None) -> Any:
        """The plan as it is, or what was found, by column."""
        return found.values if found is not None and found.objective < program.costs @ now else now

    def _ask_whole(self, program: Program, halves: Answer, begin: Any) -> Answer | None:
        """Whole people, exactly: without who makes it dearer than halves do, by more than what the answer says.

        How much dearer is the reduced cost of a column. What `begin` has is never left out. A program of its own, with
        what is left alone: HiGHS looks at columns that may not be used too, and that took most of the time.
        """
        dearer = np.zeros(len(begin))
        dearer[self._first : len(self._costs)] = halves.dearer[self._first : len(self._costs)]
        dearer[begin > 0] = 0.0
        found = None
        for near in NEAR:
            kept = np.flatnonzero(dearer <= near)
            whole = np.flatnonzero((kept >= self._first) & (kept < len(self._costs)))
            found = program.only(kept).solve({"presolve": "off"}, whole, begin[kept])
            if found is not None:
                values = np.zeros(len(begin))
                values[kept] = found.values
                found = Answer(values, dearer, found.objective)
                if found.objective - halves.objective <= max(near, ENOUGH):
                    break
        return found

    def _now(self, begin: Mapping[int, Candidate]) -> Iterator[int]:
        """The numbers of the candidates that people have now."""
        for number, candidate in enumerate(self._candidates):
            now = begin.get(candidate.person)
            if now is not None and now.station == candidate.station and now.option is candidate.option:
                yield number

    def begin_from(self, begin: Mapping[int, Candidate]) -> Any:
        """By column: the plan as it is, with what is short of it."""
        first = self._first
        values = np.zeros(len(self._costs) + (len(self._rewards[1]) if self._rewards else 0))
        short = np.array(self._lower)
        for number in self._now(begin):
            column = first + number
            values[column] = 1.0
            short[self._index[self._starts[column] : self._starts[column + 1]]] -= 1.0
        for column in range(first):
            row = self._index[self._starts[column]]
            values[column] = min(max(0.0, short[row]), self._limits[column])
            short[row] -= values[column]
        return values
