"""How large a rectangle the values of a sheet span, found before calamine makes room for it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

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

ODS_VALUES: Final = ("value", "value-type", "formula")  # how the attributes end that make a cell hold something


class BrokenXml(ValueError):
    """This part is no XML: what reads it later would guess where a sheet ends."""


def xlsx_area(sheet: bytes) -> int:
    """Cells in the rectangle around all values of a sheet's XML; an upper bound of some millions for long sheets."""
    if b"sheetData" not in sheet:
        return max((_number(count) for count in TEXT_COUNT.findall(sheet[:FIRST_PART])), default=0)
    if len(sheet) > LARGE and ODD_SPELLING.search(sheet) is None:
        width = max(map(_column_number, set(WIDE.findall(sheet))), default=ASSUMED_WIDTH)
        height = max(map(_number, set(LOW.findall(sheet))), default=ASSUMED_HEIGHT)
        if width == ASSUMED_WIDTH and height <= ASSUMED_HEIGHT * 2:
            return width * height
    references = set(EVERY.findall(sheet))
    width = max((_column_number(letters) for letters, _ in references), default=0)
    height = max((_number(row) for _, row in references), default=0)
    return max(width, 1) * height


def _column_number(letters: bytes) -> int:
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
    largest = height = width = pending = depth = 0
    try:
        for event, element in _walk(content):
            name = _local(element.tag)
            if name == "table":
                depth += 1 if event == "start" else -1
                if depth == 1 and event == "start":
                    height = width = pending = 0
            elif name == "table-row" and event == "end":
                pending += _repeated(element, "number-rows-repeated")
                row_width = _ods_row_width(element)
                if row_width:
                    height, pending, width = height + pending, 0, max(width, row_width)
                    largest = max(largest, height * width)
                element.clear()
    except etree.XMLSyntaxError as error:
        raise BrokenXml from error
    return largest


def _walk(content: bytes) -> Iterator[tuple[str, etree._Element]]:
    safe: dict[str, Any] = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False}
    yield from etree.iterparse(io.BytesIO(content), events=("start", "end"), **safe)


def _ods_row_width(row: etree._Element) -> int:
    """Cells up to the last one that holds something."""
    width = pending = 0
    for cell in row.iter("{*}table-cell", "{*}covered-table-cell"):
        pending += _repeated(cell, "number-columns-repeated")
        if len(cell) or cell.text or any(_local(name).endswith(ODS_VALUES) for name in cell.attrib):
            width += pending
            pending = 0
    return width


def _repeated(element: etree._Element, name: str) -> int:
    counts = (value for key, value in element.attrib.items() if _local(key) == name)
    return next((_number(str(count).encode("ascii", "replace").lstrip(b"+")) for count in counts), 1)


def _local(name: object) -> str:
    """Without its namespace: whoever reads the sheet goes by the name alone."""
    return str(name).rpartition("}")[2]
