"""The bench starts the solver as the portal does, and gets its plan."""

from __future__ import annotations

from bench.planning import solve
from bench.support.planning_cases import make_case


def test_the_bench_of_the_planning_gets_a_plan_and_what_it_took():
    result, ran = solve(make_case(2, 20))

    assert result.places
    assert ran.seconds > 0
    assert ran.megabytes > 0
