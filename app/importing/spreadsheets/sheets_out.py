"""Rows → CSV and .xlsx that are safe to open: no cell of ours is ever a formula, a link or a macro.

In CSV a text that a spreadsheet could take for a formula gets an apostrophe in front (OWASP, CSV injection): where the
cell begins, and within it behind what another program takes for the end of a cell. Reading such a file back, the roster
importer takes it off. A cell of .xlsx says itself that it is text, so there everything stands as it is.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | Decimal | date | datetime | time | None

# The wide forms are taken for the same signs by spreadsheets set to Japanese or Chinese.
DANGEROUS_START: Final = "=+-@\t\r\n＝＋－＠"
LONGEST_CELL: Final = 32_767  # what a cell of Excel holds
ZONE: Final = ZoneInfo("Europe/Amsterdam")
FORBIDDEN_IN_SHEET_NAME: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """CSV as a Dutch Excel opens it with a double click: UTF-8 with byte order mark, semicolons, CRLF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_as_text(title) for title in header])
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet_name: str = "Export") -> bytes:
    """A workbook with one sheet: bold headings that stay in view, a filter on every column, dates as real dates."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet(sheet_name.translate(FORBIDDEN_IN_SHEET_NAME).strip()[:31] or "Export")
    bold = book.add_format({"bold": True})
    day, moment = ({"num_format": "dd-mm-yyyy"}, {"num_format": "dd-mm-yyyy hh:mm"})
    formats = _Formats(book.add_format(day), book.add_format(moment))
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(header):
        sheet.set_column(column, column, min(max(len(title) + 4, 12), 40))
        sheet.write_string(0, column, _cut(title), bold)
    last = 0
    for last, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            _write(sheet, last, column, cell, formats)
    if header:
        sheet.autofilter(0, 0, last, len(header) - 1)
    book.close()
    return out.getvalue()


class _Formats(NamedTuple):
    day: Format
    moment: Format


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, formats: _Formats) -> None:
    if isinstance(cell, str):
        if cell:
            sheet.write_string(row, column, _cut(cell))
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, column, _local(cell), formats.moment)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, formats.day)
    elif isinstance(cell, time):
        sheet.write_string(row, column, _as_text(cell))
    elif cell is not None:
        sheet.write_number(row, column, _number(cell))


_SIGNS: Final = re.escape(DANGEROUS_START.translate({9: "", 10: "", 13: ""}))
# Where a cell begins; and where it does for a program that splits at commas, not at semicolons as we do.
_BEGINNING: Final = rf"""(?=[ \u00a0]*[{re.escape(DANGEROUS_START)}])"""
_WITHIN: Final = rf"""(?=[ \u00a0]*[{_SIGNS}])"""
_FORMULA: Final = re.compile(rf"""(^{_BEGINNING}|[,;\t\r\n"]{_WITHIN})(?!\+[0-9]{{6,15}}\Z)""")
_GUARDED: Final = re.compile(rf"""(?:^'{_BEGINNING}|[,;\t\r\n"]'{_WITHIN})""")


def guard_text(value: str) -> str:
    """The text as a cell of CSV may hold it: no part of it can begin a formula. A telephone number is none."""
    return _FORMULA.sub(r"\1'", value)


def unguard_text(value: str) -> str:
    """The text that `guard_text` made safe."""
    return _GUARDED.sub(lambda found: found[0][:-1], value)


def _cut(value: str) -> str:
    """Never longer than a cell can be."""
    return value if len(value) <= LONGEST_CELL else f"{value[: LONGEST_CELL - 1]}…"


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _cut(guard_text(cell))
    if isinstance(cell, datetime):
        return f"{_local(cell):%d-%m-%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d-%m-%Y}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    return str(_number(cell)).replace(".", ",")


def _number(cell: int | float | Decimal) -> int | float | Decimal:
    if isinstance(cell, bool):
        raise TypeError("Write yes or no in the reader's language; a spreadsheet would show TRUE or 1.")
    return cell


def _local(moment: datetime) -> datetime:
    """Without a zone, as the clock on the wall in the Netherlands; naive moments are that already."""
    return moment.astimezone(ZONE).replace(tzinfo=None) if moment.tzinfo else moment
