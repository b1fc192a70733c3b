"""The staffing of a station for the official report: who was there from when until when, in which function, instead of
whom, and each change with its time (Kieswet J 12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import AttendanceState, Election, Function, PollingStation, Shift
from app.services.attendance.folding import Spell
from app.services.attendance.people import Person, list_people
from app.services.attendance.stations import Listed, name_people


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody of whom something is noted, with one time of presence; without `spell` nobody was there."""

    shift: Shift
    listed: Listed
    spell: Spell | None

    @property
    def is_unfinished(self) -> bool:
        """A moment is missing that the record needs."""
        return self.spell is not None and None in self.spell

    @property
    def function(self) -> Function | None:
        """None for a voter."""
        return self.listed.function


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody came or went."""

    at: datetime
    listed: Listed
    came: bool


@dataclass(frozen=True, slots=True)
class StationRecord:
    """A station with its lines in the order of the shifts, and the people of whom nothing is noted."""

    station: PollingStation
    lines: Sequence[Line]
    silent: Sequence[Listed]

    @property
    def changes(self) -> list[Change]:
        """Who came and went, in the order of time."""
        found = [
            Change(at, line.listed, came)
            for line in self.lines
            if line.spell is not None
            for at, came in ((line.spell.since, True), (line.spell.until, False))
            if at is not None
        ]
        return sorted(found, key=lambda change: (change.at, not change.came, change.listed.name))


def list_records(election: Election, shifts: Sequence[Shift], station_id: int | None = None) -> list[StationRecord]:
    """Every station with people in these shifts, by number; or one. Four statements."""
    people = list_people(election.id, shifts, *([station_id] if station_id else []))
    names = name_people(election.id, [who for own in people.values() for who in own], for_team=True)
    by_id = {shift.id: shift for shift in shifts}
    return [
        _record(station, [names[who.about] for who in people[station.id]], by_id)
        for station in _stations(election.id)
        if station.id in people
    ]


def list_sheets(
    election: Election, shifts: Sequence[Shift], station_id: int | None = None
) -> list[tuple[PollingStation, list[tuple[Shift, list[Listed]]]]]:
    """Who is expected at each station in these shifts, with the numbers of who shares them. Four statements."""
    people = list_people(election.id, shifts, *([station_id] if station_id else []))
    names = name_people(election.id, [who for own in people.values() for who in own], for_team=False)
    return [
        (station, [(shift, listed) for shift in shifts if (listed := _of_shift(people[station.id], names, shift.id))])
        for station in _stations(election.id)
        if station.id in people
    ]


def _of_shift(people: Sequence[Person], names: dict[str, Listed], shift_id: int) -> list[Listed]:
    return [names[who.about] for who in people if who.shift_id == shift_id and who.place_id is not None]


def _stations(election_id: int) -> list[PollingStation]:
    rows = select(PollingStation).where(PollingStation.election_id == election_id).order_by(PollingStation.number)
    return list(db.session.scalars(rows))


def _record(station: PollingStation, people: Sequence[Listed], shifts: dict[int, Shift]) -> StationRecord:
    lines = [line for listed in people for line in _lines(listed, shifts[listed.person.shift_id])]
    return StationRecord(station, lines, [listed for listed in people if not listed.person.is_noted])


def _lines(listed: Listed, shift: Shift) -> Iterator[Line]:
    if listed.person.state == AttendanceState.EXPECTED:
        return
    if not listed.person.spells:
        yield Line(shift, listed, None)
    for spell in listed.person.spells:
        yield Line(shift, listed, spell)
