"""Dates, times and amounts as people in the Netherlands type them: one text field each, never a picker.

`<input type=date>` shows mm/dd/yyyy by the browser's own locale, and pickers are wrong for birth dates, so each value
is plain text. What was typed stays on screen when it is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from flask_babel import get_locale, gettext, lazy_gettext
from wtforms import Field
from wtforms.validators import StopValidation

from app.clock import from_local, local
from app.i18n import translate
from app.typed.dates import NoSuchDay, read_day

T = TypeVar("T")

# Only ASCII digits: \d would take Arabic and full-width ones too.
CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))?(?: ?(?:uur|u|h)\.?)?", re.IGNORECASE)
DATE_AND_CLOCK = re.compile(r"([0-9A-Za-z].{4,34}?)(?:,? |T)([0-9]{1,2}[:.]?[0-9]{2}(?: ?(?:uur|u))?)", re.IGNORECASE)
LONGEST_TYPED = 60  # characters of a date, a moment or a number; a longer text is none of these
AMOUNT = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
WHOLE = re.compile(r"-?[0-9]{1,18}")
INT_MIN, INT_MAX = -(2**31), 2**31 - 1  # what an Integer column holds on PostgreSQL


def read_key(typed: str) -> int:
    """The key of a row in a form or an address; 0 is none. Raises ValueError for what no key can be.

    For `coerce` of a choice and `type` of `request.args.get`: a larger number would be an error of the database.
    """
    if not WHOLE.fullmatch(str(typed)) or not 0 <= int(typed) <= INT_MAX:
        raise ValueError("no key")
    return int(typed)


def parse_clock(typed: str) -> time:
    """The time in 7:30, 7.30, 0730, 7.30 uur or 7. Raises ValueError."""
    found = CLOCK.fullmatch(typed)
    if not found:
        raise ValueError(typed)
    return time(int(found[1]), int(found[2] or 0))


def parse_moment(typed: str) -> datetime:
    """The UTC instant of a Dutch date and time: 6-6-2024 7.30, 6 juni 2024 7.30 uur or 2024-06-06T07:30.

    Raises NoSuchDay, or ValueError.
    """
    found = DATE_AND_CLOCK.fullmatch(typed)
    if not found:
        raise ValueError(typed)
    return from_local(datetime.combine(read_day(found[1].strip()), parse_clock(found[2])))


def parse_decimal(typed: str) -> Decimal:
    """The number in 12,50, 1.234,50, 12.5 or € 12. Raises ValueError."""
    plain = typed.removeprefix("€").replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    if not AMOUNT.fullmatch(plain):
        raise ValueError(typed)
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(typed) from error


class TypedField(Field, Generic[T]):
    """A text field with a value of its own: `parse` reads what was typed, `write` shows what is stored."""

    data: T | None
    parse: Callable[[str], T]
    not_understood: Any = ""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.write(self.data)

    def write(self, value: Any) -> str:
        """The stored value as a person would type it."""
        return str(value)

    def pre_validate(self, form: Any) -> None:
        """What was not understood is said once; no other check is made on it."""
        if self.process_errors:
            raise StopValidation

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; nothing typed is no value."""
        typed = " ".join(valuelist[0].split()) if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            self.data = type(self).parse(typed[: LONGEST_TYPED + 1])
        except NoSuchDay as error:
            raise ValueError(translate(error.text)) from None
        except (ValueError, OverflowError):
            raise ValueError(str(self.not_understood)) from None


class DutchDateField(TypedField[date]):
    """A day, in any spelling that `typed.dates` knows; shown as dd-mm-jjjj."""

    parse = staticmethod(read_day)
    not_understood = lazy_gettext("This is not a date. Write the day, the month and the year, such as 31-12-1980.")

    def write(self, value: date) -> str:
        """dd-mm-yyyy."""
        return f"{value.day:02d}-{value.month:02d}-{value.year:04d}"


class MomentField(TypedField[datetime]):
    """A moment on a Dutch clock, kept as a UTC instant: dd-mm-jjjj uu:mm."""

    parse = staticmethod(parse_moment)
    not_understood = lazy_gettext("This is not a date with a time. Write it as 31-12-2026 17:00.")

    def write(self, value: datetime) -> str:
        """dd-mm-yyyy hh:mm on a Dutch clock."""
        return f"{local(value):%d-%m-%Y %H:%M}"


class ClockField(TypedField[time]):
    """A time of day: uu:mm."""

    parse = staticmethod(parse_clock)
    not_understood = lazy_gettext("This is not a time. Write it as 7:30.")

    def write(self, value: time) -> str:
        """hh:mm."""
        return f"{value:%H:%M}"


def parse_whole(typed: str) -> int:
    """The whole number. Raises ValueError."""
    if not WHOLE.fullmatch(typed):
        raise ValueError(typed)
    return int(typed)


class WholeNumberField(TypedField[int]):
    """A whole number that the column holds."""

    inputmode = "numeric"
    parse = staticmethod(parse_whole)
    not_understood = lazy_gettext("This is not a whole number. Write it in figures, such as 12.")


class DecimalCommaField(TypedField[Decimal]):
    """A number with decimals, `places` of them at most; a comma or a dot."""

    inputmode = "decimal"
    parse = staticmethod(parse_decimal)
    not_understood = lazy_gettext("This is not a number. Write it as 12,50.")

    def __init__(self, *args: Any, places: int = 2, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places

    def write(self, value: Decimal) -> str:
        """With a comma in Dutch."""
        written = f"{Decimal(value):.{self.places}f}"
        return written.replace(".", ",") if str(get_locale()).startswith("nl") else written

    def process_formdata(self, valuelist: list[str]) -> None:
        """A dot for thousands (1.234) would be read as decimals, so too many decimals are refused, not rounded."""
        super().process_formdata(valuelist)
        exponent = self.data.as_tuple().exponent if self.data is not None else 0
        if isinstance(exponent, int) and -exponent > self.places:
            self.data = None
            raise ValueError(gettext("Write at most %(count)s figures after the comma.", count=self.places))
