"""The portal's time: instants are aware UTC datetimes, people read them in Europe/Amsterdam."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def utc_now() -> datetime:
    """The instant now. Views, commands and jobs read the clock here and hand `now` to the rules."""
    return datetime.now(UTC)


def local(instant: datetime) -> datetime:
    """The same instant on a Dutch clock."""
    return instant.astimezone(AMSTERDAM)


def local_today(now: datetime) -> date:
    """The date on a Dutch calendar at the instant `now`."""
    return local(now).date()


def from_local(moment: datetime) -> datetime:
    """The UTC instant of a naive Dutch wall-clock time; the first of the two in the hour that autumn repeats."""
    return moment.replace(tzinfo=AMSTERDAM).astimezone(UTC)
