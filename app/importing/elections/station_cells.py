"""The cells of one station → a checked `StationRow`, or what is wrong with them (standard 1.7, column "Format")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, Final

from app.importing.elections import standard as s
from app.importing.elections.station_row import StationRow, StationType
from app.importing.faults import Fault
from app.importing.spreadsheets.damage import find_damage
from app.phrases import Phrase, phrase

TYPES: Final[dict[str, StationType]] = {"regulier": "fixed", "bijzonder": "special", "mobiel": "mobile"}
NO_BAG: Final = "0" * 16  # not in the BAG: far from any building, or in the Caribbean Netherlands
ADDRESS_KIND: Final = "20"
MAX_NUMBER: Final = 9999
LATEST: Final = time(21, 0)  # Kieswet J 1: no station closes later
# Longest text per field, in characters.
LONGEST: Final = {
    s.NAME: 200,
    "Straatnaam": 120,
    "Postcode": 7,
    "Plaats": 80,
    s.ACCESSIBILITY_NOTE: 5_000,
    s.OTHER: 5_000,
}
LONGEST_TEXT: Final = 300
INVISIBLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]+")
NOTHING: Final = re.compile(r"(nee|geen|niks|n\.?v\.?t\.?|-|/|_)", re.IGNORECASE)
DECIMAL: Final = re.compile(r"-?\d{1,9}(\.\d{1,20})?")
ISO_MOMENT: Final = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})[T ](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
)
DUTCH_MOMENT: Final = re.compile(  # what Excel writes when it saves the form as CSV
    r"(?P<day>\d{1,2})-(?P<month>\d{1,2})-(?P<year>\d{4})[T ](?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
)
# European Netherlands; Bonaire; Saba and Sint Eustatius (degrees). Rijksdriehoek in metres.
LATITUDES: Final = ((50.0, 54.0), (12.0, 12.4), (17.4, 17.7))
LONGITUDES: Final = ((3.0, 8.0), (-68.5, -68.0), (-63.3, -62.9))
RD_X: Final = ((0.0, 300_000.0),)
RD_Y: Final = ((300_000.0, 620_000.0),)

NO_ADDRESS: Final = phrase("This is no BAG number of an address: the fifth and sixth digit of those are 20.")
FILL_IN: Final = phrase("This must be filled in.")
NUMBER_WANTED: Final = phrase("The number of a station is a whole number from 1 to %(limit)s.", limit=MAX_NUMBER)


@dataclass(slots=True)
class Cells:
    """What was filled in for one station and where: in `column` (with the row of each field) or in `row`."""

    source: str
    values: Mapping[str, str]
    row: int | None = None
    column: str | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nobody filled in anything; a column of zeros is what some tools leave in an unused one."""
        return not any(value.strip(" 0") for value in self.values.values())

    def get(self, name: str) -> str:
        """The cell of a field without outer spaces, empty if it is not there."""
        value = self.values.get(name, "").strip()
        return value if value.isprintable() else " ".join(INVISIBLE.sub(" ", value).split())

    def optional(self, name: str) -> str | None:
        """The text, or None; "nee", "geen" and the like mean nothing here (the form says they are removed)."""
        value = self.get(name)
        longest = LONGEST.get(name, LONGEST_TEXT)
        if len(value) > longest:
            self.wrong(name, phrase("This is longer than %(limit)s characters.", limit=longest))
        elif damage := find_damage(value):
            self.wrong(name, damage, value)
        return None if not value or NOTHING.fullmatch(value) else value

    def fault(self, name: str, message: Phrase, value: str | None = None) -> Fault:
        """A fault at the place of a field."""
        shown = value[:60] if value else None
        about = f"{self.get(s.NUMBER)} {self.get(s.NAME)}".strip()[:60]
        if self.column is not None:
            return Fault(self.rows.get(name), self.column, message, field=name, value_shown=shown, about=about)
        return Fault(self.row, name, message, value_shown=shown, about=about)

    def wrong(self, name: str, message: Phrase, value: str | None = None) -> None:
        """Note a fault at the place of a field."""
        self.faults.append(self.fault(name, message, value))

    def needed(self, name: str) -> str:
        """The text of a field that must be filled in; notes a fault and gives an empty text if it is not."""
        value = self.optional(name)
        if value is None:
            self.wrong(name, FILL_IN)
        return value or ""


def read_station(cells: Cells) -> tuple[StationRow | None, list[Fault]]:
    """The station, or None and everything that is wrong with it."""
    number = _number(cells)
    name = cells.needed(s.NAME)
    x, y = _range(cells, s.X, RD_X), _range(cells, s.Y, RD_Y)
    latitude, longitude = _range(cells, s.LATITUDE, LATITUDES), _range(cells, s.LONGITUDE, LONGITUDES)
    opens_at, closes_at = _opening(cells)
    station = StationRow(
        source=cells.source,
        number=number,
        name=name,
        type=_type(cells),
        website=_url(cells, s.WEBSITE),
        street=cells.optional("Straatnaam"),
        house_number=cells.optional("Huisnummer"),
        house_number_suffix=f"{cells.get('Huisletter')}{cells.get('Huisnummertoevoeging')}" or None,
        postcode=cells.optional("Postcode"),
        city=cells.optional("Plaats"),
        bag_id=_bag_id(cells),
        address_note=cells.optional(s.ADDRESS_NOTE),
        x=x,
        y=y,
        latitude=latitude,
        longitude=longitude,
        opens_at=opens_at,
        closes_at=closes_at,
        accessibility=_accessibility(cells),
        accessibility_note=cells.optional(s.ACCESSIBILITY_NOTE),
        other_information=cells.optional(s.OTHER),
        is_count_location=_yes_no(cells, s.COUNT_LOCATION),
        contact=cells.needed(s.CONTACT),
        election_website=_url(cells, s.ELECTION_WEBSITE, is_needed=True),
    )
    _check_place(cells)
    return (None if cells.faults else station), cells.faults


def _number(cells: Cells) -> int:
    value = cells.get(s.NUMBER)
    if not value:
        cells.wrong(s.NUMBER, phrase("This station has no number."))
    elif not (value.isascii() and value.isdigit() and len(value) <= 9 and 0 < int(value) <= MAX_NUMBER):
        cells.wrong(s.NUMBER, NUMBER_WANTED, value)
    else:
        return int(value)
    return 0


def _type(cells: Cells) -> StationType | None:
    value = cells.needed(s.TYPE).casefold()
    found = TYPES.get(value)
    if value and found is None:
        cells.wrong(s.TYPE, phrase("Choose from: %(choices)s.", choices=", ".join(TYPES)), value)
    return found


def _bag_id(cells: Cells) -> str | None:
    """Sixteen digits; None for the sixteen zeros. Excel drops leading zeros: three may be put back.

    The fifth and sixth are the kind of object, 20 for an address (nummeraanduiding; Catalogus BAG 2018).
    """
    value = cells.get(s.BAG_ID).lstrip("'")
    if not value:
        cells.wrong(s.BAG_ID, phrase("Fill in the BAG number of the address, or sixteen zeros if there is none."))
        return None
    if value == "0":
        return None
    if not (value.isascii() and value.isdigit() and 13 <= len(value) <= 16):
        cells.wrong(s.BAG_ID, phrase("A BAG number has sixteen digits. Give the cell the format “text”."), value)
        return None
    padded = value.zfill(16)
    if padded == NO_BAG:
        return None
    if padded[4:6] != ADDRESS_KIND:
        cells.wrong(s.BAG_ID, NO_ADDRESS, value)
    return padded


def _check_place(cells: Cells) -> None:
    """Coordinates come in pairs, and without a BAG number they and a description must be there."""
    pairs = (s.LATITUDE, s.LONGITUDE), (s.X, s.Y)
    for given, other in (*pairs, *(pair[::-1] for pair in pairs)):
        if cells.get(given) and not cells.get(other):
            cells.wrong(other, phrase("Fill in “%(field)s” too, or neither of the two.", field=other))
    if cells.get(s.BAG_ID).strip("0'") or not cells.get(s.BAG_ID):
        return
    if cells.optional(s.ADDRESS_NOTE) is None:
        cells.wrong(s.ADDRESS_NOTE, phrase("Fill in the place here, because there is no BAG number."))
    if not any(cells.get(name) for pair in pairs for name in pair):
        cells.wrong(s.LATITUDE, phrase("Fill in Latitude and Longitude, or X and Y, because there is no BAG number."))


def _range(cells: Cells, name: str, ranges: tuple[tuple[float, float], ...]) -> float | None:
    value = cells.get(name)
    if not value:
        return None
    if re.fullmatch(r"-?\d+,\d+", value):
        cells.wrong(name, phrase("Write a point, not a comma: %(example)s.", example=value.replace(",", ".")), value)
        return None
    if not DECIMAL.fullmatch(value):
        cells.wrong(name, phrase("This is not a number such as 52.0775912."), value)
        return None
    number = float(value)
    if not any(low <= number <= high for low, high in ranges):
        cells.wrong(
            name,
            phrase(
                "This place is not in the Netherlands: the number must be from %(low)s to %(high)s.",
                low=f"{ranges[0][0]:g}",
                high=f"{ranges[0][1]:g}",
            ),
            value,
        )
        return None
    return number


def _opening(cells: Cells) -> tuple[datetime | None, datetime | None]:
    opens_at, closes_at = _moment(cells, s.OPENS), _moment(cells, s.CLOSES)
    if opens_at is None or closes_at is None:
        return opens_at, closes_at
    if closes_at <= opens_at:
        cells.wrong(s.CLOSES, phrase("The closing time is not after the opening time."), cells.get(s.CLOSES))
    elif closes_at.date() != opens_at.date() or closes_at.time() > LATEST:
        cells.wrong(
            s.CLOSES,
            phrase("A polling station closes at 21:00 at the latest, on the day it opens."),
            cells.get(s.CLOSES),
        )
    return opens_at, closes_at


def _moment(cells: Cells, name: str) -> datetime | None:
    value = cells.needed(name)
    if not value:
        return None
    found = ISO_MOMENT.fullmatch(value) or DUTCH_MOMENT.fullmatch(value)
    if found:
        part: Any = {unit: int(digits or 0) for unit, digits in found.groupdict().items()}
        try:
            return datetime(**part)  # noqa: DTZ001 — local time, as the file gives it
        except ValueError:
            pass
    cells.wrong(name, phrase("This is not a date with a time such as 2026-03-18T07:30:00."), value)
    return None


def _accessibility(cells: Cells) -> dict[str, str]:
    answers = {name: _choice(cells, name, choices) for name, choices in s.CHOICES.items()}
    if not cells.get(s.ACCESSIBLE):
        cells.wrong(s.ACCESSIBLE, FILL_IN)
    return {name: answer for name, answer in answers.items() if answer}


def _choice(cells: Cells, name: str, choices: tuple[str, ...]) -> str | None:
    value = " ".join(cells.get(name).casefold().split())
    if re.fullmatch("[jy]a?|yes|true|waar", value):
        value = "ja"
    elif re.fullmatch("ne?e?|no|false|onwaar", value):
        value = "nee"
    if value and value not in choices:
        cells.wrong(name, phrase("Choose from: %(choices)s.", choices="; ".join(choices)), value)
        return None
    return value or None


def _yes_no(cells: Cells, name: str) -> bool | None:
    answer = _choice(cells, name, s.YES_NO)
    return None if answer is None else answer == "ja"


def _url(cells: Cells, name: str, *, is_needed: bool = False) -> str | None:
    value = cells.needed(name) if is_needed else cells.optional(name)
    if value and not re.fullmatch(r"https?://[^\s<>\"']+", value, re.IGNORECASE):
        cells.wrong(name, phrase("An address of a website starts with https:// or http://."), value)
        return None
    return value or None
