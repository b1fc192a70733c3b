"""Where postcodes lie: a CSV with a row per postcode (1234 or 1234 AB) and the latitude and longitude of its middle."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from app.importing.faults import FileRefused
from app.importing.limits import MEBIBYTE, Limits
from app.importing.spreadsheets.csv_text import open_csv
from app.phrases import phrase

LIMITS: Final = Limits(max_bytes=100 * MEBIBYTE, max_rows=1_000_000, max_columns=50)  # there are 470,000 postcodes
HEADINGS: Final = {
    "postcode": ("postcode", "pc6", "pc4", "postcode6", "postcode4"),
    "latitude": ("latitude", "lat", "breedtegraad"),
    "longitude": ("longitude", "lon", "lng", "long", "lengtegraad"),
}
POSTCODE: Final = re.compile(r"([1-9][0-9]{3})\s*([A-Z]{2})?")
LATITUDES: Final = (50.0, 54.0)
LONGITUDES: Final = (3.0, 8.0)


class PostcodeRow(NamedTuple):
    """A postcode as the portal writes it, "1234" or "1234 AB", and where it lies in degrees (WGS 84)."""

    postcode: str
    latitude: float
    longitude: float


def read_postcodes(data: bytes) -> list[PostcodeRow]:
    """The rows; a postcode that stands there twice counts once, as it came last.

    Raises FileRefused with the line where something is not right: nothing of such a file is used.
    """
    if len(data) > LIMITS.max_bytes:
        raise FileRefused(phrase("The file is too large: at most %(limit)s MB.", limit=LIMITS.max_bytes // MEBIBYTE))
    rows = open_csv(data, LIMITS)()
    _number, headings = next(rows, (1, []))
    columns = _find_columns(headings)
    found = {}
    for number, cells in rows:
        if any(cells):
            row = _read(cells, columns, number)
            found[row.postcode] = row
    if not found:
        raise FileRefused(phrase("There is no postcode in this file."))
    return list(found.values())


def _find_columns(headings: Sequence[str]) -> tuple[int, int, int]:
    known = [heading.strip().lower() for heading in headings]
    places = []
    for column, names in HEADINGS.items():
        place = next((known.index(name) for name in names if name in known), None)
        if place is None:
            wanted = ", ".join(names)
            raise FileRefused(
                phrase("The first line has no column “%(column)s” (or: %(names)s).", column=column, names=wanted),
                line=1,
            )
        places.append(place)
    return places[0], places[1], places[2]


def _read(cells: Sequence[str], columns: tuple[int, int, int], line: int) -> PostcodeRow:
    if len(cells) <= max(columns):
        raise FileRefused(phrase("Line %(line)s has too few columns.", line=line), line=line)
    typed, latitude, longitude = (cells[column].strip() for column in columns)
    postcode = POSTCODE.fullmatch(typed.upper())
    if postcode is None:
        raise FileRefused(phrase("Line %(line)s: “%(typed)s” is no postcode.", line=line, typed=typed[:20]), line=line)
    written = " ".join(filter(None, postcode.groups()))
    return PostcodeRow(written, _degrees(latitude, LATITUDES, line), _degrees(longitude, LONGITUDES, line))


def _degrees(typed: str, within: tuple[float, float], line: int) -> float:
    try:
        value = float(typed.replace(",", "."))
    except ValueError:
        value = 0.0
    if not within[0] <= value <= within[1]:
        raise FileRefused(
            phrase(
                "Line %(line)s: “%(typed)s” is no place in the Netherlands in degrees.", line=line, typed=typed[:20]
            ),
            line=line,
        )
    return value
