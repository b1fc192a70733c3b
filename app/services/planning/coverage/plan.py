"""The coverage of an election: every station in every shift, from the plan or from any other rows of who was there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import select

from app.extensions import db
from app.models import Assignment, Election, Function, PollingStation, Shift, ShiftKind, StaffingNeed
from app.services.planning.coverage.hours import count_block, opening_spans, voting_blocks, whole_shift
from app.services.planning.coverage.intervals import MAY_PRESIDE, OF_BUREAU, Moment, Presence, Span, judge, merge
from app.services.planning.coverage.law import articles_of
from app.services.planning.needs.choices import list_shifts


class There(NamedTuple):
    """Somebody is at a station (without one: at the central count) for a shift, at own times."""

    station_id: int | None
    shift_id: int
    member_id: int
    function_id: int
    starts_at: datetime
    ends_at: datetime


class Asked(NamedTuple):
    """People needed at a station in a shift and function."""

    station_id: int | None
    shift_id: int
    function_id: int
    minimum: int
    target: int


class State(StrEnum):
    """How a cell stands, the worst first."""

    FAULT = "fault"  # against the law
    SHORT = "short"  # fewer than the minimum that the team set
    WARNED = "warned"  # a deputy presides
    OPEN = "open"  # fewer than planned for
    FULL = "full"
    CLOSED = "closed"  # nobody has to be there


@dataclass(frozen=True, slots=True)
class Found:
    """A moment that is not as it should be, and by which articles."""

    moment: Moment
    articles: Sequence[str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A station in a shift: when it must be covered, what is found, and how many of how many people are planned."""

    shift: Shift
    spans: Sequence[Span]
    found: Sequence[Found]
    planned: int
    minimum: int
    target: int
    state: State
    function_id: int | None  # of the place to fill first, where somebody is missing

    @property
    def faults(self) -> list[Found]:
        """What is against the law."""
        return [found for found in self.found if found.moment.is_fault]


@dataclass(frozen=True, slots=True)
class Row:
    """A station (without one: the central count) with a cell for each of its shifts."""

    station: PollingStation | None
    cells: list[Cell]

    @property
    def is_short(self) -> bool:
        """Whether it is against the law at some moment."""
        return any(cell.state == State.FAULT for cell in self.cells)

    @property
    def is_full(self) -> bool:
        """Whether nobody is missing."""
        return all(cell.state in (State.FULL, State.CLOSED) for cell in self.cells)


@dataclass(slots=True)
class _Facts:
    """What is known of one station and shift."""

    there: list[There] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges cells, until an instant where there is one; `capacities` of the functions by id."""

    capacities: Mapping[int, str]
    until: datetime | None = None

    def cell(self, shift: Shift, spans: Sequence[Span], present: Sequence[Presence], facts: _Facts) -> Cell:
        is_central = shift.kind == ShiftKind.CENTRAL_COUNT
        if self.until is not None:
            spans = [Span(start, min(end, self.until)) for start, end in spans if start < self.until]
            facts = facts if spans else _Facts(facts.there)  # nobody is missing yet
        present = [who for who in present if any(_meets(who, span) for span in spans)]
        moments = merge(moment for span in spans for moment in judge(span, present, people=0 if is_central else 3))
        found = [
            Found(moment, articles_of(shift.kind, moment, present))
            for moment in moments
            if moment.is_fault or (moment.is_warned and not is_central)
        ]
        planned = Counter(there.function_id for there in facts.there)
        return Cell(
            shift=shift,
            spans=spans,
            found=found,
            planned=len(facts.there),
            minimum=sum(row.minimum for row in facts.asked),
            target=sum(row.target for row in facts.asked),
            state=_state(spans, found, facts, planned),
            function_id=self._first_missing(facts.asked, planned, found),
        )

    def _first_missing(self, asked: Sequence[Asked], planned: Counter[int], found: Sequence[Found]) -> int | None:
        """Whom to look for first: who may preside where nobody does, who is below the minimum, members, the rest."""
        wants_presider = any(not kept.moment.has_presider for kept in found)

        def urgency(row: Asked) -> tuple[bool, bool, bool]:
            capacity = self.capacities.get(row.function_id, "")
            return (
                wants_presider and capacity in MAY_PRESIDE,
                planned[row.function_id] < row.minimum,
                capacity in OF_BUREAU,
            )

        missing = [row for row in asked if planned[row.function_id] < row.target]
        return max(missing, key=urgency).function_id if missing else None


def _meets(who: Presence, span: Span) -> bool:
    return who.starts_at < span.ends_at and who.ends_at > span.starts_at


def _state(spans: Sequence[Span], found: Sequence[Found], facts: _Facts, planned: Counter[int]) -> State:
    if any(kept.moment.is_fault for kept in found):
        return State.FAULT
    if not spans and not facts.there and not any(row.target for row in facts.asked):
        return State.CLOSED
    if any(planned[row.function_id] < row.minimum for row in facts.asked):
        return State.SHORT
    if found:
        return State.WARNED
    return State.OPEN if any(planned[row.function_id] < row.target for row in facts.asked) else State.FULL


def find_coverage(
    election: Election, rows: Iterable[There] | None = None, *, until: datetime | None = None
) -> list[Row]:
    """Every station in the order of the numbers, and the central count at the end where there is one.

    `rows` say who is there, the plan by default. What comes after `until` is not judged. Five statements, one of which
    reads the plan.
    """
    there = read_plan(election.id) if rows is None else rows
    capacities = dict(db.session.execute(select(Function.id, Function.capacity)).all())
    listed = select(PollingStation).where(PollingStation.election_id == election.id).order_by(PollingStation.number)
    stations = db.session.scalars(listed).all()
    needs = _read_needs(election.id)
    return judge_stations(election, stations, list_shifts(election.id), there, needs, capacities, until=until)


def judge_stations(
    election: Election,
    stations: Sequence[PollingStation],
    shifts: Sequence[Shift],
    there: Iterable[There],
    asked: Iterable[Asked],
    capacities: Mapping[int, str],
    *,
    until: datetime | None = None,
) -> list[Row]:
    """The same of what was read; without a statement."""
    facts: dict[tuple[int | None, int], _Facts] = defaultdict(_Facts)
    present: dict[int | None, list[Presence]] = defaultdict(list)
    for who in there:
        facts[who.station_id, who.shift_id].there.append(who)
        presence = Presence(who.member_id, capacities.get(who.function_id, ""), who.starts_at, who.ends_at)
        present[who.station_id].append(presence)
    for need in asked:
        facts[need.station_id, need.shift_id].asked.append(need)
    judging = _Judge(capacities, until)
    at_stations = [shift for shift in shifts if shift.kind != ShiftKind.CENTRAL_COUNT]
    rows = [Row(station, list(_cells(judging, election, station, at_stations, present, facts))) for station in stations]
    central = [shift for shift in shifts if shift.kind == ShiftKind.CENTRAL_COUNT]
    if central:
        cells = [_central(judging, shift, present[None], facts[None, shift.id]) for shift in central]
        rows.append(Row(None, cells))
    return rows


def _cells(
    judging: _Judge,
    election: Election,
    station: PollingStation,
    shifts: Sequence[Shift],
    present: Mapping[int | None, list[Presence]],
    facts: Mapping[tuple[int | None, int], _Facts],
) -> Iterator[Cell]:
    open_spans = opening_spans(election, station)
    voting = voting_blocks(shifts, open_spans)
    for shift in shifts:
        own = facts[station.id, shift.id]
        if shift.kind == ShiftKind.VOTING:
            spans = voting.get(shift.id, [])
        else:  # counted here, where somebody is asked or planned for it
            is_counted = bool(own.there) or any(need.target for need in own.asked)
            spans = count_block(shift, open_spans) if is_counted else []
        yield judging.cell(shift, spans, present[station.id], own)


def _central(judging: _Judge, shift: Shift, present: Sequence[Presence], own: _Facts) -> Cell:
    """The committee itself is judged where it is planned here; who counts by the numbers of the team alone."""
    used = {need.function_id for need in own.asked} | {who.function_id for who in own.there}
    has_committee = any(judging.capacities.get(function_id, "") in MAY_PRESIDE for function_id in used)
    return judging.cell(shift, whole_shift(shift) if has_committee else [], present, own)


def read_plan(election_id: int) -> list[There]:
    """Who is planned. One statement."""
    columns = (getattr(Assignment, name) for name in There._fields)
    return [There(*row) for row in db.session.execute(select(*columns).where(Assignment.election_id == election_id))]


def _read_needs(election_id: int) -> list[Asked]:
    columns: Any = (getattr(StaffingNeed, name) for name in Asked._fields)
    asked = select(*columns).join(Function, Function.id == StaffingNeed.function_id)
    found = asked.where(StaffingNeed.election_id == election_id).order_by(Function.position, Function.id)
    return [Asked(*row) for row in db.session.execute(found)]
