"""Dates, times and amounts as people type them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from app.typed.dates import NoSuchDay, read_day
from app.views.forms.fields import parse_clock, parse_decimal, parse_moment


@pytest.mark.parametrize(
    "typed", ["06-06-1970", "6-6-1970", "6/6/1970", "06 06 1970", "6.6.1970", "06061970", "1970-06-06"]
)
def test_a_date_is_understood_however_it_is_written(typed: str) -> None:
    assert read_day(typed) == date(1970, 6, 6)


@pytest.mark.parametrize(
    "typed",
    [
        "14 maart 1958",
        "14 mrt 1958",
        "14 mrt. 1958",
        "14-mrt-1958",
        "14 March 1958",
        "14th march 1958",
        "March 14, 1958",
        "14e maart 1958",
        "vrijdag 14 maart 1958",
        "vr. 14 mrt 1958",
        "14.3.58",
        "14/3/1958",
        "14/3/58",
        "14 maart '58",
    ],
)
def test_a_day_of_birth_may_have_a_named_month_and_a_short_year(typed: str) -> None:
    assert read_day(typed, latest=date(2026, 11, 28)) == date(1958, 3, 14)


def test_every_month_has_its_dutch_and_english_names() -> None:
    dutch = (
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    )
    english = [f"{date(2026, month, 1):%B}" for month in range(1, 13)]
    for month, names in enumerate(zip(dutch, english, strict=True), 1):
        assert {read_day(f"3 {name} 2027") for name in names} == {date(2027, month, 3)}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("28-11-26", date(2026, 11, 28)), ("29-11-26", date(1926, 11, 29)), ("29-2-32", date(1932, 2, 29))],
)
def test_a_short_year_is_never_after_the_latest_day(typed: str, meant: date) -> None:
    assert read_day(typed, latest=date(2026, 11, 28)) == meant


def test_a_short_year_of_an_election_is_in_this_century() -> None:
    assert read_day("20-1-27") == date(2027, 1, 20)


@pytest.mark.parametrize("typed", ["31-02-1980", "31 februari 1980", "30-2-80", "1980-02-31", "14-13-1958", "0-1-1980"])
def test_a_day_that_the_calendar_does_not_have_is_told_apart(typed: str) -> None:
    with pytest.raises(NoSuchDay):
        read_day(typed)


@pytest.mark.parametrize(
    ("typed", "meant"), [("7:30", time(7, 30)), ("7.30 uur", time(7, 30)), ("0730", time(7, 30)), ("21", time(21))]
)
def test_a_time_is_understood_however_it_is_written(typed: str, meant: time) -> None:
    assert parse_clock(typed) == meant


@pytest.mark.parametrize(
    "typed", ["6-6-2024 7.30", "06-06-2024 07:30 uur", "2024-06-06T07:30", "6-6-2024, 7:30", "do 6 juni 2024 7.30 uur"]
)
def test_a_moment_is_dutch_summer_time(typed: str) -> None:
    assert parse_moment(typed) == datetime(2024, 6, 6, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "meant"), [("12,50", "12.50"), ("1.234,50", "1234.50"), ("12.5", "12.5"), ("€ 12", "12")]
)
def test_an_amount_may_have_a_comma_or_a_dot(typed: str, meant: str) -> None:
    assert parse_decimal(typed) == Decimal(meant)


@pytest.mark.parametrize(
    "typed", ["31-02-2024", "6-6-970", "14 foo 1958", "vandaag", "٠٦-٠٦-١٩٧٠", "0-0-0000", "6-6-2024 7:30"]
)
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_day(typed)


@pytest.mark.parametrize(
    ("parse", "typed"),
    [(parse_clock, "25:00"), (parse_clock, "7:60"), (parse_moment, "6-6-2024"), (parse_decimal, "1e5")],
)
def test_what_is_no_time_or_amount_is_refused(parse: Callable[[str], Any], typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse(typed)
