"""All stations of an election at a moment: which have no legal polling station, and which said nothing yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import contains_eager

from app.clock import local_today
from app.extensions import db
from app.models import AttendanceState, Election, ElectionDay, PollingStation, Shift
from app.models.base import is_any_of
from app.phrases import counted
from app.services.attendance.bureau import Bureau, BureauState, judge_now
from app.services.attendance.people import STATES, Person, list_day_shifts, list_people
from app.services.attendance.stations import Listed, name_people
from app.services.planning.coverage.intervals import MAY_PRESIDE
from app.services.waiting import Asked, Total

ORDER: Final = {state: place for place, state in enumerate(BureauState)}


@dataclass(frozen=True, slots=True)
class StationNow:
    """A station, how it stands, and its people."""

    station: PollingStation
    bureau: Bureau
    people: Sequence[Person]

    @property
    def late(self) -> int:
        """How many are on their way."""
        return sum(who.state == AttendanceState.LATE for who in self.people)

    @property
    def absent(self) -> int:
        """How many do not come, in the shift that goes on."""
        return sum(who.state == AttendanceState.ABSENT and who.shift_id == self.bureau.shift_id for who in self.people)

    @property
    def noted_at(self) -> datetime | None:
        """When somebody last said something."""
        return max((who.noted_at for who in self.people if who.noted_at is not None), default=None)


def list_days(shifts: Sequence[Shift]) -> list[date]:
    """The days with work at stations."""
    return sorted({shift.day.date for shift in shifts if list_day_shifts([shift], shift.day.date)})


def choose_day(days: Sequence[date], asked: date | None, now: datetime) -> date | None:
    """The day that is asked for; else today, or the first that comes, or the last."""
    if asked in days:
        return asked
    coming = [on for on in days if on >= local_today(now)]
    return next(iter(coming or days[-1:]), None)


def list_stations_now(election: Election, shifts: Sequence[Shift], now: datetime) -> list[StationNow]:
    """Every station in which somebody is expected or was noted, what needs somebody first. Three statements.

    `shifts` are those at stations on one day.
    """
    people = list_people(election.id, shifts)
    rows = select(PollingStation).where(PollingStation.election_id == election.id).order_by(PollingStation.number)
    found = [
        StationNow(station, judge_now(people[station.id], shifts, now), people[station.id])
        for station in db.session.scalars(rows)
        if station.id in people
    ]
    return sorted(found, key=lambda each: (ORDER[each.bureau.state], each.station.number))


def name_callable(election: Election, stations: Sequence[StationNow]) -> dict[int, list[Listed]]:
    """By station whom the team calls: who may preside there in the shift that goes on, else whoever is expected.

    One statement.
    """
    wanted = {each.station.id: _to_call(each) for each in stations}
    called = [who for people in wanted.values() for who in people]
    names = name_people(election.id, called, for_team=True)
    return {key: [names[who.about] for who in people] for key, people in wanted.items()}


def _to_call(each: StationNow) -> list[Person]:
    current = [who for who in each.people if who.shift_id == each.bureau.shift_id and not who.is_voter]
    return [who for who in current if who.capacity in MAY_PRESIDE] or current[:2]


_TODAY: Final[Any] = bindparam("counted_on", type_=Date())
_SHIFTS_OF_TODAY: Final = (
    select(Shift)
    .join(Shift.day)
    .join(ElectionDay.election)
    .options(contains_eager(Shift.day).contains_eager(ElectionDay.election))
    .where(ElectionDay.date == _TODAY, is_any_of(Election.state, STATES))
    .order_by(Election.id, Shift.starts, Shift.id)
)
IS_TODAY: Final = Asked(_SHIFTS_OF_TODAY.order_by(None).exists(), lambda now: {_TODAY.key: local_today(now)})


def total_without_bureau(now: datetime) -> list[Total]:
    """On the day itself, for the team's home: the stations without a legal polling station at this moment."""
    today = local_today(now)
    by_election: dict[Election, list[Shift]] = {}
    for shift in list_day_shifts(db.session.scalars(_SHIFTS_OF_TODAY, {_TODAY.key: today}), today):
        by_election.setdefault(shift.day.election, []).append(shift)
    return [_total(election, shifts, now) for election, shifts in by_election.items()]


def _total(election: Election, shifts: Sequence[Shift], now: datetime) -> Total:
    states = [judge_now(people, shifts, now).state for people in list_people(election.id, shifts).values()]
    number = sum(state in (BureauState.FAULT, BureauState.SILENT) for state in states)
    words = counted(
        "polling station without a legal bureau now: %(election)s",
        "polling stations without a legal bureau now: %(election)s",
        number,
        election=election.name,
    )
    return Total(words, number, {"code": election.code})
