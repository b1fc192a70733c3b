"""A step of the solver: no larger in a larger town, with halves first, and begun with the plan as it is."""

from __future__ import annotations

from dataclasses import replace

import highspy
import numpy as np
import pytest

from app.services.planning.proposals.solver import model as model_of_a_step
from app.services.planning.proposals.solver import start
from app.services.planning.proposals.solver.instance import Need
from app.services.planning.proposals.solver.model import Model
from app.services.planning.proposals.solver.neighbourhoods import SWEEPS, Neighbourhoods
from app.services.planning.proposals.solver.options import PRESIDER
from app.services.planning.proposals.solver.plan import Plan
from app.services.planning.proposals.solver.problem import Problem
from app.services.planning.proposals.solver.program import OPTIONS, Program, is_part
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
        start.fill_by_distance(plan)
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
    """Each row gets what it may, at the price of that plan, couples that are together included."""
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
    program, begin = model.as_program(), model.begin_from(plan.of)
    assert program.costs @ begin == plan.cost_of(stations, everybody)
    given = program.values * np.repeat(begin, np.diff(program.starts))
    rows = np.bincount(program.index, given, len(program.lower))
    assert (program.lower <= rows).all()
    assert (rows <= program.upper).all()
    assert (begin <= program.limits).all()


def _triangle() -> Program:
    """Of three people any two make a pair, worth 3, 2 and 2: all halves are worth 3.5."""
    pairs = [0, 1, 0, 2, 1, 2]
    starts, three, ones = np.array([0, 2, 4, 6]), np.ones(3), np.ones(6)
    return Program(np.array([-3, -2, -2]), three, starts, np.array(pairs), ones, np.zeros(3), three)


def test_of_halves_whole_people_are_made():
    """The linear program would have half of each pair; nobody can be in one."""
    halves, whole = _triangle().settle({}, np.arange(3))
    assert (halves.objective, halves.values.tolist()) == (-3.5, [0.5, 0.5, 0.5])
    assert (whole.objective, sorted(whole.values.tolist())) in ((-3, [0, 0, 1]), (-2, [0, 0, 1]))
    assert not is_part(whole.values).any()
    assert is_part(halves.values).all()


def test_what_was_settled_too_dearly_is_solved_exactly():
    """Also without the columns that cannot be in a better plan."""
    exact = _triangle().solve({"mip_abs_gap": 0.0}, np.arange(3), np.array([0, 1, 0]))
    assert (exact.objective, exact.values.tolist()) == (-3, [1, 0, 0])
    assert _triangle().only(np.array([1, 2])).solve({"mip_abs_gap": 0.0}, np.arange(2)).objective == -2


def test_a_step_that_nothing_contents_gets_the_same_law_at_no_more_points(monkeypatch):
    """Each step with halves asks for the exact answer then."""
    easily = solve(make_case(12, 105))
    asked = []
    ask = Model._ask_whole
    monkeypatch.setattr(Model, "_ask_whole", lambda *args: asked.append(args) or ask(*args))
    monkeypatch.setattr(model_of_a_step, "ENOUGH", -1.0)
    exactly = solve(make_case(12, 105))
    assert len(asked) > 5
    assert exactly.illegal == easily.illegal == ()
    assert exactly.cost <= easily.cost * 1.001


def test_a_large_town_is_matched_in_parts_and_each_station_once(monkeypatch):
    """With a chair in each, as in one matching."""
    problem = Problem(make_case(40, 360))
    assert [len(part) for part in start._divide(problem)] == [40]
    monkeypatch.setattr(start, "MOST", 39)
    monkeypatch.setattr(start, "PART", 15)
    parts = list(start._divide(problem))
    assert [len(part) for part in parts] == [14, 13, 13]
    assert sorted(station for part in parts for station in part) == list(range(40))
    plan = Plan(problem)
    start.place_presiders(plan)
    assert not [key for at in range(40) for row, _short in plan.short(at) if (key := row.key)[0] == PRESIDER]


def test_what_stands_on_the_output_is_the_answer_alone(capfd):
    """HiGHS tells how far it is only when asked."""
    assert solve(make_case(3, 25)).illegal == ()
    _triangle().solve({}, np.arange(3))
    assert capfd.readouterr() == ("", "")


def test_each_setting_is_one_that_the_solver_knows():
    for name, value in OPTIONS.items():
        assert highspy.Highs().setOptionValue(name, value) == highspy.HighsStatus.kOk, name
