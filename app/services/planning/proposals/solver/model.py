"""One exact model: some stations and people, solved by HiGHS, the same each time.

A column is a candidate (0 or 1) or a step of what is short; a row is a row of a station, or one person. Nothing in it
depends on the clock, so the same question gets the same answer.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np

from .problem import Candidate, Problem

OPTIONS: Final[dict[str, Any]] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 1,
    "mip_max_nodes": 5,
    "mip_abs_gap": 200.0,
    "mip_rel_gap": 0.0,
    "mip_heuristic_run_feasibility_jump": False,  # the plan of now is a beginning, the linear program nearly the end
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_pool_soft_limit": 100,
}
NEAR: Final = (
    5.0,
    2000.0,
    highspy.kHighsInf,
)  # points: who would make the best plan, halves allowed, dearer is left out
WHOLE: Final = 1e-6


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
            self._upper.append(row.needed if row.is_full else highspy.kHighsInf)
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
            fed = self._problem.rows[candidate.station].fed_by(candidate.option) or ()
            rows = [first + number for number in fed]
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
                    self._upper += [highspy.kHighsInf, highspy.kHighsInf]
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

    def _pass(self, solver: Any) -> None:
        starts, index, values = self._matrix()
        rewards = [] if self._rewards is None else self._rewards[1]
        costs = np.array(self._costs + [-self._rewards[2] for _rows in rewards] if self._rewards else self._costs)
        limits = np.array(self._limits + [1.0] * len(rewards))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(costs), len(self._lower)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = costs.astype(float), np.zeros(len(costs)), limits.astype(float)
        lp.row_lower_, lp.row_upper_ = np.array(self._lower, dtype=float), np.array(self._upper, dtype=float)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, index, values
        solver.passModel(lp)

    def solve(self, begin: Mapping[int, Candidate] | None, **options: Any) -> Solved | None:
        """Whole people, from the candidates that they have now; also parts of people where `begin` is None.

        None where HiGHS found nothing.
        """
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (OPTIONS | options).items():
            solver.setOptionValue(name, value)
        self._pass(solver)
        solver.run()
        if begin is not None and solver.getSolution().value_valid and self._has_parts(solver):
            self._ask_whole(solver, begin)
        return self._read(solver)

    def _read(self, solver: Any) -> Solved | None:
        solution = solver.getSolution()
        if not solution.value_valid:
            return None
        values = self._of_candidates(solution.col_value)
        picked = [(self._candidates[number], float(values[number])) for number in np.flatnonzero(values > 0.01)]
        return Solved(picked, float(solver.getInfo().objective_function_value))

    def _of_candidates(self, of_columns: Sequence[float]) -> Any:
        first = len(self._costs) - len(self._candidates)
        return np.array(of_columns)[first : len(self._costs)]

    def _has_parts(self, solver: Any) -> bool:
        values = self._of_candidates(solver.getSolution().col_value)
        return bool(np.any(np.abs(values - np.round(values)) > WHOLE))

    def _ask_whole(self, solver: Any, begin: Mapping[int, Candidate]) -> None:
        """From halves allowed to whole people: without who makes it dearer, by more than what the answer says.

        How much dearer is the reduced cost of a column. What stands now is never left out.
        """
        least = float(solver.getInfo().objective_function_value)
        dearer = self._of_candidates(solver.getSolution().col_dual)
        dearer[list(self._now(begin))] = 0.0
        first, many = len(self._costs) - len(self._candidates), len(self._candidates)
        columns = np.arange(first, first + many, dtype=np.int32)
        solver.changeColsIntegrality(many, columns, np.array([highspy.HighsVarType.kInteger] * many))
        solver.setOptionValue("presolve", "off")  # it makes the cliques dense, and then cuts take most of the time
        for near in NEAR:
            solver.changeColsBounds(many, columns, np.zeros(many), np.where(dearer > near, 0.0, 1.0))
            self._start_from(solver, begin)
            solver.run()
            above = float(solver.getInfo().objective_function_value) - least
            if above <= max(near, OPTIONS["mip_abs_gap"]):
                return

    def _now(self, begin: Mapping[int, Candidate]) -> Iterator[int]:
        """The numbers of the candidates that people have now."""
        for number, candidate in enumerate(self._candidates):
            now = begin.get(candidate.person)
            if now is not None and now.station == candidate.station and now.option is candidate.option:
                yield number

    def _start_from(self, solver: Any, begin: Mapping[int, Candidate]) -> None:
        """The plan as it is, with what is short of it."""
        first = len(self._costs) - len(self._candidates)
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
        solution = highspy.HighsSolution()
        solution.col_value = values.tolist()
        solver.setSolution(solution)
