"""The template that an election can start with: three and a deputy in each voting shift, and all of them count.

Three, one of them chair, is the least (Kieswet E 3, J 12). The deputy is there for who falls out. What central counting
takes differs widely, so that is an estimate to change: a counter for each polling station, in all and not at each.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import exists, func, insert, select

from app.extensions import db
from app.models import Capacity, Election, Function, NeedTemplate, PollingStation, Shift, ShiftKind, StationType
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.bulk import serialize
from app.services.elections.change_rules import check_election
from app.services.elections.functions import list_active_functions
from app.services.planning.needs.choices import list_shifts
from app.services.planning.needs.needs import MOST, Numbers

_VOTING: Final = {Capacity.CHAIR: Numbers(1, 1), Capacity.MEMBER: Numbers(2, 2), Capacity.DEPUTY: Numbers(0, 1)}
_COUNT: Final = {Capacity.CHAIR: Numbers(1, 2), Capacity.MEMBER: Numbers(2, 4), Capacity.DEPUTY: Numbers(0, 2)}
LEAST_COUNTERS: Final = 5  # of a central count


class TemplateLine(NamedTuple):
    """What a station of this type (without one: the central count) needs."""

    station_type: str
    shift: Shift
    function: Function
    numbers: Numbers


def suggest_counters(stations: int) -> int:
    """How many counters a shift of the central count may take in all, where an election has so many stations."""
    return min(max(LEAST_COUNTERS, stations), MOST)


def suggest_standard(election: Election, counters: int) -> list[TemplateLine]:
    """The usual template for the shifts of this election, with so many counters in all at a central count.

    Two statements.
    """
    functions = _first_of_each_capacity()
    return [
        TemplateLine(station_type, shift, functions[capacity], numbers)
        for shift in list_shifts(election.id)
        for station_type, wanted in _wanted(shift, counters)
        for capacity, numbers in wanted.items()
        if capacity in functions
    ]


def start_standard(election: Election, counters: int | None = None, *, actor: Actor, now: datetime) -> int:
    """Give the election the usual template; how many lines. Raises RuleBroken where it has one, or is closed.

    `counters`: in all, in each shift of a central count; by itself a number by the polling stations.
    """
    check_election(election)
    if counters is not None and not 0 < counters <= MOST:
        raise RuleBroken(phrase("Give a number from 1 to %(most)s.", most=MOST), field="counters")
    serialize(f"needs {election.id}")
    if db.session.scalar(select(exists().where(NeedTemplate.election_id == election.id))):
        raise RuleBroken(phrase("This election has a template already. Change that one."))
    counted = select(func.count(PollingStation.id)).where(PollingStation.election_id == election.id)
    lines = suggest_standard(election, counters or suggest_counters(db.session.scalar(counted) or 0))
    if not lines:
        raise RuleBroken(phrase("This election has no shifts yet. Add those first."))
    rows = [
        {
            "election_id": election.id,
            "station_type": line.station_type,
            "shift_id": line.shift.id,
            "function_id": line.function.id,
            "minimum": line.numbers.minimum,
            "target": line.numbers.target,
        }
        for line in lines
    ]
    db.session.execute(insert(NeedTemplate), rows)
    record_event(actor, "need_template.started", now=now, subject=election, rows=len(rows))
    return len(rows)


def _wanted(shift: Shift, counters: int) -> Iterator[tuple[str, dict[Capacity, Numbers]]]:
    if shift.kind == ShiftKind.CENTRAL_COUNT:
        yield (
            "",
            {
                Capacity.CHAIR: Numbers(1, 1),
                Capacity.DEPUTY: Numbers(1, 1),
                Capacity.COUNTER: Numbers(min(LEAST_COUNTERS, counters), counters),
            },
        )
        return
    for station_type in StationType:
        yield station_type.value, _VOTING if shift.kind == ShiftKind.VOTING else _COUNT


def _first_of_each_capacity() -> dict[Capacity, Function]:
    found: dict[Capacity, Function] = {}
    for function in list_active_functions():
        found.setdefault(Capacity(function.capacity), function)
    return found
