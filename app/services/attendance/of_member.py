"""Where one member was noted on the days of elections, for the team's page of that member."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Attendance, Shift


def list_of_member(member_id: int, *, limit: int) -> list[Attendance]:
    """The latest first, with election, station, shift and function. One statement."""
    rows = (
        select(Attendance)
        .where(Attendance.member_id == member_id)
        .options(
            joinedload(Attendance.election),
            joinedload(Attendance.station),
            joinedload(Attendance.function),
            joinedload(Attendance.shift).joinedload(Shift.day),
        )
        .order_by(Attendance.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(rows))
