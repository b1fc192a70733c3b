"""An election whose day is today: a published plan, and who is at the stations as far as the clock has come.

It has a chance of its own, so that the rest of the demo stays as it is. The first member who is invited is a chair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random
from typing import Final

from sqlalchemy import select

from app.extensions import db
from app.models import (
    Capacity,
    Election,
    EligibilityFinding,
    Function,
    Member,
    PlanActKind,
    PollingStation,
    PublishedPlace,
    Shift,
    ShiftKind,
)
from app.services.attendance import notes
from app.services.attendance.notes import Note
from app.services.attendance.people import find_day
from app.services.elections.functions import list_active_functions
from app.services.operations.demo import elections
from app.services.operations.demo.answers import answer_by_chance
from app.services.operations.demo.history import History
from app.services.planning import phases
from app.services.planning.board.acts import assign_many
from app.services.planning.board.checks import ALL
from app.services.planning.board.places import Place
from app.services.planning.eligibility import following
from app.services.planning.needs import filling, standard
from app.services.planning.versions.publishing import publish

STATIONS: Final = 8
ASKED, ANSWERED = 180, 0.95  # of the members
TEAM: Final = (Capacity.CHAIR, Capacity.DEPUTY, Capacity.MEMBER, Capacity.MEMBER)
BEGINS: Final = time(6)  # o'clock: the team starts the day
SILENT, SHORT, HEADLESS, REPLACED = 3, 4, 5, 6  # numbers of stations where something is the matter
VOTER: Final = "Wil van Kiezersveld"


def add_day(history: History, members: Sequence[Member]) -> Election:
    """Asked two months ago, planned and published, and today it is."""
    chance = Random(1_918)  # noqa: S311 (a demo, no secret)
    history = History(history.now, history.clerk, chance)
    election = elections.add_election_of_today(history, STATIONS)
    answer_by_chance(history, election, members[:ASKED], share=ANSWERED, days_ago=58, within=20)
    phases.start_planning(election, actor=history.clerk, now=history.at(28))
    standard.start_standard(election, actor=history.clerk, now=history.at(27))
    filling.fill(election, overwrite=False, actor=history.clerk, now=history.at(27))
    following.catch_up(history.now)
    places = list(_places(election, members, chance))
    assign_many(election, places, kind=PlanActKind.FILL, confirmed=ALL, actor=history.clerk, now=history.at(20))
    publish(election, actor=history.clerk, now=history.at(18))
    phases.start_running(election, actor=history.clerk, now=history.at(0, BEGINS))
    _keep(history, election, chance)
    return election


def _places(election: Election, members: Sequence[Member], chance: Random) -> Iterator[Place]:
    """A team for each voting shift of each station; no member twice. The first member is chair of the first one."""
    blocked = select(EligibilityFinding.member_id).where(
        EligibilityFinding.election_id == election.id, EligibilityFinding.is_blocking
    )
    barred = set(db.session.scalars(blocked))
    free = [member for member in members if member.id not in barred]
    rest = free[1:]
    chance.shuffle(rest)
    people = iter([*free[:1], *rest])
    functions: dict[str, Function] = {}
    for function in list_active_functions():
        functions.setdefault(function.capacity, function)
    for station in _stations(election):
        for shift in _shifts(election):
            for capacity in TEAM:
                yield Place(next(people).id, station.id, shift.id, functions[capacity].id)


def _stations(election: Election) -> Sequence[PollingStation]:
    rows = select(PollingStation).where(PollingStation.election_id == election.id).order_by(PollingStation.number)
    return db.session.scalars(rows).all()


def _shifts(election: Election) -> list[Shift]:
    return [shift for day in election.days for shift in day.shifts if shift.kind == ShiftKind.VOTING]


def _keep(history: History, election: Election, chance: Random) -> None:
    """What chairs noted until now."""
    rows = select(PublishedPlace).join(PublishedPlace.function).where(PublishedPlace.election_id == election.id)
    by_rank = (PublishedPlace.shift_id, Function.position, PublishedPlace.member_id)  # the same on each database
    places = db.session.scalars(rows.order_by(*by_rank)).all()
    for station in _stations(election):
        day = find_day(station.id, election.voting_on)
        if day is None or station.number == SILENT:
            continue
        own = [place for place in places if place.station_id == station.id]
        taps = [tap for place in own for tap in _taps(place, own, station.number, chance)]
        known = [tap for tap in taps if tap.noted_at <= history.now]
        notes.take_in(day, known, actor=history.clerk, now=history.now)


def _taps(place: PublishedPlace, own: Sequence[PublishedPlace], number: int, chance: Random) -> Iterator[Note]:
    """Somebody comes a little before or after the shift begins, and goes when it ends."""
    shift = [other for other in own if other.shift_id == place.shift_id]
    rank = shift.index(place)
    came = place.starts_at + timedelta(minutes=chance.randint(-12, 4))
    about, key = f"p{place.id}", f"demo-{place.id}"
    if (number, rank) in ((SHORT, 2), (SHORT, 3)):
        yield Note(f"{key}-late", "late", about, came, at=place.starts_at + timedelta(hours=2))
        return
    if number == HEADLESS and rank < 2:
        yield Note(f"{key}-absent", "absent", about, came)
        return
    if number == REPLACED and rank >= 2:
        yield Note(f"{key}-absent", "absent", about, came)
        if rank == 2:
            sits_in = Note(f"{key}-voter", "here", f"v{key}-voter", came + timedelta(minutes=20), voter_name=VOTER)
            yield replace(sits_in, shift_id=place.shift_id, replaces=about)
        return
    yield Note(f"{key}-here", "here", about, came)
    yield Note(f"{key}-gone", "gone", about, _end(place))


def _end(place: PublishedPlace) -> datetime:
    return place.ends_at + timedelta(minutes=5)
