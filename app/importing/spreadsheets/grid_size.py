"""How large a rectangle the values of a sheet span, found before calamine makes room for it."""

from __future__ import annotations

import re
from typing import Final

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

ODS_ROW: Final = re.compile(rb"<table:table-row\b([^>]*?)(?:/>|>(.*?)</table:table-row>)", re.DOTALL)
ODS_CELL: Final = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*)")
ODS_ROWS_REPEATED: Final = re.compile(rb"""number-rows-repeated\s*=\s*["'](\d+)""")
ODS_COLUMNS_REPEATED: Final = re.compile(rb"""number-columns-repeated\s*=\s*["'](\d+)""")


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
    return int(digits.lstrip(b"0")[:15] or 0)  # cut, because Python refuses to read thousands of digits


def ods_area(content: bytes) -> int:
    """The same for an .ods, where repeated rows and cells are written once with a count."""
    return max((_ods_table_area(table) for table in content.split(b"<table:table ")[1:]), default=0)


def _ods_table_area(table: bytes) -> int:
    height = pending = width = 0
    for attributes, body in ODS_ROW.findall(table):
        repeated = ODS_ROWS_REPEATED.search(attributes)
        pending += _number(repeated[1]) if repeated else 1
        if b"office:" in body or b"text:" in body:
            height += pending
            pending = 0
            width = max(width, _ods_row_width(body))
    return height * width


def _ods_row_width(body: bytes) -> int:
    if b"columns-repeated" not in body:
        return body.count(b"table-cell")
    width = pending = 0
    for attributes in ODS_CELL.findall(body):
        repeated = ODS_COLUMNS_REPEATED.search(attributes)
        pending += _number(repeated[1]) if repeated else 1
        if b"office:" in attributes or not attributes.endswith(b"/"):
            width += pending
            pending = 0
    return width
