"""What is asked against what members answered, per shift and function: "vraag 2.920, beschikbaar 2.310"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, literal, select, union_all

from app.extensions import db
from app.models import (
    Answer,
    Assignment,
    Availability,
    AvailabilityShift,
    Election,
    Function,
    PreferredFunction,
    Shift,
    StaffingNeed,
)
from app.services.planning.needs.choices import list_shifts


@dataclass(slots=True)
class Line:
    """Numbers of people for a function in a shift, or for a shift, or for all.

    `yes` and `maybe` count a member once a shift, under the first choice; `other` who said yes and named this function
    as another choice.
    """

    function: Function | None = None  # None: members who prefer none
    minimum: int = 0
    target: int = 0
    yes: int = 0
    maybe: int = 0
    other: int = 0
    planned: int = 0

    @property
    def open(self) -> int:
        """How many people are still to be planned."""
        return max(self.target - self.planned, 0)


@dataclass(slots=True)
class ShiftTotals:
    """A shift with its lines in the order of the functions, and their sum."""

    shift: Shift
    lines: list[Line] = field(default_factory=list)
    whole: Line = field(default_factory=Line)


def find_totals(election: Election) -> tuple[list[ShiftTotals], Line]:
    """The totals of each shift, and of all. Three statements."""
    lines: dict[tuple[int, int | None], Line] = defaultdict(Line)
    for name, shift_id, function_id, number in db.session.execute(union_all(*_counts(election.id))):
        setattr(lines[shift_id, function_id], name, int(number))
    functions = {row.id: row for row in db.session.scalars(select(Function).order_by(Function.position, Function.id))}
    shifts = [_of_shift(shift, lines, functions) for shift in list_shifts(election.id)]
    return shifts, _sum(totals.whole for totals in shifts)


def _of_shift(shift: Shift, lines: dict[Any, Line], functions: dict[int, Function]) -> ShiftTotals:
    own = []
    for function_id in (*functions, None):
        line = lines.get((shift.id, function_id))
        if line is not None:
            line.function = functions[function_id] if function_id is not None else None
            own.append(line)
    return ShiftTotals(shift, own, _sum(own))


def _sum(lines: Iterable[Line]) -> Line:
    whole = Line()
    for line in lines:
        for name in ("minimum", "target", "yes", "maybe", "planned"):
            setattr(whole, name, getattr(whole, name) + getattr(line, name))
    return whole


def _counts(election_id: int) -> Iterator[Any]:
    """Rows of (name of a number, shift, function, the number)."""
    for name in ("minimum", "target"):
        asked = _count(name, StaffingNeed, func.sum(getattr(StaffingNeed, name)))
        yield asked.where(StaffingNeed.election_id == election_id)
    yield _count("planned", Assignment, func.count()).where(Assignment.election_id == election_id)
    first = PreferredFunction.rank == 1
    for name, answer in (("yes", Answer.YES), ("maybe", Answer.MAYBE)):
        yield _answers(name, election_id, answer, first, isouter=True)
    yield _answers("other", election_id, Answer.YES, PreferredFunction.rank > 1, isouter=False)


def _count(name: str, table: Any, number: Any) -> Any:
    place = (table.shift_id, table.function_id)
    return select(literal(name), *place, number).group_by(*place)


def _answers(name: str, election_id: int, answer: Answer, of_rank: Any, *, isouter: bool) -> Any:
    chosen = (PreferredFunction.availability_id == Availability.id) & of_rank
    return (
        select(literal(name), AvailabilityShift.shift_id, PreferredFunction.function_id, func.count())
        .join(Availability, Availability.id == AvailabilityShift.availability_id)
        .join(PreferredFunction, chosen, isouter=isouter)
        .where(
            Availability.election_id == election_id, Availability.is_answered, AvailabilityShift.answer == answer.value
        )
        .group_by(AvailabilityShift.shift_id, PreferredFunction.function_id)
    )
