"""Who should be at the stations of an election on a day, and what is noted of them: rows without names, read at once.

A person is somebody with a published place, or whom a note brought in: a member whose place is gone by now, or a voter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.extensions import db
from app.models import (
    Attendance,
    AttendanceState,
    Capacity,
    Election,
    ElectionDay,
    ElectionState,
    Function,
    PollingStation,
    PublishedPlace,
    Shift,
    ShiftKind,
)
from app.services.attendance.folding import Spell
from app.services.planning.coverage.intervals import Presence
from app.services.planning.times import shift_hours

STATES: Final = (ElectionState.PUBLISHED, ElectionState.RUNNING, ElectionState.SETTLING)  # in which can be noted
LAST: Final = 999  # in the order of functions
STAYS: Final = timedelta(hours=1)  # so long after the last place ends somebody who was not signed off still counts


@dataclass(frozen=True, slots=True)
class Day:
    """A station on one day, with the shifts there on that day in their order."""

    election: Election
    station: PollingStation
    date: date
    shifts: Sequence[Shift]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a station in a shift. `about` is how a note names the person; `person_id` is the same in each shift.

    `ends_at` is when the place ends, of a voter when the shift does.
    """

    about: str
    person_id: int
    station_id: int
    shift_id: int
    member_id: int | None
    function_id: int | None
    capacity: str
    starts_at: datetime
    ends_at: datetime
    place_id: int | None = None
    attendance_id: int | None = None
    state: str = AttendanceState.EXPECTED.value
    expected_at: datetime | None = None
    spells: tuple[Spell, ...] = ()
    voter_name: str = ""
    replaces_id: int | None = None
    last_key: str = ""
    noted_at: datetime | None = None
    function: Function | None = None  # None: a voter

    @property
    def position(self) -> int:
        """Of the function, for the order."""
        return self.function.position if self.function is not None else LAST

    @property
    def is_voter(self) -> bool:
        """Sits in for a member (J 12)."""
        return self.member_id is None

    @property
    def is_noted(self) -> bool:
        """Somebody said something about this person."""
        return self.state != AttendanceState.EXPECTED


def list_people(election_id: int, shifts: Sequence[Shift], *station_ids: int) -> dict[int, list[Person]]:
    """By station, in the order of shifts and functions; of all stations when none is named. Two statements."""
    hours = {shift.id: shift_hours(shift) for shift in shifts}
    of_stations = _placed(election_id, hours, station_ids)
    found = {(row.station_id, row.shift_id, row.member_id): row for row in of_stations}
    for row in _noted(election_id, hours, station_ids):
        key = row.station_id, row.shift_id, row.member_id if row.member_id is not None else -(row.attendance_id or 0)
        placed = found.get(key)
        found[key] = row if placed is None else replace(row, **_of_place(placed, row))
    order = {shift.id: index for index, shift in enumerate(shifts)}
    grouped: dict[int, list[Person]] = defaultdict(list)
    for person in sorted(found.values(), key=lambda who: (order[who.shift_id], who.is_voter, who.position, who.about)):
        grouped[person.station_id].append(person)
    return grouped


def _of_place(placed: Person, row: Person) -> dict[str, Any]:
    """The newest place of a member whose presence is noted already; the function that was noted stays."""
    return {
        "about": placed.about,
        "place_id": placed.place_id,
        "starts_at": placed.starts_at,
        "ends_at": placed.ends_at,
        "function": row.function or placed.function,
    }


def list_central(election_id: int, shifts: Sequence[Shift]) -> list[Person]:
    """Who has a place at the central count in these shifts, in the order of shifts and functions; their `station_id`
    is 0. One statement.
    """
    hours = {shift.id: shift_hours(shift) for shift in shifts}
    order = {shift.id: index for index, shift in enumerate(shifts)}
    people = _placed(election_id, hours, (), is_central=True)
    return sorted(people, key=lambda who: (order[who.shift_id], who.position, who.about))


def _placed(
    election_id: int, hours: dict[int, Any], station_ids: Sequence[int], *, is_central: bool = False
) -> Iterator[Person]:
    place: Any = PublishedPlace
    columns = (place.id, place.station_id, place.shift_id, place.member_id)
    rows = (
        select(*columns, place.starts_at, place.ends_at, Function)
        .join(Function, Function.id == place.function_id)
        .where(place.election_id == election_id, place.until_version_id.is_(None))
        .where(place.station_id.is_(None) if is_central else place.station_id.is_not(None))
    )
    if station_ids:
        rows = rows.where(place.station_id.in_(station_ids))
    for key, station_id, shift_id, member_id, starts, ends, function in db.session.execute(rows):
        if shift_id in hours:
            yield Person(
                f"p{key}",
                member_id,
                station_id or 0,
                shift_id,
                member_id,
                function.id,
                function.capacity,
                starts,
                ends,
                place_id=key,
                function=function,
            )


def _noted(election_id: int, hours: dict[int, Any], station_ids: Sequence[int]) -> Iterator[Person]:
    rows: Any = (
        select(Attendance, Function)
        .outerjoin(Function, Function.id == Attendance.function_id)
        .where(Attendance.election_id == election_id)
    )
    if station_ids:
        rows = rows.where(Attendance.station_id.in_(station_ids))
    for row, function in db.session.execute(rows):
        if row.shift_id not in hours or (row.state == AttendanceState.EXPECTED and row.member_id is None):
            continue  # another day, or a voter whose note was undone
        starts_at, ends_at = hours[row.shift_id]
        yield Person(
            f"a{row.id}" if row.member_id is not None else f"v{row.voter_key}",
            row.member_id or -row.id,
            row.station_id,
            row.shift_id,
            row.member_id,
            row.function_id,
            function.capacity if function is not None else Capacity.MEMBER.value,  # a voter sits in as a member
            starts_at,
            ends_at,
            place_id=row.place_id,
            attendance_id=row.id,
            state=row.state,
            expected_at=row.expected_at,
            spells=read_spells(row),
            voter_name=row.voter_name,
            replaces_id=row.replaces_id,
            last_key=row.last_key or "",
            noted_at=row.noted_at,
            function=function,
        )


def read_spells(row: Attendance) -> tuple[Spell, ...]:
    """From when until when somebody was there."""
    return tuple(Spell(_read(since), _read(until)) for since, until in row.spells or ())


def write_spells(spells: Iterable[Spell]) -> list[list[str | None]]:
    """As they are kept."""
    return [[moment.isoformat() if moment else None for moment in spell] for spell in spells]


def _read(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def list_presences(people: Sequence[Person], now: datetime) -> list[Presence]:
    """Who was at one station from when until when, until `now` or, of who is there, until the place is over.

    Who was never signed off counts no longer than `STAYS` after the last place there. Without a noted arrival nothing
    is counted.
    """
    over: dict[int, datetime] = {}
    for person in people:
        over[person.person_id] = max(over.get(person.person_id, person.ends_at), person.ends_at)
    found = []
    for person in people:
        for since, until in person.spells:
            end = until or max(over[person.person_id] + STAYS, since or now)
            if since is not None and since < end:
                found.append(Presence(person.person_id, person.capacity, since, end))
    return found


def list_day_shifts(shifts: Iterable[Shift], on: date) -> list[Shift]:
    """Those at stations on that day."""
    return [shift for shift in shifts if shift.day.date == on and shift.kind != ShiftKind.CENTRAL_COUNT]


def list_central_shifts(shifts: Iterable[Shift]) -> list[Shift]:
    """Those of the central count, on all days."""
    return [shift for shift in shifts if shift.kind == ShiftKind.CENTRAL_COUNT]


def find_day(station_id: int, on: date) -> Day | None:
    """A station on a day on which there is work at it. One statement."""
    return make_day(db.session.execute(select_day(station_id, on)).all(), on)


def select_day(station_id: int, on: date) -> Any:
    """The station with each of its shifts on that day, with their day and election."""
    whole = contains_eager(Shift.day).contains_eager(ElectionDay.election)
    found: Any = (
        select(PollingStation, Shift)
        .join(ElectionDay, ElectionDay.election_id == PollingStation.election_id)
        .join(Shift, Shift.day_id == ElectionDay.id)
        .join(Election, Election.id == PollingStation.election_id)
        .options(whole)
        .where(PollingStation.id == station_id, ElectionDay.date == on, Shift.kind != ShiftKind.CENTRAL_COUNT)
        .order_by(Shift.starts, Shift.id)
    )
    return found


def make_day(rows: Sequence[Any], on: date) -> Day | None:
    """Of the rows of `select_day`."""
    if not rows:
        return None
    shifts = [row.Shift for row in rows]
    return Day(shifts[0].day.election, rows[0].PollingStation, on, shifts)
