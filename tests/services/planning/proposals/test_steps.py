"""A step of the solver: no larger in a larger town, with halves first, and begun with the plan as it is."""

from __future__ import annotations

from dataclasses import replace

import highspy
import numpy as np
import pytest

from app.services.planning.proposals.solver.instance import Need
from app.services.planning.proposals.solver.model import Model
from app.services.planning.proposals.solver.neighbourhoods import SWEEPS, Neighbourhoods
from app.services.planning.proposals.solver.plan import Plan
from app.services.planning.proposals.solver.problem import Problem
from app.services.planning.proposals.solver.start import fill_by_distance
from bench.support.planning_cases import make_case
from tests.services.planning.proposals.cases import DEPUTY, EARLY, case, needs_of, person, solve, way_of


@pytest.mark.parametrize("how", SWEEPS)
def test_a_step_does_not_grow_with_the_town(how, monkeypatch):
    """Of three times as many stations the models of a sweep are as large."""
    sizes = []
    monkeypatch.setattr(Model, "solve", lambda model, *_args: sizes.append(model.size))  # and nothing changes
    largest = []
    for stations in (120, 360):
        plan = Plan(Problem(make_case(stations, 9 * stations)))
        fill_by_distance(plan)
        sizes.clear()
        assert list(Neighbourhoods(plan).sweep(range(stations), how))[-1] == 0
        assert len(sizes) == -(-stations // how.size)
        largest.append(max(columns for _rows, columns in sizes))
    assert largest[1] < largest[0] * 1.2


def test_a_step_whose_best_is_whole_needs_no_branching(monkeypatch):
    """The linear program of a step has whole people as a rule; only where it has not, they are asked for."""
    asked = []
    ask = Model._ask_whole
    monkeypatch.setattr(Model, "_ask_whole", lambda *args: asked.append(args) or ask(*args))
    result = solve(make_case(12, 105))
    assert result.illegal == ()
    assert len(asked) < 5


def test_an_exact_model_begins_with_the_plan_as_it_is():
    """Without any time it gives just that plan, at its price, couples that are together included."""
    people = [person(number, chair=number < 3, at=float(number)) for number in range(1, 8)]
    people[2] = replace(people[2], with_id=4)
    needs = [*needs_of(1, EARLY), *needs_of(2, EARLY), Need(2, EARLY, DEPUTY, 0, 1)]
    problem = Problem(case(needs, people, stations=2, couple=5000))
    plan, chair, member = Plan(problem), 0, 2
    for who, station, function in ((0, 0, chair), (2, 0, member), (3, 0, member), (1, 1, chair), (4, 1, member)):
        plan.put(problem.candidate(who, station, way_of(problem, who, function)))
    everybody, stations = range(len(people)), [0, 1]
    model = Model(problem, stations, everybody)
    can = ((who, at, way) for who in everybody for at in stations for way in problem.options[who])
    model.add(made for who, at, way in can if (made := problem.candidate(who, at, way)) is not None)
    model.add_couples(problem.couples, 0)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", 0.0)
    model._pass(solver)
    columns = np.arange(solver.getNumCol(), dtype=np.int32)
    solver.changeColsIntegrality(len(columns), columns, np.array([highspy.HighsVarType.kInteger] * len(columns)))
    model._start_from(solver, dict(plan.of))
    solver.run()
    solved = model._read(solver)
    assert {(made.person, made.station) for made, _value in solved.chosen} == {(0, 0), (2, 0), (3, 0), (1, 1), (4, 1)}
    assert solved.objective == plan.cost_of(stations, everybody)
