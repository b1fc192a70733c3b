"""Replacement in the demo: some members in reserve, and a place that came free this morning."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, exists, select

from app.extensions import db
from app.models import (
    Answer,
    Assignment,
    Availability,
    AvailabilityShift,
    Capacity,
    Election,
    Function,
    Member,
    MemberState,
    NoReason,
    Shift,
    ShiftKind,
)
from app.services.appointments.replacement import leaving, reserves
from app.services.operations.demo.history import History

IN_RESERVE: Final = 4


def add_replacement(history: History, election: Election) -> None:
    """For the first shift in which is voted."""
    shift = next(
        shift
        for day in election.days
        for shift in sorted(day.shifts, key=lambda shift: shift.starts)
        if shift.kind == ShiftKind.VOTING
    )
    for member in db.session.scalars(_select_free(election, shift)):
        reserves.put_on(member, shift, actor=history.clerk, now=history.at(1))
    place = db.session.scalars(
        select(Assignment)
        .join(Function, Function.id == Assignment.function_id)
        .where(Assignment.shift_id == shift.id, Function.capacity == Capacity.MEMBER)
        .order_by(Assignment.id)
    ).first()
    if place is not None:
        leaving.note_leaving([place], NoReason.PERSONAL, actor=history.clerk, now=history.now)


def _select_free(election: Election, shift: Shift) -> Select[Any]:
    planned = exists().where(Assignment.member_id == Member.id, Assignment.election_id == election.id)
    return (
        select(Member)
        .join(AvailabilityShift, AvailabilityShift.member_id == Member.id)
        .join(Availability, Availability.id == AvailabilityShift.availability_id)
        .where(AvailabilityShift.shift_id == shift.id, AvailabilityShift.answer == Answer.YES)
        .where(Availability.is_answered, Member.state == MemberState.ACTIVE, Member.trained_on.is_not(None), ~planned)
        .order_by(Member.id)
        .limit(IN_RESERVE)
    )
