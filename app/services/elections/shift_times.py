"""When a shift begins and ends, as instants: the hours of a shift are Dutch wall-clock time on its day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from app.clock import from_local
from app.models import Shift


class Span(NamedTuple):
    """From one instant until another, the end outside it."""

    starts_at: datetime
    ends_at: datetime


def span_of(on: date, starts: time, ends: time) -> Span:
    """The instants of these hours on this day; an end that is not after the start is on the next day."""
    last = on if ends > starts else on + timedelta(days=1)
    return Span(from_local(datetime.combine(on, starts)), from_local(datetime.combine(last, ends)))


def shift_span(shift: Shift) -> Span:
    """The instants of a shift; reads its day."""
    return span_of(shift.day.date, shift.starts, shift.ends)


def shift_spans(shifts: Iterable[Shift]) -> dict[int, Span]:
    """By id of the shift."""
    return {shift.id: shift_span(shift) for shift in shifts}
