"""The bytes of a spreadsheet or CSV file → sheets with rows of strings, row numbers as a person counts them.

What a file is, its content decides, not its name. Cells become what a person sees: a whole number without ".0", a date
as 1970-06-06, text as it stands (leading zeros kept). Rows are given one by one; nothing is copied beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from app.importing.faults import FileRefused
from app.importing.limits import Limits
from app.importing.spreadsheets import csv_text, workbooks
from app.phrases import Phrase, phrase

Row = tuple[int, list[str]]

XML_START: Final = (b"<?xml", b"<EML", b"<eml")
PAGE_START: Final = (b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")
KIND_NAMES: Final = {"csv": "CSV", "xlsx": "Excel (.xlsx)", "ods": "OpenDocument (.ods)", "xls": "Excel (.xls)"}
SUFFIX_KINDS: Final = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".ods": "ods",
    ".xls": "xls",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `rows()` starts again at each call and gives (row number from 1, cells); blank rows are given too.

    `rows()` raises FileRefused where the file turns out unreadable or beyond the limits.
    """

    name: str
    rows: Callable[[], Iterator[Row]]
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Tables:
    """The sheets of a file, those that can be seen first; `kind` is csv, xlsx, ods or xls.

    `remark` says when the name promises something else.
    """

    kind: str
    sheets: tuple[Sheet, ...]
    remark: Phrase | None = None

    def remarks_on(self, sheet: Sheet) -> tuple[Phrase, ...]:
        """What a person should know when this sheet is read."""
        others = ", ".join(f"“{other.name[:40]}”" for other in self.sheets if other is not sheet)
        found = [self.remark] if self.remark else []
        if others:
            found.append(phrase("The sheet “%(sheet)s” is read, not %(others)s.", sheet=sheet.name[:40], others=others))
        elif self.kind != "csv":
            found.append(phrase("The sheet “%(sheet)s” is read.", sheet=sheet.name[:40]))
        if sheet.is_hidden:
            found.append(phrase("The sheet “%(sheet)s” is hidden in the spreadsheet.", sheet=sheet.name[:40]))
        return tuple(found)


def read_tables(data: bytes, file_name: str, *, limits: Limits | None = None) -> Tables:
    """Open a .xlsx, .ods, .xls or CSV file. Raises FileRefused for other files and for what exceeds `limits`."""
    limits = limits or Limits()
    if not data.strip(b"\xef\xbb\xbf\x00 \t\r\n"):
        raise FileRefused(phrase("The file is empty."))
    if len(data) > limits.max_bytes:
        raise FileRefused(
            phrase("The file is too large: at most %(limit)s MB.", limit=max(1, limits.max_bytes // 2**20))
        )
    kind = _kind_of(data, limits)
    remark = _remark(kind, file_name)
    if kind == "csv":
        source = csv_text.open_csv(data, limits)
        return Tables(kind, (Sheet("CSV", source),), remark)
    book = workbooks.open_workbook(data, kind, limits)
    sheets = (Sheet(sheet.name, sheet.rows, sheet.is_hidden) for sheet in book)
    return Tables(kind, tuple(sorted(sheets, key=lambda sheet: sheet.is_hidden)), remark)


def _kind_of(data: bytes, limits: Limits) -> str:
    if data[:4] == b"PK\x03\x04":
        return workbooks.kind_of_zip(data, limits)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return "xls"
    if data[:5] == b"%PDF-":
        raise FileRefused(phrase("This is a PDF. Choose a spreadsheet (.xlsx, .ods, .xls) or CSV file."))
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(PAGE_START):
        raise FileRefused(phrase("This is a web page, not a spreadsheet. Open it in Excel and save it as .xlsx."))
    if start.startswith(XML_START):
        raise FileRefused(phrase("This is an XML file. Choose a spreadsheet (.xlsx, .ods, .xls) or CSV file."))
    return "csv"


def _remark(kind: str, file_name: str) -> Phrase | None:
    suffix = PurePath(file_name).suffix.lower()
    if SUFFIX_KINDS.get(suffix) == kind:
        return None
    return phrase(
        "The name of the file is “%(name)s”, but it was read as %(kind)s, because that is what is in it.",
        name=PurePath(file_name).name[:80],
        kind=KIND_NAMES[kind],
    )


def column_letter(index: int) -> str:
    """The letter a spreadsheet shows for a column, 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
