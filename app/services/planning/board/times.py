"""The times of places: two shifts of a whole day overlap, so at one station the second begins when the first ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from app.services.planning.board.places import Place, Standing


class Span(NamedTuple):
    """From one instant until another, the end outside it."""

    starts_at: datetime
    ends_at: datetime


def settle_times(place: Place, others: Iterable[Standing], spans: Mapping[int, Span]) -> Span:
    """When this place begins and ends beside the `others` of the member: its own times, else those of its shift."""
    usual = spans[place.shift_id]
    own = Span(place.starts_at or usual.starts_at, place.ends_at or usual.ends_at)
    if own != usual:
        return own
    start, end = usual
    for other in others:
        if other.station_id != place.station_id or other.shift_id == place.shift_id:
            continue
        if other.starts_at < start < other.ends_at < end:
            start = other.ends_at
        elif start < other.starts_at < end < other.ends_at:
            end = other.starts_at
    return Span(start, end)


def widen_again(gone: Standing, other: Standing, spans: Mapping[int, Span]) -> Standing:
    """The other half of a whole day gets the hours of its shift back when this half goes; else it stays as it is."""
    if other.station_id != gone.station_id or other.shift_id not in spans:
        return other
    usual = spans[other.shift_id]
    if usual.starts_at < other.starts_at == gone.ends_at:
        return replace(other, starts_at=usual.starts_at)
    if usual.ends_at > other.ends_at == gone.starts_at:
        return replace(other, ends_at=usual.ends_at)
    return other
