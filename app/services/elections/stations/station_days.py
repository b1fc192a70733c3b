"""The day on which stations of a file open: a form of an earlier election has the hours of that one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

from app.importing.elections.station_row import StationRow, StationsFile
from app.models import Election
from app.phrases import Phrase, phrase


def find_other_day(found: StationsFile, voting_dates: Collection[date]) -> date | None:
    """The last day on which these stations open, when none of their days is one of this election; else None.

    EML names its election: of that the days are no sign.
    """
    if found.election is not None:
        return None
    opening = {moment.date() for station in found.stations for moment in _opening(station)}
    return max(opening) if opening and not opening & set(voting_dates) else None


def move_hours(found: StationsFile, voting_dates: Collection[date], voting_on: date) -> StationsFile:
    """With the hours on the days of this election: the last day of the file becomes its voting day."""
    other = find_other_day(found, voting_dates)
    if other is None:
        return found
    by = voting_on - other
    return replace(found, stations=tuple(_move(station, by) for station in found.stations))


def say_other_day(election: Election, other: date) -> Phrase:
    """Of which day the file is."""
    return phrase(
        "The stations in this file open on %(found)s, but this election is on %(chosen)s.",
        found=other,
        chosen=election.voting_on,
    )


def _opening(station: StationRow) -> list[datetime]:
    moments = [stop.opens_at for stop in station.stops] or [station.opens_at]
    return [moment for moment in moments if moment is not None]


def _move(station: StationRow, by: timedelta) -> StationRow:
    stops = tuple(
        replace(stop, opens_at=_later(stop.opens_at, by), closes_at=_later(stop.closes_at, by))
        for stop in station.stops
    )
    return replace(station, opens_at=_later(station.opens_at, by), closes_at=_later(station.closes_at, by), stops=stops)


def _later(moment: datetime | None, by: timedelta) -> datetime | None:
    return None if moment is None else moment + by
