"""What the solver is compared with, each in a process of its own: a greedy fill, and a bound that no plan can beat.

usage: bench/support/planning_floors.py greedy|bound, the question on standard input as the portal writes it.
The bound is the linear program of the whole, each person at the 20 stations that suit best, halves allowed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "app" / "services" / "planning" / "proposals"))

import numpy as np
from solver import places, start, wire
from solver.model import Model
from solver.plan import Plan
from solver.problem import Candidate, Problem

NEAREST = 20


def fill_greedily(problem: Problem, instance: Any) -> dict[str, float]:
    """Seat after seat, who is nearest and free."""
    plan = Plan(problem)
    start.fill_by_distance(plan)
    found = places.list_places(plan, instance)
    return {"cost": plan.cost(), "illegal": len(places.list_illegal(problem, found))}


def find_bound(problem: Problem, _instance: Any) -> dict[str, float]:
    """By the interior point method, without rounding."""
    people = [person for person, options in enumerate(problem.options) if options]
    model = Model(problem, range(len(problem.stations)), people)
    model.add(_candidates(problem, people))
    solved = model.solve(None, solver="ipm", run_crossover="off")
    assert solved is not None
    return {"cost": solved.objective, "illegal": -1}


def _candidates(problem: Problem, people: list[int]) -> Iterator[Candidate]:
    for person in people:
        for station in np.argsort(problem.travel[person], kind="stable")[:NEAREST]:
            for option in problem.options[person]:
                candidate = problem.candidate(person, int(station), option)
                if candidate is not None:
                    yield candidate


if __name__ == "__main__":
    instance = wire.read_instance(sys.stdin.read())
    do = {"greedy": fill_greedily, "bound": find_bound}[sys.argv[1]]
    print(json.dumps(do(Problem(instance), instance)), flush=True)
