"""The short ways for ordinary values give what the libraries give."""

from __future__ import annotations

from datetime import date, timedelta

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban
from stdnum.nl import bsn

from app.importing.rosters import values
from app.importing.spreadsheets.lost_letters import is_complete_form
from app.phrases import Phrase
from app.typed.dates import NoSuchDay

TODAY = date(2026, 2, 2)
DIGITS = st.text("0123456789", min_size=0, max_size=12)


@settings(deadline=None)
@given(DIGITS, st.sampled_from(["", "+31", "0031", "06", "010", "+32"]))
def test_a_number_is_dutch_exactly_when_phonenumbers_says_so(digits: str, start: str) -> None:
    result = values.read_phone(start + digits)
    try:
        parsed = phonenumbers.parse(start + digits, "NL")
    except phonenumbers.NumberParseException:
        assert isinstance(result, Phrase)
        return
    if phonenumbers.is_valid_number(parsed):
        assert result == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    else:
        assert isinstance(result, Phrase)


@pytest.mark.parametrize("written", ["06-12345678", "06 12 34 56 78", "+31 (0)6 12345678", "0031612345678"])
def test_every_spelling_of_a_number_becomes_one(written: str) -> None:
    assert values.read_phone(written) == "+31612345678"


@settings(deadline=None)
@given(st.from_regex(r"\ANL[0-9]{2}(ABNA|RABO|INGB)[0-9]{10}\Z"))
def test_an_iban_is_right_exactly_when_stdnum_says_so(number: str) -> None:
    assert (values.read_iban(number) == number) == iban.is_valid(number)


def test_ibans_of_other_countries_are_taken() -> None:
    assert values.read_iban("be71 0961 2345 6769") == "BE71096123456769"


@settings(deadline=None)
@given(st.text("0123456789", min_size=7, max_size=10))
def test_a_bsn_is_right_exactly_when_stdnum_says_so(number: str) -> None:
    expected = number.zfill(9) if len(number) in (8, 9) and bsn.is_valid(number.zfill(9)) else None
    result = values.read_bsn(number)
    assert (None if isinstance(result, Phrase) else result) == expected


@settings(deadline=None)
@given(st.dates(min_value=TODAY - timedelta(days=100 * 365), max_value=TODAY))
def test_every_spelling_of_a_date_is_that_date(day: date) -> None:
    for form in ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d", "%Y-%m-%d 00:00:00", "%Y%m%d", "%d%m%Y"):
        assert values.read_birth_date(format(day, form), TODAY) == day
    assert values.read_birth_date(f"{day.day}.{day.month}.{day.year}", TODAY) == day


def test_a_date_in_a_sheet_needs_its_whole_year() -> None:
    assert values.read_birth_date("14 mrt 1958", TODAY) == date(1958, 3, 14)
    assert values.read_birth_date("3/4/58", TODAY) == values.WANTED_DATE
    assert values.read_birth_date("31-02-1980", TODAY) == NoSuchDay.text


def test_the_day_count_of_excel_is_a_date() -> None:
    assert values.read_birth_date("25569", TODAY) == date(1970, 1, 1)


@pytest.mark.parametrize(
    ("known", "value", "is_complete"),
    [("René", "Ren?", True), ("René", "REN??", True), ("Zoë Müller", "zo? m??ller", True), ("Renates", "Ren?", False)],
)
def test_a_name_is_recognised_behind_its_lost_letters(known: str, value: str, is_complete: bool) -> None:
    assert is_complete_form(known, value) is is_complete


def test_many_lost_letters_are_looked_at_at_once() -> None:
    assert not is_complete_form("a" * 400 + "b", "?a" * 150)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("1234AB Voorbeeldstad", ("1234 AB", "Voorbeeldstad")),
        ("B-2000 Antwerpen", ("B-2000", "Antwerpen")),
        ("47533 Kleve", ("D-47533", "Kleve")),
        ("1234 SS", values.WANTED_POSTCODE),
        ("2000 Antwerpen", values.WANTED_POSTCODE),
        ("47533 6", values.WANTED_POSTCODE),
    ],
)
def test_a_postcode_may_have_its_town_behind_it(cell: str, read: object) -> None:
    assert values.read_postcode(cell) == read


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("14-11-2025", date(2025, 11, 14)),
        ("2025-11-14 00:00:00", date(2025, 11, 14)),
        ("45975", date(2025, 11, 14)),  # Excel's own day count
        ("14-11-25", values.WANTED_DATE),
        ("ja", values.WANTED_DATE),
        ("3-2-2026", "This training is in the future. Fill in the day once it was done."),
        ("1-1-1980", "The training is more than %(years)s years ago."),
    ],
)
def test_the_day_of_a_training_is_read_as_a_day_of_birth_is(cell: str, expected: object) -> None:
    found = values.read_training_date(cell, date(2026, 2, 2))
    assert (found.msgid if isinstance(found, Phrase) and isinstance(expected, str) else found) == expected
