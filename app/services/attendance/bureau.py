"""Whether there is a legal polling station at a moment, by the function that judges the plan too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.models import AttendanceState, Shift, ShiftKind
from app.services.attendance.people import Person, list_presences
from app.services.planning.coverage.intervals import OF_BUREAU, Moment, Span, judge
from app.services.planning.coverage.law import articles_of
from app.services.planning.times import shift_hours


class BureauState(StrEnum):
    """How a station stands now, what needs somebody first."""

    FAULT = "fault"  # no legal polling station
    SILENT = "silent"  # nobody there said anything
    WARNED = "warned"  # legal, a deputy presides
    LEGAL = "legal"
    CLOSED = "closed"  # nobody has to be there now


@dataclass(frozen=True, slots=True)
class Bureau:
    """A station at one moment: how it stands, who is short by which articles, and how many of how many are there."""

    state: BureauState
    moment: Moment
    articles: Sequence[str]
    present: int
    planned: int
    shift_id: int | None  # in which it is now


def judge_now(people: Sequence[Person], shifts: Sequence[Shift], now: datetime) -> Bureau:
    """The people of one station at `now`. No statement.

    It is looked at from the first place of the day on, which begins before the voters come, until the last one ends.
    """
    presences = list_presences(people, now)
    (moment,) = judge(Span(now, now + timedelta(microseconds=1)), presences)
    is_on = bool(people) and min(who.starts_at for who in people) <= now < max(who.ends_at for who in people)
    shift = _shift_at(people, shifts, now)
    there = {
        found.member_id for found in presences if found.capacity in OF_BUREAU and found.starts_at <= now < found.ends_at
    }
    return Bureau(
        _state(people, moment, shift, is_on=is_on),
        moment,
        articles_of(shift.kind if shift else ShiftKind.VOTING, moment, presences),
        len(there),
        len({who.person_id for who in people if who.starts_at <= now < who.ends_at and who.capacity in OF_BUREAU}),
        shift.id if shift else None,
    )


def _state(people: Sequence[Person], moment: Moment, shift: Shift | None, *, is_on: bool) -> BureauState:
    if not is_on:
        return BureauState.CLOSED
    current = [who for who in people if shift is None or who.shift_id == shift.id]
    is_said = any(who.is_noted for who in current) or any(who.state == AttendanceState.HERE for who in people)
    if moment.is_fault:
        return BureauState.FAULT if is_said else BureauState.SILENT
    return BureauState.WARNED if moment.is_warned else BureauState.LEGAL


def _shift_at(people: Sequence[Person], shifts: Sequence[Shift], now: datetime) -> Shift | None:
    """The shift of this station that began last; before the first one that one."""
    used = {who.shift_id for who in people}
    own = sorted((shift_hours(shift)[0], shift.id) for shift in shifts if shift.id in used)
    begun = [shift_id for starts_at, shift_id in own if starts_at <= now] or [shift_id for _, shift_id in own[:1]]
    return next((shift for shift in shifts if begun and shift.id == begun[-1]), None)
