"""Decisions as the team and the member read them: with their places, in order of time."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import AppointedPlace, Appointment, AppointmentRun, PublishedPlace, Shift
from app.services.members.search import found_by
from app.services.search.query import Search

RUNS_SHOWN: Final = 10


def list_of_member(member_id: int, *, limit: int) -> list[Appointment]:
    """The decisions about a member, the newest first. One statement."""
    rows = select(Appointment).where(Appointment.member_id == member_id).options(joinedload(Appointment.election))
    return list(db.session.scalars(rows.order_by(Appointment.id.desc()).limit(limit)))


def list_runs(election_id: int) -> list[AppointmentRun]:
    """The last times that members of this election were appointed, the newest first. One statement."""
    rows = select(AppointmentRun).where(AppointmentRun.election_id == election_id)
    rows = rows.options(joinedload(AppointmentRun.created_by), joinedload(AppointmentRun.version))
    return list(db.session.scalars(rows.order_by(AppointmentRun.id.desc()).limit(RUNS_SHOWN)))


def found_by_words(search: Search) -> list[ColumnElement[bool]]:
    """From the best to the widest: decisions whose number begins so, and those of members who are found so."""
    numbered = or_(*(Appointment.decision_number.istartswith(word, autoescape=True) for word in search.words))
    return [numbered, or_(numbered, Appointment.member.has(found_by(search)))]


def list_places(appointment_id: int) -> list[tuple[PublishedPlace, str]]:
    """The places of a decision, each with the legal capacity. One statement."""
    rows = (
        select(PublishedPlace, AppointedPlace.capacity)
        .join(AppointedPlace, AppointedPlace.place_id == PublishedPlace.id)
        .where(AppointedPlace.appointment_id == appointment_id)
        .options(
            joinedload(PublishedPlace.station),
            joinedload(PublishedPlace.function),
            joinedload(PublishedPlace.shift).joinedload(Shift.day),
        )
        .order_by(PublishedPlace.starts_at, PublishedPlace.id)
    )
    return list(db.session.execute(rows))
