"""Hours and fees added up: per shift and function, per member, and for who pays. Only what is confirmed counts.

A fee is shown, not kept: that of the function for each shift in which somebody was there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from app.extensions import db
from app.models import Election, ElectionDay, Function, HoursState, Member, Shift, WorkedHours

_IS_CONFIRMED = WorkedHours.state == HoursState.CONFIRMED
_WORKED = and_(_IS_CONFIRMED, WorkedHours.is_absent.is_(False))


@dataclass(frozen=True, slots=True)
class ShiftTotal:
    """One function in one shift."""

    shift: Shift
    function: Function
    open: int
    absent: int
    worked: int
    minutes: int
    fee: Decimal | None


@dataclass(frozen=True, slots=True)
class MemberTotal:
    """One member at one election."""

    member: Member
    shifts: int
    minutes: int
    fee: Decimal | None
    open: int


def _count(criterion: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((criterion, 1), else_=0)), 0)


def _minutes() -> ColumnElement[int]:
    return func.coalesce(func.sum(case((_WORKED, WorkedHours.minutes), else_=0)), 0)


def _fee() -> ColumnElement[Any]:
    """None where no function of it has a fee."""
    return func.sum(case((_WORKED, Function.fee)))


def list_shift_totals(election_id: int) -> list[ShiftTotal]:
    """In the order of time and of the functions. One statement."""
    absent = _count(and_(_IS_CONFIRMED, WorkedHours.is_absent.is_(True)))
    rows = (
        select(
            WorkedHours.shift_id,
            WorkedHours.function_id,
            _count(WorkedHours.state == HoursState.OPEN),
            absent,
            _count(_WORKED),
            _minutes(),
            _fee(),
        )
        .join(Function, Function.id == WorkedHours.function_id)
        .where(WorkedHours.election_id == election_id)
        .group_by(WorkedHours.shift_id, WorkedHours.function_id)
        .subquery()
    )
    shown = (
        select(Shift, Function, rows)
        .join(rows, rows.c.shift_id == Shift.id)
        .join(Function, Function.id == rows.c.function_id)
        .join(ElectionDay, ElectionDay.id == Shift.day_id)
        .order_by(ElectionDay.date, Shift.starts, Shift.id, Function.position, Function.id)
    )
    return [
        ShiftTotal(shift, function, open=waits, absent=absent, worked=worked, minutes=minutes, fee=_euro(fee))
        for shift, function, _shift_id, _function_id, waits, absent, worked, minutes, fee in db.session.execute(shown)
    ]


def _euro(value: Any) -> Decimal | None:
    """SQLite adds up numbers that it keeps as floats."""
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))


def _per_member(election_id: int) -> Select[Any]:
    return (
        select(
            Member,
            _count(_WORKED),
            _minutes(),
            _fee(),
            _count(WorkedHours.state == HoursState.OPEN),
        )
        .join(WorkedHours, WorkedHours.member_id == Member.id)
        .join(Function, Function.id == WorkedHours.function_id)
        .where(WorkedHours.election_id == election_id)
        .group_by(Member.id)
    )


def count_members(election_id: int) -> int:
    """How many have hours."""
    rows = select(func.count(func.distinct(WorkedHours.member_id))).where(WorkedHours.election_id == election_id)
    return db.session.scalar(rows) or 0


def list_member_totals(election_id: int, *, limit: int, offset: int) -> list[MemberTotal]:
    """By name. One statement."""
    rows = _per_member(election_id).order_by(*Member.by_name()).limit(limit).offset(offset)
    return [_as_total(row) for row in db.session.execute(rows)]


def list_paid(election: Election) -> list[MemberTotal]:
    """Who worked, by member number, for the payroll: it knows its people by that number. One statement."""
    rows = _per_member(election.id).having(_count(_WORKED) > 0).order_by(Member.member_number, Member.id)
    return [_as_total(row) for row in db.session.execute(rows)]


def _as_total(row: Any) -> MemberTotal:
    member, shifts, minutes, fee, open_ = row
    return MemberTotal(member, shifts, minutes, _euro(fee), open_)


def list_of_member(member_id: int, *, limit: int) -> Sequence[Any]:
    """The latest hours of a member: (WorkedHours, the election, the function). One statement."""
    rows = (
        select(WorkedHours, Election, Function)
        .join(Election, Election.id == WorkedHours.election_id)
        .join(Function, Function.id == WorkedHours.function_id)
        .where(WorkedHours.member_id == member_id)
        .order_by(WorkedHours.starts_at.desc(), WorkedHours.id.desc())
        .limit(limit)
    )
    return db.session.execute(rows).all()
