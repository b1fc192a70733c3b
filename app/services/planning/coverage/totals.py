"""How many stations are short, for the team's home: without the cells and words of the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Date, and_, bindparam, select

from app.clock import local_today
from app.extensions import db
from app.models import (
    Assignment,
    Election,
    ElectionState,
    Function,
    PollingStation,
    Shift,
    ShiftKind,
    StaffingNeed,
)
from app.models.base import is_any_of
from app.phrases import counted
from app.services.planning.coverage.hours import count_block, opening_spans, voting_blocks
from app.services.planning.coverage.intervals import Presence, Span, judge
from app.services.planning.coverage.kept_totals import count_kept
from app.services.planning.coverage.plan import Row
from app.services.planning.needs.choices import list_shifts
from app.services.waiting import Asked, Total

PLANNED: Final = (ElectionState.PLANNING, ElectionState.PUBLISHED, ElectionState.RUNNING)
COUNTED: Final = timedelta(days=2)  # after the voting: the count may go on for days, and then it is history


_SINCE: Final[Any] = bindparam("voting_since", type_=Date())
_NEAR: Final = (
    select(Election)
    .where(is_any_of(Election.state, PLANNED), Election.voting_on >= _SINCE)
    .order_by(Election.voting_on, Election.id)
)
IS_NEAR: Final = Asked(_NEAR.order_by(None).exists(), lambda now: {_SINCE.key: local_today(now) - COUNTED})


def total_short(now: datetime) -> list[Total]:
    """Of each election that is being planned: the stations without enough people at some moment. For the team."""
    elections = db.session.scalars(_NEAR, IS_NEAR.given(now)).all()
    short = count_kept(elections, count_short_now) if elections else {}
    return [_total(election, short[election.id]) for election in elections]


def count_short(rows: Iterable[Row]) -> int:
    """The stations that are against the law at some moment."""
    return sum(row.is_short for row in rows if row.station is not None)


def count_short_now(election: Election) -> int:
    """The same number of the plan as it is. Three statements."""
    shifts = list_shifts(election.id)
    present, counts = _read_plan(election.id, shifts)
    stations = _read_stations(election.id, shifts, counts)
    return sum(_is_short(election, station, shifts, present[station.id], counts) for station in stations)


def _is_short(
    election: Election, station: Any, shifts: Sequence[Shift], present: Sequence[Presence], counts: set[tuple[int, int]]
) -> bool:
    spans = _spans(election, station, shifts, counts)
    return any(moment.is_fault for span in spans for moment in judge(span, present))


def _spans(election: Election, station: Any, shifts: Sequence[Shift], counts: set[tuple[int, int]]) -> Iterator[Span]:
    open_spans = opening_spans(election, station)
    for blocks in voting_blocks(shifts, open_spans).values():
        yield from blocks
    for shift in shifts:
        if (station.id, shift.id) in counts:
            yield from count_block(shift, open_spans)


def _read_plan(election_id: int, shifts: Sequence[Shift]) -> tuple[dict[int, list[Presence]], set[tuple[int, int]]]:
    """Who is at each station, and the stations and shifts in which somebody counts."""
    counting = _counting(shifts)
    columns = (Assignment.member_id, Function.capacity, Assignment.starts_at, Assignment.ends_at)
    placed: Any = select(Assignment.station_id, Assignment.shift_id, *columns)
    placed = placed.join(Function, Function.id == Assignment.function_id)
    placed = placed.where(Assignment.election_id == election_id, Assignment.station_id.is_not(None))
    present: dict[int, list[Presence]] = defaultdict(list)
    counts = set()
    for station_id, shift_id, *rest in db.session.execute(placed):
        present[station_id].append(Presence(*rest))
        if shift_id in counting:
            counts.add((station_id, shift_id))
    return present, counts


def _read_stations(election_id: int, shifts: Sequence[Shift], counts: set[tuple[int, int]]) -> list[Any]:
    """Their hours; adds to `counts` the stations and shifts in which somebody is asked to count."""
    asked = and_(
        StaffingNeed.station_id == PollingStation.id,
        StaffingNeed.shift_id.in_(_counting(shifts)),
        StaffingNeed.target > 0,
    )
    columns = (PollingStation.id, PollingStation.opens_at, PollingStation.closes_at, PollingStation.stops)
    found = select(*columns, StaffingNeed.shift_id).outerjoin(StaffingNeed, asked)
    stations = {}
    for station in db.session.execute(found.where(PollingStation.election_id == election_id)):
        stations[station.id] = station
        if station.shift_id is not None:
            counts.add((station.id, station.shift_id))
    return list(stations.values())


def _counting(shifts: Sequence[Shift]) -> set[int]:
    return {shift.id for shift in shifts if shift.kind == ShiftKind.STATION_COUNT}


def _total(election: Election, number: int) -> Total:
    words = counted(
        "polling station short of people: %(election)s",
        "polling stations short of people: %(election)s",
        number,
        election=election.name,
    )
    return Total(words, number, {"code": election.code})
