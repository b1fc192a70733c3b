"""Decisions as the team and the member read them: with their places, in order of time."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import AppointedPlace, Appointment, PublishedPlace, Shift


def list_of_member(member_id: int, *, limit: int) -> list[Appointment]:
    """The decisions about a member, the newest first. One statement."""
    rows = select(Appointment).where(Appointment.member_id == member_id).options(joinedload(Appointment.election))
    return list(db.session.scalars(rows.order_by(Appointment.id.desc()).limit(limit)))


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
    return list(db.session.execute(rows).tuples())
