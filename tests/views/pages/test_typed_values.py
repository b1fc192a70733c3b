"""Dates, times and amounts as people type them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from app.views.forms.fields import parse_clock, parse_date, parse_decimal, parse_moment


@pytest.mark.parametrize(
    "typed", ["06-06-1970", "6-6-1970", "6/6/1970", "06 06 1970", "6.6.1970", "06061970", "1970-06-06"]
)
def test_a_date_is_understood_however_it_is_written(typed: str) -> None:
    assert parse_date(typed) == date(1970, 6, 6)


@pytest.mark.parametrize(
    ("typed", "meant"), [("7:30", time(7, 30)), ("7.30 uur", time(7, 30)), ("0730", time(7, 30)), ("21", time(21))]
)
def test_a_time_is_understood_however_it_is_written(typed: str, meant: time) -> None:
    assert parse_clock(typed) == meant


@pytest.mark.parametrize("typed", ["6-6-2024 7.30", "06-06-2024 07:30 uur", "2024-06-06T07:30", "6-6-2024, 7:30"])
def test_a_moment_is_dutch_summer_time(typed: str) -> None:
    assert parse_moment(typed) == datetime(2024, 6, 6, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "meant"), [("12,50", "12.50"), ("1.234,50", "1234.50"), ("12.5", "12.5"), ("€ 12", "12")]
)
def test_an_amount_may_have_a_comma_or_a_dot(typed: str, meant: str) -> None:
    assert parse_decimal(typed) == Decimal(meant)


@pytest.mark.parametrize("typed", ["31-02-2024", "6-6-70", "vandaag", "٠٦-٠٦-١٩٧٠", "0-0-0000", "6-6-2024 7:30"])
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_date(typed)


@pytest.mark.parametrize(
    ("parse", "typed"),
    [(parse_clock, "25:00"), (parse_clock, "7:60"), (parse_moment, "6-6-2024"), (parse_decimal, "1e5")],
)
def test_what_is_no_time_or_amount_is_refused(parse: Callable[[str], Any], typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse(typed)
