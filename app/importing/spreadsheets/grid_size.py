"""How large a rectangle the values of a sheet span, found before calamine makes room for it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from app.importing.faults import FileRefused
from app.importing.spreadsheets.package import SAFE_XML
from app.phrases import phrase

# References such as r="AB12" on cells and r="12" on rows. The fast ones only see what is wide (two letters or more) or
# low (six digits or more), so that an ordinary roster of two million cells costs tenths of a second, not seconds.
WIDE: Final = re.compile(rb'r="([A-Za-z]{2,})\d')
LOW: Final = re.compile(rb'r="[A-Za-z]*(\d{6,})')
EVERY: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)(\d+)""")
# The number of texts that calamine makes room for at once, without a look at how many there are.
TEXT_COUNT: Final = re.compile(rb"""uniqueCount\s*=\s*["']\+?(\d+)""")
# r='A1' or r = "A1": hardly anybody writes so, but calamine reads it.
ODD_SPELLING: Final = re.compile(rb"""=(?:['\s]|(?<=\s=))""")
LARGE: Final = 1_000_000  # bytes; shorter sheets are measured exactly at once
FIRST_PART: Final = 10_000  # bytes; the count stands in the first element
ASSUMED_WIDTH: Final = 26
ASSUMED_HEIGHT: Final = 99_999

MOST_HELD: Final = 1_000_000  # elements in memory: a row of the widest sheet has some thousands
ODS_VALUES: Final = ("value", "value-type", "formula")  # how the attributes end that make a cell hold something
TOO_LARGE: Final = phrase(
    "A sheet is too large. Often there is a forgotten value far below or far to the right: "
    "copy the real rows to a new spreadsheet."
)


class BrokenXml(ValueError):
    """This part is no XML: what reads it later would guess where a sheet ends."""


def xlsx_area(sheet: bytes) -> int:
    """Cells in the rectangle around all values of a sheet's XML; an upper bound of some millions for long sheets."""
    if b"sheetData" not in sheet:
        return max((_number(count) for count in TEXT_COUNT.findall(sheet[:FIRST_PART])), default=0)
    if len(sheet) > LARGE and ODD_SPELLING.search(sheet) is None:
        width = max(map(column_number, set(WIDE.findall(sheet))), default=ASSUMED_WIDTH)
        height = max(map(_number, set(LOW.findall(sheet))), default=ASSUMED_HEIGHT)
        if width == ASSUMED_WIDTH and height <= ASSUMED_HEIGHT * 2:
            return width * height
    references = set(EVERY.findall(sheet))
    width = max((column_number(letters) for letters, _ in references), default=0)
    height = max((_number(row) for _, row in references), default=0)
    return max(width, 1) * height


def column_number(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters[:10].upper():
        number = number * 26 + letter - 64
    return number


def _number(digits: bytes) -> int:
    """0 for what is none; cut, because Python refuses to read thousands of digits."""
    return int(digits.lstrip(b"0")[:15] or 0) if digits.isdigit() else 0


def ods_area(content: bytes) -> int:
    """The same for an .ods, where repeated rows and cells are written once with a count. Raises BrokenXml.

    Never less than what a reader may make room for: a table or a cell counts wherever it stands inside a row.
    """
    largest = height = width = pending = 0
    try:
        for _table, row in ods_rows(content):
            if row is None:
                height = width = pending = 0
                continue
            pending += repeated(row, "number-rows-repeated")
            row_width = _ods_row_width(row)
            if row_width:
                height, pending, width = height + pending, 0, max(width, row_width)
                largest = max(largest, height * width)
    except etree.XMLSyntaxError as error:
        raise BrokenXml from error
    return largest


def ods_rows(content: bytes) -> Iterator[tuple[str, etree._Element | None]]:
    """Each row with the name of its table, which is given once by itself (None) where it begins.

    A table inside a row is part of that row. A row is forgotten once it was given, and a part that asks for more room
    than any row is refused (FileRefused): 400 MB of empty elements would take gigabytes. Raises XMLSyntaxError too.
    """
    depth, table, held = 0, "", 0
    for event, element in etree.iterparse(io.BytesIO(content), events=("start", "end"), **SAFE_XML):
        held += event == "start"
        if held > MOST_HELD:
            raise FileRefused(TOO_LARGE)
        name = local_name(element.tag)
        if name == "table":
            depth += 1 if event == "start" else -1
            if depth == 1 and event == "start":
                table = next((str(value) for key, value in element.attrib.items() if local_name(key) == "name"), "")
                yield table, None
        elif name == "table-row" and event == "end":
            yield table, element
            _forget(element)
            held = 0


def _forget(row: etree._Element) -> None:
    """Free the row and those before it; its own empty element stays until the next one."""
    row.clear()
    above = row.getparent()
    while above is not None and row.getprevious() is not None:
        del above[0]


def _ods_row_width(row: etree._Element) -> int:
    """Cells up to the last one that holds something."""
    width = pending = 0
    for cell in row.iter("{*}table-cell", "{*}covered-table-cell"):
        pending += repeated(cell, "number-columns-repeated")
        if len(cell) or cell.text or any(local_name(name).endswith(ODS_VALUES) for name in cell.attrib):
            width += pending
            pending = 0
    return width


def repeated(element: etree._Element, name: str) -> int:
    """How often an element of an .ods stands there, by its attribute of this name."""
    counts = (value for key, value in element.attrib.items() if local_name(key) == name)
    return next((_number(str(count).encode("ascii", "replace").lstrip(b"+")) for count in counts), 1)


def local_name(name: object) -> str:
    """Without its namespace: whoever reads the sheet goes by the name alone."""
    return str(name).rpartition("}")[2]
