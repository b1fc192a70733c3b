"""A linear program for HiGHS, also of whole numbers: columns that feed rows. The same question gets the same answer.

Nothing in it depends on the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import highspy
import numpy as np

OPTIONS: Final[dict[str, Any]] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 1,
    "mip_max_nodes": 5,
    "mip_abs_gap": 200,
    "mip_rel_gap": 0,
    # The plan of now is a beginning, the linear program nearly the end.
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_pool_soft_limit": 100,
}
NO_LIMIT: Final = highspy.kHighsInf
WHOLE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Answer:
    """By column its value and what one more of it would cost (its reduced cost); the objective."""

    values: Any
    dearer: Any
    objective: float


@dataclass(frozen=True, slots=True)
class Program:
    """By column what one costs and how many there can be (from 0), and which rows it feeds, by how much.

    All are arrays. Column c feeds the rows index[starts[c]:starts[c + 1]]; what a row gets lies between `lower` and
    `upper`.
    """

    costs: Any
    limits: Any
    starts: Any
    index: Any
    values: Any
    lower: Any
    upper: Any

    def only(self, columns: Any) -> Program:
        """The same with these columns (numbers, ascending) alone."""
        sizes = np.diff(self.starts)
        is_kept = np.zeros(len(sizes), dtype=bool)
        is_kept[columns] = True
        stay = np.repeat(is_kept, sizes)
        starts = np.concatenate(([0], np.cumsum(sizes[columns])))
        return replace(
            self,
            costs=self.costs[columns],
            limits=self.limits[columns],
            starts=starts,
            index=self.index[stay],
            values=self.values[stay],
        )

    def solve(self, options: Mapping[str, Any], whole: Any = (), begin: Any = None) -> Answer | None:
        """The cheapest. The `whole` columns (numbers) get whole values; `begin`: by column, a solution to start from.

        `options` are of HiGHS, beside OPTIONS. None where HiGHS found nothing.
        """
        solver = self._start(options)
        if len(whole):
            kinds = np.array([highspy.HighsVarType.kInteger] * len(whole))
            solver.changeColsIntegrality(len(whole), np.asarray(whole, dtype=np.int32), kinds)
        if begin is not None:
            solution = highspy.HighsSolution()
            solution.col_value = list(begin)
            solver.setSolution(solution)
        return _run(solver)

    def settle(self, options: Mapping[str, Any], whole: Any) -> tuple[Answer | None, Answer | None]:
        """The cheapest with parts allowed; and one in which the `whole` columns, all of at most 1, are 0 or 1.

        For that the column that is nearly 1 is fixed on it, and the rest solved again from there, until no part is
        left: some ten times, each much less work than the first. Mostly nothing better is to be had.
        """
        solver = self._start(options)
        best = found = _run(solver)
        while found is not None and len(parts := whole[is_part(found.values[whole])]):
            nearest = parts[np.argmax(found.values[parts])]
            solver.changeColBounds(int(nearest), 1.0, 1.0)
            found = _run(solver)
        return best, found

    def _start(self, options: Mapping[str, Any]) -> Any:
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (OPTIONS | dict(options)).items():
            solver.setOptionValue(name, value)
        solver.passModel(self._as_model())
        return solver

    def _as_model(self) -> Any:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.costs), len(self.lower)
        model.col_cost_, model.col_lower_ = self.costs.astype(float), np.zeros(len(self.costs))
        model.col_upper_ = self.limits.astype(float)
        model.row_lower_, model.row_upper_ = self.lower.astype(float), self.upper.astype(float)
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kColwise
        matrix.start_, matrix.index_ = self.starts.astype(np.int32), self.index.astype(np.int32)
        matrix.value_ = self.values.astype(float)
        return model


def is_part(values: Any) -> Any:
    """By value, whether it is no whole number."""
    return np.abs(values - np.round(values)) > WHOLE


def _run(solver: Any) -> Answer | None:
    solver.run()
    found = solver.getSolution()
    if not found.value_valid:
        return None
    objective = float(solver.getInfo().objective_function_value)
    return Answer(np.array(found.col_value), np.array(found.col_dual), objective)
