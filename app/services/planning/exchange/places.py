"""The plan as lines to write: who stands where, and the places where nobody stands yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import Assignment, Election, Function, Member, PollingStation, Shift, StaffingNeed
from app.services.planning.needs.choices import list_shifts
from app.services.planning.times import shift_hours


@dataclass(frozen=True, slots=True)
class Line:
    """A place; without a station at the central count, without a member it is open."""

    station: PollingStation | None
    shift: Shift
    function: Function
    starts_at: datetime
    ends_at: datetime
    member: Member | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class StationLines:
    """A station (without one: the central count) with its shifts, and the lines of each."""

    station: PollingStation | None
    shifts: list[tuple[Shift, list[Line]]]


def list_lines(election: Election, *, with_open: bool, number: int | None = None) -> list[Line]:
    """Every place in the order of stations, shifts, functions and names; or of the station with this number only.

    `with_open`: also a line for each person that is still asked for. Five statements.
    """
    listed = select(PollingStation).where(PollingStation.election_id == election.id)
    stations = {row.id: row for row in db.session.scalars(listed)}
    shifts = {row.id: row for row in list_shifts(election.id)}
    functions = {row.id: row for row in db.session.scalars(select(Function))}
    order = {shift_id: place for place, shift_id in enumerate(shifts)}
    places = db.session.execute(
        select(Assignment, Member)
        .join(Member, Member.id == Assignment.member_id)
        .where(Assignment.election_id == election.id)
    )
    lines = []
    taken: Counter[tuple[int | None, int, int]] = Counter()
    for row, member in places:
        taken[row.station_id, row.shift_id, row.function_id] += 1
        station = stations.get(row.station_id) if row.station_id else None
        times = (row.starts_at, row.ends_at)
        lines.append(Line(station, shifts[row.shift_id], functions[row.function_id], *times, member, row.note))
    for need in _read_needs(election.id) if with_open else ():
        missing = need.target - taken[need.station_id, need.shift_id, need.function_id]
        station = stations.get(need.station_id) if need.station_id else None
        shift = shifts[need.shift_id]
        lines += [Line(station, shift, functions[need.function_id], *shift_hours(shift))] * max(missing, 0)
    if number is not None:
        lines = [line for line in lines if line.station is not None and line.station.number == number]

    def place_of(line: Line) -> tuple[bool, int, int, int, bool, str]:
        station = line.station.number if line.station else 0
        name = line.member.sort_name if line.member else ""
        return line.station is None, station, order[line.shift.id], line.function.position, not line.member, name

    return sorted(lines, key=place_of)


def by_station(lines: Sequence[Line]) -> Iterator[StationLines]:
    """The same lines, a station at a time."""
    groups: dict[int | None, dict[int, list[Line]]] = {}
    for line in lines:
        shifts = groups.setdefault(line.station.id if line.station else None, {})
        shifts.setdefault(line.shift.id, []).append(line)
    for shifts in groups.values():
        parts = [(own[0].shift, own) for own in shifts.values()]
        yield StationLines(parts[0][1][0].station, parts)


def _read_needs(election_id: int) -> Sequence[StaffingNeed]:
    return db.session.scalars(select(StaffingNeed).where(StaffingNeed.election_id == election_id)).all()
