"""When the places of one member at a station begin and end beside each other: the second as the first ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.services.planning.board.places import Place, Standing
from app.services.planning.board.times import Span, settle_times, widen_again

HERE, THERE = 1, 2
EARLY, LATE, NIGHT = 1, 2, 3


def at(hour: int) -> datetime:
    return datetime(2026, 3, 18, hour, tzinfo=UTC)


SPANS = {EARLY: Span(at(6), at(13)), LATE: Span(at(12), at(20)), NIGHT: Span(at(20), at(23))}


def stands(shift: int, starts: int, ends: int, station: int = HERE) -> Standing:
    return Standing(7, 1, 5, station, shift, 3, at(starts), at(ends), "", False, 1)


def place(shift: int, starts: int | None = None, ends: int | None = None) -> Place:
    return Place(5, HERE, shift, 3, at(starts) if starts else None, at(ends) if ends else None)


@pytest.mark.parametrize(
    ("wanted", "other", "hours"),
    [
        (place(LATE), stands(EARLY, 6, 13), (13, 20)),
        (place(EARLY), stands(LATE, 12, 20), (6, 12)),
        (place(LATE), stands(EARLY, 6, 12), (12, 20)),  # they touch already
        (place(LATE), stands(EARLY, 6, 13, THERE), (12, 20)),
        (place(LATE), stands(LATE, 6, 13), (12, 20)),  # the same shift: that is no other half
        (place(LATE), stands(EARLY, 12, 13), (12, 20)),  # it begins at once, so which is the first?
        (place(LATE), stands(EARLY, 6, 20), (12, 20)),  # it holds the whole shift
        (place(EARLY), stands(LATE, 6, 20), (6, 13)),
        (place(EARLY), stands(LATE, 12, 13), (6, 13)),
        (place(NIGHT), stands(LATE, 12, 20), (20, 23)),
        (place(LATE, 14), stands(EARLY, 6, 13), (14, 20)),  # own times are own times
        (place(LATE, 12, 19), stands(EARLY, 6, 13), (12, 19)),
        (place(LATE, 12, 20), stands(EARLY, 6, 13), (13, 20)),  # those of the shift are not
    ],
)
def test_of_a_whole_day_the_second_half_begins_when_the_first_ends(wanted, other, hours):
    assert settle_times(wanted, [other], SPANS) == tuple(map(at, hours))


def test_another_station_and_the_same_shift_say_nothing_of_who_comes_after_them():
    others = [stands(EARLY, 6, 15, THERE), stands(LATE, 6, 14), stands(EARLY, 6, 13)]
    assert settle_times(place(LATE), others, SPANS) == (at(13), at(20))


def test_between_two_others_both_ends_are_settled():
    others = [stands(EARLY, 6, 13), stands(NIGHT, 19, 23)]
    assert settle_times(place(LATE), others, SPANS) == (at(13), at(19))


@pytest.mark.parametrize(
    ("gone", "other", "hours"),
    [
        (stands(EARLY, 6, 13), stands(LATE, 13, 20), (12, 20)),
        (stands(LATE, 12, 20), stands(EARLY, 6, 12), (6, 13)),
        (stands(EARLY, 6, 13, THERE), stands(LATE, 13, 20), (13, 20)),
        (stands(EARLY, 6, 12), stands(LATE, 13, 20), (13, 20)),  # they did not touch
        (stands(LATE, 13, 20), stands(EARLY, 6, 12), (6, 12)),
        (stands(EARLY, 6, 12), stands(LATE, 12, 20), (12, 20)),  # it has its hours
        (stands(LATE, 13, 20), stands(EARLY, 6, 13), (6, 13)),
        (stands(EARLY, 6, 11), stands(LATE, 11, 20), (11, 20)),  # earlier than the shift: that was typed
        (stands(LATE, 14, 20), stands(EARLY, 6, 14), (6, 14)),
        (stands(EARLY, 6, 13), stands(9, 13, 20), (13, 20)),  # of another election
    ],
)
def test_the_half_that_stays_gets_the_hours_of_its_shift_back(gone, other, hours):
    found = widen_again(gone, other, SPANS)
    assert found == replace(other, starts_at=at(hours[0]), ends_at=at(hours[1]))
    assert (found is other) == (found == other)
