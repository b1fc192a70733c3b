"""When a place must be covered: the hours of a station, cut into blocks by the shifts that begin in them.

A station is open from 7.30 until 21.00 (Kieswet J 1) unless it says otherwise, a mobile one at its stops (J 4a).
The block of a voting shift lasts until the next one begins: the minutes in which two shifts are there belong to the
second, and a hole between two shifts to the first. Counting begins when the voting is over, and not before its shift.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time

from app.clock import from_local
from app.models import Election, PollingStation, Shift, ShiftKind
from app.services.planning.coverage.intervals import Span
from app.services.planning.times import hours_of, shift_hours

OPENS, CLOSES = time(7, 30), time(21, 0)  # Kieswet J 1


def opening_spans(election: Election, station: PollingStation) -> list[Span]:
    """When voters may come, in order: the stops of a mobile station, else its hours, else the usual ones."""
    stops = [span for stop in station.stops or () if (span := _read_stop(stop)) is not None]
    if stops:
        return sorted(stops)
    usual = hours_of(election.voting_on, OPENS, CLOSES)
    opens, closes = station.opens_at or usual[0], station.closes_at or usual[1]
    return [Span(opens, closes)] if opens < closes else []


def voting_blocks(shifts: Sequence[Shift], open_spans: Sequence[Span]) -> dict[int, list[Span]]:
    """Of each voting shift by id what of the hours is its block; empty where the station is closed then."""
    begins = sorted((*shift_hours(shift), shift.id) for shift in shifts if shift.kind == ShiftKind.VOTING)
    if not begins:
        return {}
    edges = [start for start, _end, _id in begins][1:]
    starts: list[datetime | None] = [None, *edges]
    ends: list[datetime | None] = [*edges, None]
    return {
        shift_id: [cut for span in open_spans if (cut := _cut(span, since, until)) is not None]
        for (_start, _end, shift_id), since, until in zip(begins, starts, ends, strict=True)
    }


def count_block(shift: Shift, open_spans: Sequence[Span]) -> list[Span]:
    """When is counted at the station: from the end of the voting on, until the shift ends."""
    starts_at, ends_at = shift_hours(shift)
    begins = max([starts_at, *(span.ends_at for span in open_spans)])
    return [Span(begins, ends_at)] if begins < ends_at else []


def whole_shift(shift: Shift) -> list[Span]:
    """The hours of the shift itself."""
    return [Span(*shift_hours(shift))]


def length(spans: Iterable[Span]) -> float:
    """How many seconds they take together."""
    return sum((span.ends_at - span.starts_at).total_seconds() for span in spans)


def _cut(span: Span, since: datetime | None, until: datetime | None) -> Span | None:
    start = span.starts_at if since is None else max(span.starts_at, since)
    end = span.ends_at if until is None else min(span.ends_at, until)
    return Span(start, end) if start < end else None


def _read_stop(stop: dict[str, str]) -> Span | None:
    """The hours of a stop, which are written as Dutch clocks show them; None where they do not say both."""
    try:
        opens, closes = (from_local(datetime.fromisoformat(stop[name])) for name in ("opens_at", "closes_at"))
    except (KeyError, ValueError):
        return None
    return Span(opens, closes) if opens < closes else None
