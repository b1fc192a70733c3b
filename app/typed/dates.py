"""A day as people write it: 14-3-1958, 14 maart 1958, 14 mrt '58, March 14, 1958 or 1958-03-14.

Every place that reads a day (forms, filters, rosters) reads it here, so that they all know the same spellings.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from app.phrases import Phrase, phrase

YEARS: Final = range(1900, 2200)  # of birth dates, elections and deadlines; beyond the calendar no zone can be reckoned
_MONTHS: Final = (
    ("januari", "jan", "january"),
    ("februari", "feb", "febr", "february"),
    ("maart", "mrt", "mar", "march"),
    ("april", "apr"),
    ("mei", "may"),
    ("juni", "jun", "june"),
    ("juli", "jul", "july"),
    ("augustus", "aug", "august"),
    ("september", "sep", "sept"),
    ("oktober", "okt", "oct", "october"),
    ("november", "nov"),
    ("december", "dec"),
)
_MONTH_OF: Final = {word: number for number, words in enumerate(_MONTHS, 1) for word in words}

# Only ASCII digits: \d would take Arabic and full-width ones too.
_WEEKDAY: Final = re.compile(
    r"(?:ma|di|wo|do|vr|za|zo|(?:maan|dins|woens|donder|vrij|zater|zon)dag"
    r"|mon|tue|wed|thu|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day)[.,]{0,2} ",
    re.IGNORECASE,
)
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[ ./-]{1,3}([0-9]{1,2})[ ./-]{1,3}([0-9]{4}|['’]?[0-9]{2})")
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})[./-]([0-9]{1,2})[./-]([0-9]{1,2})")
_EIGHT_DIGITS: Final = re.compile(r"[0-9]{8}")
_NAMED: Final = re.compile(
    r"([0-9]{1,2})(?:e|de|ste|st|nd|rd|th)?[ ./-]{1,3}([a-z]{3,9})[ ./-]{1,3}([0-9]{4}|['’]?[0-9]{2})",
    re.IGNORECASE,
)
_MONTH_FIRST: Final = re.compile(
    r"([a-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4}|['’]?[0-9]{2})", re.IGNORECASE
)


class NoSuchDay(ValueError):
    """It is written as a day, but the calendar does not have it: 31-02-1980, or a month 13."""

    text: Phrase = phrase("This day does not exist. Check the day and the month.")


def read_day(typed: str, *, latest: date | None = None) -> date:
    """The day; raises NoSuchDay, or ValueError for what is no day at all.

    A year of two digits is in this century, unless that day comes after `latest`: then it is a hundred years earlier.
    """
    day, month, year = _parts(_WEEKDAY.sub("", typed, count=1) if typed[:1].isalpha() else typed)
    if len(year) == 4:
        if int(year) not in YEARS:
            raise ValueError(typed)
        return _make(int(year), month, day)
    number = int(year[-2:])
    # A 29 February may be in one of the two centuries only.
    days = [found for century in (2000, 1900) if (found := _or_none(century + number, month, day))]
    if not days:
        raise NoSuchDay(typed)
    return next((found for found in days if latest is None or found <= latest), days[0])


def _parts(typed: str) -> tuple[int, int, str]:
    """Day, month and the year as it is written."""
    if found := _DAY_FIRST.fullmatch(typed):
        return int(found[1]), int(found[2]), found[3]
    if found := _YEAR_FIRST.fullmatch(typed):
        return int(found[3]), int(found[2]), found[1]
    if _EIGHT_DIGITS.fullmatch(typed):
        return _eight(typed)
    if found := _NAMED.fullmatch(typed):
        return int(found[1]), _month(found[2]), found[3]
    if found := _MONTH_FIRST.fullmatch(typed):
        return int(found[2]), _month(found[1]), found[3]
    raise ValueError(typed)


def _month(word: str) -> int:
    number = _MONTH_OF.get(word.casefold())
    if number is None:
        raise ValueError(word)
    return number


def _eight(digits: str) -> tuple[int, int, str]:
    """31121970 or 19701231. Never both: read as a year, the last four of the second would be 01xx to 12xx."""
    if digits[:2] in ("19", "20") and "01" <= digits[4:6] <= "12":
        return int(digits[6:]), int(digits[4:6]), digits[:4]
    return int(digits[:2]), int(digits[2:4]), digits[4:]


def _make(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NoSuchDay(f"{day}-{month}-{year}") from error


def _or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
