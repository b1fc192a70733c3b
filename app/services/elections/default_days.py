"""The days and shifts that a new election starts with."""

from __future__ import annotations

from datetime import date, time, timedelta

from app.extensions import db
from app.models import Counting, Election, ElectionDay, ElectionType, Shift, ShiftKind

Plan = tuple[int, str, str, ShiftKind, time, time]  # days after voting day, Dutch and English name, kind, from, to

MORNING: Plan = (0, "Ochtend en middag", "Morning and afternoon", ShiftKind.VOTING, time(7, 0), time(14, 30))
EVENING: Plan = (0, "Middag en avond", "Afternoon and evening", ShiftKind.VOTING, time(14, 15), time(21, 0))
STATION_COUNT: Plan = (
    0,
    "Tellen op het stembureau",
    "Counting at the polling station",
    ShiftKind.STATION_COUNT,
    time(21, 0),
    time(0, 30),
)
# Where the municipal committee counts (CSO), the station itself counts per list only, which takes less time.
LIST_COUNT: Plan = (
    0,
    "Tellen per lijst op het stembureau",
    "Counting per list at the polling station",
    ShiftKind.STATION_COUNT,
    time(21, 0),
    time(23, 0),
)
CENTRAL_COUNT: Plan = (1, "Centraal tellen", "Central count", ShiftKind.CENTRAL_COUNT, time(9, 0), time(17, 0))

# When counting ends at the station, where the ballot papers are larger or where each voter gets two. An estimate.
COUNT_ENDS = {ElectionType.TK: time(2, 0), ElectionType.PS: time(1, 30), ElectionType.WS: time(1, 30)}

PLANS = {
    Counting.DSO: (MORNING, EVENING, STATION_COUNT),
    Counting.CSO: (MORNING, EVENING, LIST_COUNT, CENTRAL_COUNT),
}


def add_default_days(election: Election) -> None:
    """Add the usual shifts of the election's type and way of counting, for each kind of work that has none yet."""
    present = {shift.kind for day in election.days for shift in day.shifts}
    for days_after, name, name_en, kind, starts, ends in PLANS[Counting(election.counting)]:
        if kind in present:
            continue
        if kind == ShiftKind.STATION_COUNT and election.counting == Counting.DSO:
            ends = COUNT_ENDS.get(ElectionType(election.type), ends)
        day = _day(election, election.voting_on + timedelta(days=days_after))
        day.shifts.append(Shift(name=name, name_en=name_en, kind=kind, starts=starts, ends=ends))
    db.session.flush()


def move_days(election: Election, by: timedelta) -> None:
    """Move every day of the election by the same number of days, shifts and all."""
    # A date is unique per election: the one that moves furthest away goes first.
    for day in sorted(election.days, key=lambda day: day.date, reverse=by > timedelta(0)):
        day.date += by
        db.session.flush()


def _day(election: Election, on: date) -> ElectionDay:
    for day in election.days:
        if day.date == on:
            return day
    day = ElectionDay(date=on, shifts=[])
    election.days.append(day)
    return day
