"""A station on its day, for tests: an election that runs, a published plan, and notes as a phone sends them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from app.clock import from_local
from app.extensions import db
from app.models import Election, ElectionState, Member, PollingStation, PublishedPlace
from app.services.attendance import notes
from app.services.attendance.notes import Note, Taken
from app.services.attendance.people import Day, find_day
from app.services.audit import COMMAND, Actor
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.plans import publish_places

ON = date(2026, 3, 18)
TEAM = ("voorzitter", "stembureaulid", "stembureaulid")
_keys = count(1)


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """An instant by the Dutch clock of the voting day."""
    return from_local(datetime.combine(ON, time(hour, minute))) + timedelta(days=days)


def make_running_election(**values: Any) -> Election:
    """An election whose day it is."""
    election = make_election(**values)
    election.state = ElectionState.RUNNING
    db.session.commit()
    return election


def make_team(
    election: Election, number: int = 12, codes: tuple[str, ...] = TEAM, *, shift: int = 0, now: datetime
) -> tuple[PollingStation, list[Member], list[PublishedPlace]]:
    """A station with people of these functions in a shift."""
    station = make_station(election, number)
    members = [make_member(first_name=f"Persoon{number}{letter}") for letter in "abcdefgh"[: len(codes)]]
    part = shifts_of(election)[shift]
    wanted = [(who, station, part, make_function(code)) for who, code in zip(members, codes, strict=True)]
    return station, members, publish_places(election, wanted, now=now)


def day_of(station: PollingStation) -> Day:
    """The voting day at it."""
    day = find_day(station.id, ON)
    assert day is not None
    return day


def note(about: str, kind: str, noted_at: datetime, **values: Any) -> Note:
    """A tap with a key of its own."""
    return Note(**{"key": f"test-key-{next(_keys)}", "kind": kind, "about": about, "noted_at": noted_at, **values})


def take(station: PollingStation, *taps: Note, now: datetime, actor: Actor = COMMAND, **values: Any) -> list[Taken]:
    """Hand them in, and keep them."""
    taken = notes.take_in(day_of(station), taps, actor=actor, now=now, **values)
    db.session.commit()
    return taken
