"""What a member answered before a pause or before leaving: it stays on the row, and counts in no list and no total."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, select

from app.models import Availability, AvailabilityState, Election, ElectionState
from app.services.atomic import change_if


def stop_counting(member_id: int) -> None:
    """The answers for elections that are still asked or planned count no more. One statement.

    An answer for an election that has begun or is over is history, and stays as it is.
    """
    _change(and_(Availability.is_answered), member_id, AvailabilityState.STOPPED)


def count_again(member_id: int) -> None:
    """The member is back: the same answers count again, fixed where the planning has begun meanwhile."""
    is_asked = select(Election.state).where(Election.id == Availability.election_id).scalar_subquery()
    state = case((is_asked == ElectionState.RECRUITING, AvailabilityState.SUBMITTED), else_=AvailabilityState.LOCKED)
    _change(Availability.state == AvailabilityState.STOPPED, member_id, state)


def _change(of: ColumnElement[bool], member_id: int, state: object) -> None:
    answerable = Availability.election_id.in_(select(Election.id).where(Election.is_answerable))
    change_if(Availability, Availability.member_id == member_id, of, answerable, state=state)
