"""A published and appointed plan that somebody leaves, for tests: who presides, who left, and who can come instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models import AppointmentSetup, Election, ElectionState, Member, ReplacementAsk, Vacancy
from app.services.appointments.replacement import asking, leaving
from app.services.audit import COMMAND
from app.services.planning.board import acts
from app.services.planning.board.places import Place
from app.services.planning.versions import publishing
from tests.support.factories.appointments import appoint, make_setup
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.planning import make_available, make_planned_election, stations_of


@dataclass(frozen=True, slots=True)
class Planned:
    """The chair and two members of station 1 in the first shift, published."""

    election: Election
    chair: Member
    stays: Member
    leaves: Member


def make_published(*, now: datetime, **values: Any) -> Planned:
    """An election with one station, whose plan is published; values are of ElectionDetails."""
    election = make_planned_election(1, **values)
    chair, stays, leaves = (make_available(election) for _ in range(3))
    for member, code in ((chair, "voorzitter"), (stays, "stembureaulid"), (leaves, "stembureaulid")):
        place(election, member, code, now=now)
    election.state = ElectionState.PLANNING
    publishing.publish(election, actor=COMMAND, now=now)
    db.session.commit()
    return Planned(election, chair, stays, leaves)


def appoint_all(planned: Planned, *, now: datetime) -> AppointmentSetup:
    """They get their decisions and letters: a second of work."""
    setup = make_setup(planned.election, answer_until=now + timedelta(days=10), now=now)
    appoint(setup, now=now)
    return setup


def place(election: Election, member: Member, code: str = "stembureaulid", shift: int = 0, *, now: datetime) -> None:
    """A place at the first station, as a planner gives it."""
    wanted = Place(member.id, stations_of(election)[0].id, shifts_of(election)[shift].id, make_function(code).id)
    acts.assign_many(election, [wanted], confirmed={"all"}, actor=COMMAND, now=now)
    db.session.commit()


def leave(member: Member, reason: str = "Werk", *, now: datetime) -> Vacancy:
    """The team hears that the member does not come; gives the vacancy that opened."""
    places = leaving.list_places(member.id, now)
    leaving.note_leaving(places, reason, actor=COMMAND, now=now)
    db.session.commit()
    return db.session.scalars(select(Vacancy).where(Vacancy.left_member_id == member.id)).one()


def ask(vacancy: Vacancy, *members: Member, hours: int = 24, now: datetime) -> list[ReplacementAsk]:
    """Ask these members; gives their questions in the same order."""
    asked = asking.ask_many(vacancy, [member.id for member in members], hours=hours, actor=COMMAND, now=now)
    db.session.commit()
    assert asked.refused == []
    latest = asking.latest_asks(vacancy)
    return [latest[member.id] for member in members]
