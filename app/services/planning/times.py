"""When a shift is, as instants: on the Dutch clock of its day, past midnight where it ends before it begins."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from app.clock import from_local, local
from app.models import Shift

KEPT: Final = 1024  # hours of days are remembered


@lru_cache(KEPT)
def hours_of(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """The UTC instants at which these hours of the day begin and end; the end itself is outside."""
    last = day if ends > starts else day + timedelta(days=1)
    return from_local(datetime.combine(day, starts)), from_local(datetime.combine(last, ends))


def shift_hours(shift: Shift) -> tuple[datetime, datetime]:
    """The UTC instants at which the shift begins and ends. Its day is loaded with it, or costs a statement."""
    return hours_of(shift.day.date, shift.starts, shift.ends)


def nearest(clock: time, shift: Shift, *, end: bool) -> datetime:
    """The instant at which a Dutch clock shows this, closest to the beginning or the end of the shift."""
    usual = shift_hours(shift)[1 if end else 0]
    day = local(usual).date()
    moments = [from_local(datetime.combine(day + timedelta(days=more), clock)) for more in (-1, 0, 1)]
    return min(moments, key=lambda moment: abs(moment - usual))
