"""Where members were noted on the days of elections: for the team's page of a member, and for its search."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Attendance, Member, Shift
from app.services.members.search import found_by
from app.services.search.query import Search


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


def found_by_words(search: Search) -> list[ColumnElement[bool]]:
    """Attendance of members who are found so."""
    return [Attendance.member_id.in_(select(Member.id).where(found_by(search)))]
