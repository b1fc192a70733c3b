"""One cell of a roster → the value the portal keeps, checked by the library that knows the rule.

Each function takes a cell without outer spaces, not empty. It gives the value, or a `Phrase` that says what is wrong
and never repeats the cell. Ordinary values take a short way whose answer equals the library's; phonenumbers takes up
to a tenth of a millisecond each otherwise.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import phonenumbers
from stdnum import iban as stdnum_iban
from stdnum.exceptions import ValidationError
from stdnum.nl import bsn as stdnum_bsn

from app.phrases import Phrase, phrase
from app.typed.dates import NoSuchDay, read_day

LONGEST_IBAN: Final = 34
LONGEST_INFIX: Final = 30
OLDEST: Final = 110  # years; nobody older helps at a station, a typing error is likelier
OLDEST_TRAINING: Final = 40  # years; an older one is a typing error, and no longer of use
SEPARATORS: Final = str.maketrans("", "", " .-\u00a0\u2009\u2011\u2013/")
EXCEL_DAY_ZERO: Final = date(1899, 12, 30)
WANTED_DATE: Final = phrase("Write the date as day-month-year, such as 31-12-1970.")


def _dutch_numbers() -> re.Pattern[str]:
    """What phonenumbers itself takes for a Dutch subscriber's number, after +31."""
    known = phonenumbers.PhoneMetadata.metadata_for_region("NL")
    kinds = (known.mobile, known.fixed_line) if known else ()
    return re.compile("|".join(kind.national_number_pattern or "(?!)" for kind in kinds if kind) or "(?!)")


DUTCH_NUMBER: Final = _dutch_numbers()
DUTCH_PREFIX: Final = re.compile(r"^(?:\+31|0031)?(?:\(0\))?0?")


def read_phone(value: str) -> str | Phrase:
    """The number in E.164 (+31612345678); without a country it is Dutch. Excel's lost leading zero is put back."""
    digits = value.replace("-", "").replace(" ", "")
    if digits.isascii() and len(digits) == 10 and digits[0] == "0" and DUTCH_NUMBER.fullmatch(digits, 1):
        return f"+31{digits[1:]}"
    digits = digits.translate(SEPARATORS)
    if digits.isascii():
        national = DUTCH_PREFIX.sub("", digits, count=1)
        if len(national) == 9 and DUTCH_NUMBER.fullmatch(national):
            return f"+31{national}"
    return _foreign_phone(value)


def _foreign_phone(value: str) -> str | Phrase:
    wrong = phrase("This is not a valid telephone number. Outside the Netherlands: start with + and the country.")
    if len(value) > 40 or any(letter.isalpha() for letter in value):
        return wrong
    try:
        number = phonenumbers.parse(value, "NL")
    except phonenumbers.NumberParseException:
        return wrong
    if not phonenumbers.is_valid_number(number):
        return wrong
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


LONGEST_SURNAME: Final = 120
NUMERIC: Final = re.compile(r"[ .,:/-]*\d[\d .,:/-]*")


def read_surname(value: str) -> str | Phrase:
    """A name as it stands; a number in its column is no name."""
    if len(value) > LONGEST_SURNAME:
        return phrase("This is too long. Is it the right column?")
    return phrase("A name has at least one letter.") if NUMERIC.fullmatch(value) else value


POSTCODE: Final = re.compile(r"([1-9][0-9]{3})[ \u00a0]*([A-Za-z]{2})(?:[ ,]+(.{1,80}))?")
FOREIGN_POSTCODE: Final = re.compile(
    r"(?:BE?[ -]{0,3}([1-9][0-9]{3})|(?:DE?[ -]{0,3})?((?:0[1-9]|[1-9][0-9])[0-9]{3}))(?:[ ,]+([^0-9].{0,80}))?",
    re.IGNORECASE,
)
WANTED_POSTCODE: Final = phrase(
    "This is not a postcode. Write it as 1234 AB; of an address in Belgium as B-2000, in Germany as D-47533."
)


def read_postcode(value: str) -> tuple[str, str] | Phrase:
    """The postcode and the town behind it, if the cell holds that too (else empty).

    "1234 AB", "B-2000" for Belgium, "D-47533" for Germany. Four digits alone may be a Dutch one without its letters, so
    a Belgian one needs its B.
    """
    found = POSTCODE.fullmatch(value)
    if found is not None and found[2].upper() not in ("SA", "SD", "SS"):  # never issued
        return f"{found[1]} {found[2].upper()}", found[3] or ""
    if found is None and (foreign := FOREIGN_POSTCODE.fullmatch(value)):
        return (f"B-{foreign[1]}" if foreign[1] else f"D-{foreign[2]}"), foreign[3] or ""
    return WANTED_POSTCODE


@lru_cache(maxsize=256)
def _bank(letters: str) -> str:
    return "".join(str(ord(letter) - 55) for letter in letters)


DUTCH_IBAN: Final = re.compile(r"NL[0-9]{2}[A-Z]{4}[0-9]{10}")


def read_iban(value: str) -> str | Phrase:
    """An IBAN that passes python-stdnum: length, check digits and the country's own rule."""
    compact = value.translate(SEPARATORS).upper()
    # ISO 7064 mod 97-10 on the digits, letters as 10 to 35 (23 and 21 are NL): python-stdnum needs 46 µs for it.
    if DUTCH_IBAN.fullmatch(compact) and int(f"{_bank(compact[4:8])}{compact[8:]}2321{compact[2:4]}") % 97 == 1:
        return compact
    try:
        return str(stdnum_iban.validate(compact[: LONGEST_IBAN + 1]))
    except (ValidationError, ValueError):
        return phrase("This is not a valid IBAN. Check it with the bank card.")


def read_bsn(value: str) -> str | Phrase:
    """Nine ASCII digits that pass the eleven-test.

    Eight digits get their leading zero back on purpose: Excel drops it, in CSV saved by Excel too. Digits of other
    scripts are refused before python-stdnum sees them, because it takes them.
    """
    digits = value if value.isdigit() else value.translate(SEPARATORS)
    if not (digits.isascii() and digits.isdigit() and len(digits) in (8, 9)):
        return phrase("A BSN has nine digits.")
    padded = digits.zfill(9)
    return padded if int(padded) > 0 and stdnum_bsn.checksum(padded) == 0 else phrase("This is not a valid BSN.")


# Behind the days of a sheet whose cells hold a time, or of a database.
MIDNIGHT: Final = re.compile(r"[ T]0?0:00(?::00(?:[.,]0{1,9})?)?Z?$")
WHOLE_YEAR: Final = re.compile(r"[0-9]{4}$")


def read_birth_date(value: str, today: date) -> date | Phrase:
    """What `typed.dates` reads, or Excel's own day count; not in the future, at most 110 years ago.

    A year of two digits is refused: in a sheet nobody sees whether 3/4/58 has the month or the day first.
    """
    day = _read_cell_day(value, today)
    return check_birth_date(day, today) if isinstance(day, date) else day


def read_typed_birth_date(typed: str, today: date) -> date | Phrase:
    """The day of birth as somebody types it; a year of two digits is never in the future."""
    day = _read_typed_day(typed, today)
    return check_birth_date(day, today) if isinstance(day, date) else day


def read_training_date(value: str, today: date) -> date | Phrase:
    """The day of a training in a sheet, read as a day of birth is; a training was done, so not in the future."""
    day = _read_cell_day(value, today)
    return check_training_date(day, today) if isinstance(day, date) else day


def read_typed_training_date(typed: str, today: date) -> date | Phrase:
    """The same as somebody types it."""
    day = _read_typed_day(typed, today)
    return check_training_date(day, today) if isinstance(day, date) else day


def _read_cell_day(value: str, today: date) -> date | Phrase:
    written = MIDNIGHT.sub("", value)
    if len(written) == 5 and written.isascii() and written.isdigit():
        return EXCEL_DAY_ZERO + timedelta(days=int(written))
    has_year = WHOLE_YEAR.search(written) or written[:4].isdigit()
    return _read_typed_day(written, today) if has_year else WANTED_DATE


def _read_typed_day(typed: str, today: date) -> date | Phrase:
    try:
        return read_day(typed, latest=today)
    except NoSuchDay as error:
        return error.text
    except ValueError:
        return WANTED_DATE


def check_training_date(day: date, today: date) -> date | Phrase:
    """Not in the future, at most 40 years ago."""
    if day > today:
        return phrase("This training is in the future. Fill in the day once it was done.")
    if day.year < today.year - OLDEST_TRAINING:
        return phrase("The training is more than %(years)s years ago.", years=OLDEST_TRAINING)
    return day


def check_birth_date(day: date, today: date) -> date | Phrase:
    """Not in the future, at most 110 years ago."""
    if day > today:
        return phrase("The date of birth is in the future.")
    if today.year - day.year > OLDEST:
        return phrase("The date of birth is more than %(years)s years ago.", years=OLDEST)
    return day


YES: Final = frozenset({"ja", "j", "yes", "y", "1", "true", "waar", "x"})
NO: Final = frozenset({"nee", "n", "no", "0", "false", "onwaar", "-"})


def read_yes_no(value: str) -> bool | Phrase:
    """Ja or nee, in the usual spellings."""
    answer = value.casefold()
    if answer in YES:
        return True
    return False if answer in NO else phrase("Fill in yes (ja) or no (nee).")


def read_language(value: str) -> str | None:
    """`nl` or `en`, the first that is named; None for other languages, which the portal does not speak."""
    for word in re.split(r"[^a-z]+", value.casefold()):
        if word in ("nl", "nederlands", "dutch", "ned", "nld"):
            return "nl"
        if word in ("en", "engels", "english", "eng", "uk", "gb"):
            return "en"
    return None


INFIXES: Final = frozenset(
    (
        "van",
        "de",
        "der",
        "den",
        "het",
        "'t",
        "ter",
        "ten",
        "te",
        "in",
        "op",
        "aan",
        "bij",
        "onder",
        "over",
        "voor",
        "uit",
        "'s",
        "la",
        "le",
        "du",
        "d'",
        "von",
        "zu",
        "el",
        "al",
        "da",
        "di",
        "del",
        "v.d.",
        "v/d",
        "vd",
    )
)


def split_surname(value: str) -> tuple[str, str]:
    """("Vries", "de") for "Vries, de"; else the name as it is and no infix."""
    name, comma, rest = value.partition(",")
    words = rest.casefold().split()
    if comma and words and len(rest) <= LONGEST_INFIX and name.strip() and all(word in INFIXES for word in words):
        return name.strip(), rest.strip()
    return value, ""
