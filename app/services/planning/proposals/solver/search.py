"""The search: a first plan, each neighbourhood solved exactly, what the law lacks repaired, chairs with experience
brought from further away, couples brought together.

It can be stopped between any two steps, and is the same each time: it never looks at the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import places, start
from .instance import Instance, Progress, Result
from .neighbourhoods import ROUNDS, SWEEPS, Neighbourhoods
from .plan import Plan
from .problem import Problem

Tell = Callable[[Progress], bool]  # True: stop here


def solve(instance: Instance, tell: Tell = lambda _progress: False) -> Result:
    """Fill what is open. After each step `tell` hears how far it is, and may stop it: the plan is valid then too."""
    problem = Problem(instance)
    plan = Plan(problem)
    steps = _Steps(plan)
    is_stopped = False
    for done in steps.run():
        if tell(Progress(done, max(done, steps.total), len(plan.list_illegal()), steps.count_open())):
            is_stopped = True
            break
    found = places.list_places(plan, instance)
    illegal = tuple(places.list_illegal(problem, found))
    return Result(tuple(found), illegal, places.count_open(problem, instance, found), plan.cost(), is_stopped)


class _Steps:
    """The steps of one search, numbered."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._open = [station for station in range(len(plan.at)) if plan.count_open(station)]
        self._sweeps = sum(-(-len(self._open) // how.size) for how in SWEEPS)
        self.total = 2 + self._sweeps + 2

    def count_open(self) -> int:
        """Seats without somebody."""
        return self._plan.count_all_open()

    def run(self) -> Iterator[int]:
        """Yields the number of steps done after each."""
        for done, _nothing in enumerate(self._go(), 1):
            yield done

    def _go(self) -> Iterator[None]:
        start.place_presiders(self._plan)
        yield
        start.fill_by_distance(self._plan)
        yield
        parts = Neighbourhoods(self._plan)
        for how in SWEEPS:
            for _left in parts.sweep(self._open, how):
                yield
        for number, illegal in enumerate(parts.repair(), 1):
            self.total = 2 + self._sweeps + min(ROUNDS, number + illegal) + 2
            yield
        before = self.total
        for number, left in enumerate(parts.season_chairs(), 1):
            self.total = before + number + left
            yield
        before = self.total
        for number, left in enumerate(parts.unite_couples(), 1):
            self.total = before + number + left
            yield
