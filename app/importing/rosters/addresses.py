"""The cell of a roster with a whole address → street, house number and suffix."""

from __future__ import annotations

import re
from typing import Final

from app.phrases import Phrase, phrase

NUMBER: Final = re.compile(r"(?<=[ ,])(\d{1,5})(?!\d|(?:e|de|ste) [A-Za-z])")  # 2e of a storey is none
NUMBER_WORD: Final = re.compile(r"(?<![ ,])[ ,]+(?:nr|no|nummer)\.?$", re.IGNORECASE)
LONGEST_ADDRESS: Final = 200  # characters; who writes more has no address in the cell
LONGEST_SUFFIX: Final = 12
HOUSE_NUMBER: Final = re.compile(r"([0-9]{1,5})(?![0-9])(?:[ /-]*(\w[\w -]{0,9}))?")
SHORT_PART: Final = re.compile(r"\d{1,4}|[A-Za-z]{1,2}\d{0,4}|\d{1,4}[A-Za-z]{1,2}")  # of a suffix: 3, A, B03, 2a
LAST_PART: Final = re.compile(r"[A-Za-z]\w{0,5}")  # bis, zwart
# Words in a suffix that a number may follow or stand before: 12 boot 3, 12-3 hoog.
SUFFIX_WORDS: Final = frozenset(
    (
        "app",
        "apt",
        "ark",
        "boot",
        "etage",
        "flat",
        "hoog",
        "huis",
        "kamer",
        "kmr",
        "links",
        "rechts",
        "unit",
        "verdieping",
        "woonboot",
    )
)
YEAR: Final = re.compile(r"(?:1[5-9]|20)\d\d(?!\d)|40-45\b")
# A year behind one of these belongs to the street: Plein 1944, Laan 1940-1945, Plein 40-45, 5 mei 1945.
BEFORE_YEAR: Final = frozenset(
    (
        "plein",
        "laan",
        "park",
        "straat",
        "hof",
        "van",
        "anno",
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    )
)


def split_address(value: str) -> tuple[str, str, str]:
    """Street, house number and suffix: "Plein 1944 12-3" → "Plein 1944", "12", "3". What it cannot split is street."""
    if len(value) > LONGEST_ADDRESS:
        return value, "", ""
    for found in NUMBER.finditer(value):
        before = value[: found.start()].rstrip(" ,")
        suffix = _suffix(value[found.end() :])
        if suffix is not None and any(map(str.isalpha, before)) and not _is_year(before, value[found.start() :]):
            return NUMBER_WORD.sub("", before), found[1], suffix
    return value, "", ""


def _suffix(rest: str) -> str | None:
    """What stands behind a house number, if all of it can: "B 03", "boot 3", "3 hoog", "bis", or nothing."""
    suffix = rest.strip(" ,/-")
    *parts, last = re.split("[ ,./-]+", suffix)
    can_be = all(SHORT_PART.fullmatch(part) or part.casefold() in SUFFIX_WORDS for part in parts)
    ends_well = not last or SHORT_PART.fullmatch(last) or LAST_PART.fullmatch(last) or last.casefold() in SUFFIX_WORDS
    return suffix if can_be and ends_well and len(suffix) <= LONGEST_SUFFIX else None


def _is_year(before: str, number: str) -> bool:
    return YEAR.match(number) is not None and before.split()[-1].casefold() in BEFORE_YEAR


def split_house_number(value: str) -> tuple[str, str] | Phrase:
    """("12", "A") for "12A", "12 A" or "12-A", ("12", "bis") for "12 bis"."""
    found = HOUSE_NUMBER.fullmatch(value)
    if found is None or int(found[1]) == 0:
        return phrase("A house number is a number, such as 12 or 12a.")
    return str(int(found[1])), found[2] or ""
