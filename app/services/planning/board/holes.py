"""Open places of an election: the next to fill, and how many there are per station and shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager

from app.extensions import db
from app.models import (
    Assignment,
    Capacity,
    Election,
    ElectionDay,
    Function,
    Member,
    PollingStation,
    Shift,
    StaffingNeed,
)
from app.services.planning.board.facts import Key
from app.services.planning.board.ranking.candidates import FEW
from app.services.planning.board.ranking.features import Hole, count_available
from app.services.planning.times import shift_hours

SHORT, OPEN, FULL = "short", "open", "full"  # fewer than the minimum; fewer than the target; neither


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the plan is looked at; empty: all of it."""

    shift_id: int = 0
    type: str = ""
    area: str = ""  # the beginning of a postcode, a town, or a part of the name or number of the station
    state: str = ""
    station_id: int = 0


EVERYTHING: Final = Filters()


class OpenNeed(NamedTuple):
    """A need with its people: where fewer are planned than wanted there is an open place."""

    station_id: int | None
    shift_id: int
    function_id: int
    minimum: int
    target: int
    taken: int

    @property
    def key(self) -> Key:
        """The station, the shift and the function."""
        return self.station_id, self.shift_id, self.function_id


Whole = tuple[OpenNeed, PollingStation | None, Shift, Function]  # the place is at no station at the central count


@dataclass(slots=True)
class Cell:
    """A station in a shift: how many are wanted, planned and missing."""

    minimum: int = 0
    target: int = 0
    taken: int = 0
    open: int = 0  # places to the target
    short: int = 0  # of these, to the minimum

    @property
    def state(self) -> str:
        """Short, open or full."""
        return SHORT if self.short else OPEN if self.open else FULL


@dataclass(slots=True)
class Row:
    """A station on the board, with a cell per shift; without a station it is the central count."""

    station_id: int | None
    number: int = 0
    name: str = ""
    city: str = ""
    cells: dict[int, Cell] = field(default_factory=dict)

    @property
    def states(self) -> set[str]:
        """Of its cells."""
        return {cell.state for cell in self.cells.values()}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody is asked for, as a page names it; `need` is None where nobody asked for the function."""

    election: Election
    station: PollingStation | None
    shift: Shift
    function: Function
    minimum: int
    target: int
    available: int | None = None  # who can in the shift, as far as the ranking counts

    @property
    def key(self) -> Key:
        """The station, the shift and the function."""
        return self.station.id if self.station else None, self.shift.id, self.function.id

    def hole(self, *, without_id: int | None = None) -> Hole:
        """For the ranking."""
        starts_at, ends_at = shift_hours(self.shift)
        station = self.station
        return Hole(
            self.election.id,
            station.id if station else None,
            self.shift.id,
            self.function.id,
            starts_at,
            ends_at,
            needs_training=self.function.needs_training,
            latitude=_as_float(station.latitude if station else None),
            longitude=_as_float(station.longitude if station else None),
            name=station.name if station else "",
            bag_id=station.bag_id if station else "",
            without_id=without_id,
        )


_TAKEN: Final = (Assignment.station_id, Assignment.shift_id, Assignment.function_id)


def list_open(election_id: int, filters: Filters = EVERYTHING) -> list[OpenNeed]:
    """The needs with an open place, the most urgent first: who presides, then below the minimum, then the rest; each
    in the order of the stations. One statement.
    """
    counted = _counted(election_id)
    taken = func.coalesce(counted.c.number, 0)
    is_short = taken < StaffingNeed.minimum
    urgency = case((and_(is_short, Function.capacity == Capacity.CHAIR), 0), (is_short, 1), else_=2)
    wanted = _select_needs(election_id, filters, counted).where(taken < StaffingNeed.target)
    if filters.state == SHORT:
        wanted = wanted.where(is_short)
    order = (urgency, PollingStation.number, ElectionDay.date, Shift.starts, Function.position, StaffingNeed.id)
    return [OpenNeed(*row) for row in db.session.execute(wanted.order_by(*order))]


def list_open_whole(election_id: int) -> list[Whole]:
    """The same of the whole election, each with its station, shift and function. One statement."""
    counted = _counted(election_id)
    wanted = _select_needs(election_id, EVERYTHING, counted, PollingStation, Shift, Function)
    found = wanted.where(func.coalesce(counted.c.number, 0) < StaffingNeed.target).options(contains_eager(Shift.day))
    rows = db.session.execute(found.order_by(PollingStation.number, ElectionDay.date, Shift.starts, Function.position))
    return [(OpenNeed(*need), station, shift, function) for *need, station, shift, function in rows]


def find_next(open_needs: Sequence[OpenNeed], after: Key | None) -> OpenNeed | None:
    """The one after this one, or the first. A place that is full by now is passed by in its order."""
    if not open_needs:
        return None
    keys = [need.key for need in open_needs]
    if after in keys:
        return open_needs[(keys.index(after) + 1) % len(keys)]
    return open_needs[0]


def go_on(before: Sequence[OpenNeed], left: Sequence[OpenNeed], after: Key | None) -> OpenNeed | None:
    """The same place while it is open, else the first of those `left` that came behind it in the list of `before`."""
    still = {need.key: need for need in left}
    keys = [need.key for need in before]
    at = keys.index(after) if after in keys else 0
    return next((still[key] for key in (*keys[at:], *keys[:at]) if key in still), next(iter(left), None))


def read_board(election_id: int, filters: Filters) -> list[Row]:
    """All stations with a need that the filters let through, by number, the central count last. One statement."""
    rows: dict[int | None, Row] = {}
    named = (PollingStation.number, PollingStation.name, PollingStation.city)
    found = _select_needs(election_id, filters, _counted(election_id), *named)
    for station_id, shift_id, _function_id, minimum, target, taken, number, name, city in db.session.execute(found):
        row = rows.setdefault(station_id, Row(station_id, number or 0, name or "", city or ""))
        cell = row.cells.setdefault(shift_id, Cell())
        cell.minimum += minimum
        cell.target += target
        cell.taken += taken
        cell.open += max(target - taken, 0)
        cell.short += max(minimum - taken, 0)
    shown = [row for row in rows.values() if not filters.state or filters.state in _states(row)]
    return sorted(shown, key=lambda row: (row.station_id is None, row.number))


def _states(row: Row) -> set[str]:
    """What a filter finds it by: a short station has open places too; full is a station without any."""
    states = row.states
    if SHORT in states:
        return {SHORT, OPEN}
    return {OPEN} if OPEN in states else {FULL}


def find_spot(election_id: int, key: Key) -> Spot | None:
    """Where this is, with all that a page says of it; None when it is not of this election. One statement."""
    station_id, shift_id, function_id = key
    need = and_(
        func.coalesce(StaffingNeed.station_id, 0) == (station_id or 0),
        StaffingNeed.shift_id == Shift.id,
        StaffingNeed.function_id == Function.id,
    )
    found = (
        select(Election, PollingStation, Shift, Function, StaffingNeed.minimum, StaffingNeed.target)
        .add_columns(count_available([shift_id], FEW + 1).label("available"))
        .select_from(Shift)
        .join(Shift.day)
        .join(Election, Election.id == ElectionDay.election_id)
        .join(Function, Function.id == function_id)
        .outerjoin(
            PollingStation, and_(PollingStation.id == (station_id or 0), PollingStation.election_id == Election.id)
        )
        .outerjoin(StaffingNeed, need)
        .options(contains_eager(Shift.day))
        .where(Shift.id == shift_id, Election.id == election_id)
    )
    row = db.session.execute(found).first()
    if row is None or (station_id is not None and row.PollingStation is None):
        return None
    parts = (row.Election, row.PollingStation, row.Shift, row.Function)
    return Spot(*parts, row.minimum or 0, row.target or 0, row.available)


def list_there(key: Key) -> list[Any]:
    """Who stands at the station in the shift: rows of (Assignment, Member, Function). One statement."""
    station_id, shift_id, _function_id = key
    return list(
        db.session.execute(
            select(Assignment, Member, Function)
            .join(Member, Member.id == Assignment.member_id)
            .join(Function, Function.id == Assignment.function_id)
            .where(func.coalesce(Assignment.station_id, 0) == (station_id or 0), Assignment.shift_id == shift_id)
            .order_by(Function.position, Assignment.starts_at, *Member.by_name())
        )
    )


def _counted(election_id: int) -> Any:
    return (
        select(*_TAKEN, func.count().label("number"))
        .where(Assignment.election_id == election_id)
        .group_by(*_TAKEN)
        .subquery("taken")
    )


def _select_needs(election_id: int, filters: Filters, counted: Any, *more: Any) -> Select[Any]:
    """Needs with how many have them, `counted`, and `more` columns."""
    same = and_(
        func.coalesce(counted.c.station_id, 0) == func.coalesce(StaffingNeed.station_id, 0),
        counted.c.shift_id == StaffingNeed.shift_id,
        counted.c.function_id == StaffingNeed.function_id,
    )
    return (
        select(
            StaffingNeed.station_id,
            StaffingNeed.shift_id,
            StaffingNeed.function_id,
            StaffingNeed.minimum,
            StaffingNeed.target,
            func.coalesce(counted.c.number, 0),
            *more,
        )
        .join(Shift, Shift.id == StaffingNeed.shift_id)
        .join(Shift.day)
        .join(Function, Function.id == StaffingNeed.function_id)
        .outerjoin(PollingStation, PollingStation.id == StaffingNeed.station_id)
        .outerjoin(counted, same)
        .where(StaffingNeed.election_id == election_id, StaffingNeed.target > 0, *_conditions(filters))
    )


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.shift_id:
        conditions.append(StaffingNeed.shift_id == filters.shift_id)
    if filters.station_id:
        conditions.append(StaffingNeed.station_id == filters.station_id)
    if filters.type:
        conditions.append(PollingStation.type == filters.type)
    if area := filters.area.strip():
        plain = func.replace(PollingStation.postcode, " ", "")
        is_number = [PollingStation.number == int(area)] if area.isdecimal() and len(area) < 6 else []
        conditions.append(
            or_(
                plain.istartswith(area.replace(" ", ""), autoescape=True),
                PollingStation.city.icontains(area, autoescape=True),
                PollingStation.name.icontains(area, autoescape=True),
                *is_number,
            )
        )
    return conditions


def _as_float(value: Any) -> float | None:
    return None if value is None else float(value)
