"""Spreadsheets: .xlsx and .ods (zips) and .xls, read by calamine after their size was checked."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import python_calamine

from app.importing.faults import FileRefused
from app.importing.limits import Limits
from app.importing.spreadsheets import grid_size
from app.importing.spreadsheets.package import PROTECTED, UNREADABLE, Package, sheet_parts
from app.importing.spreadsheets.shown_cells import Shown, ods_shown, xlsx_formats, xlsx_shown
from app.importing.spreadsheets.trial import XlsxText, insist_it_can_be_read
from app.importing.spreadsheets.xls.compound_file import BrokenCompoundFile, CompoundFile
from app.importing.spreadsheets.xls.xls_records import read_records
from app.phrases import phrase

Row = tuple[int, list[str]]
RowSource = Callable[[], Iterator[Row]]
FindShown = Callable[[int, str], Shown]  # by place and name of the sheet

WORD: Final = phrase("This is a Word document. Choose a spreadsheet (.xlsx, .ods, .xls) or CSV file.")
LONGEST_CELL: Final = 32_767  # characters, in Excel; LibreOffice takes more, but nobody means it
EXACT: Final = 1e15  # a spreadsheet keeps fifteen digits: of larger numbers the end is lost
ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"
WORKBOOK_PART: Final = (b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml")
# How far a sheet reaches, as it says itself: calamine refuses what it does not understand, and needs it for nothing.
DIMENSION: Final = re.compile(rb"""<(?:\w{1,9}:)?dimension\s+ref\s?=\s?["']([^"'<>]*)["']""")
PLAIN_DIMENSION: Final = re.compile(rb"[A-Z]{1,3}[0-9]{1,7}(?::[A-Z]{1,3}[0-9]{1,7})?")
DIMENSION_WITHIN: Final = 20_000  # bytes; it stands in front of the cells


@dataclass(frozen=True, slots=True)
class SheetRows:
    """A sheet of a workbook."""

    name: str
    is_hidden: bool
    rows: RowSource


def kind_of_zip(data: bytes, limits: Limits) -> str:
    """What kind of spreadsheet a zip is, xlsx or ods. Raises FileRefused for any other zip."""
    package = Package(data, limits)
    paths = package.paths
    if "xl/workbook.xml" in paths or "workbook.xml" in paths:
        return "xlsx"
    if "xl/workbook.bin" in paths:
        raise FileRefused(phrase("This is a binary Excel file (.xlsb). Save it as .xlsx."))
    if "word/document.xml" in paths:
        raise FileRefused(WORD)
    if "encrypted-package" in paths:  # an OpenDocument of LibreOffice 24 with a password
        raise FileRefused(PROTECTED)
    if "content.xml" in paths and package.read("mimetype").startswith(ODS):
        return "ods"
    if any(part in package.read("[content_types].xml") for part in WORKBOOK_PART):
        return "xlsx"
    raise FileRefused(
        phrase(
            "This is a zip file without a spreadsheet in it. "
            "Unpack it, and choose the spreadsheet (.xlsx, .ods, .xls) or CSV file."
        )
    )


def open_workbook(data: bytes, kind: str, limits: Limits) -> list[SheetRows]:
    """The sheets in their order, hidden ones too. Raises FileRefused."""
    if kind == "xls":
        source, shown = _check_xls(data, limits)
    else:
        source, shown = _check_zip(data, kind, limits)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(source))
        found = [
            (place, meta.name, meta.visible != python_calamine.SheetVisibleEnum.Visible)
            for place, meta in enumerate(workbook.sheets_metadata)
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except BaseException as error:
        raise _refusal(error) from None

    def rows(place: int, name: str) -> Iterator[Row]:
        return _rows(workbook, name, limits, lambda: shown(place, name))

    return [SheetRows(name, is_hidden, functools.partial(rows, place, name)) for place, name, is_hidden in found]


def _rows(
    workbook: python_calamine.CalamineWorkbook, name: str, limits: Limits, find_shown: Callable[[], Shown]
) -> Iterator[Row]:
    try:
        sheet = workbook.get_sheet_by_name(name)
    except BaseException as error:
        raise _refusal(error) from None
    shown = find_shown()
    if sheet.start is None or sheet.end is None:
        return
    _check_size(name, sheet.end, limits)
    # iter_rows gives the empty rows above the first value but not the empty columns left of it (seen, 0.9.1).
    lead = [""] * sheet.start[1]
    for number, cells in enumerate(sheet.iter_rows(), 1):
        texts = lead + [cell if type(cell) is str else _cell_text(cell) for cell in cells]
        for column, text in shown.rows.get(number - 1, ()):
            if column < len(texts) and isinstance(cells[column - len(lead)], float | int | str):
                texts[column] = text
        if len(max(texts, key=len)) > LONGEST_CELL:
            raise FileRefused(UNREADABLE)  # one text of megabytes, stored once, can be the value of every cell
        yield number, texts


def _check_size(name: str, end: tuple[int, int], limits: Limits) -> None:
    if end[0] >= limits.max_rows:
        raise FileRefused(phrase("The file has too many rows: at most %(limit)s.", limit=limits.max_rows))
    if end[1] >= limits.max_columns:
        raise FileRefused(
            phrase(
                "The sheet “%(sheet)s” has too many columns: at most %(limit)s.",
                sheet=name[:40],
                limit=limits.max_columns,
            )
        )


def _cell_text(value: Any) -> str:
    """What a person sees in the cell; yes/no cells become ja/nee, and a number that was cut shows it."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float):
        if abs(value) >= EXACT:
            return f"{value:.14E}"
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{int(value.total_seconds()) // 3600:02d}:{int(value.total_seconds()) // 60 % 60:02d}"
    return str(value)


def _refusal(error: BaseException) -> BaseException:
    """What to raise instead of `error`: a panic in the Rust code is a BaseException, and a refusal to the reader."""
    if isinstance(error, FileRefused | KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
        return error
    if isinstance(error, python_calamine.PasswordError):
        return FileRefused(PROTECTED)
    return FileRefused(UNREADABLE)


def _check_xls(data: bytes, limits: Limits) -> tuple[bytes, FindShown]:
    """The file, measured before calamine may touch it, and what its cells show by the place of the sheet."""
    try:
        file = CompoundFile(data)
        if "encryptedpackage" in file.names:  # an .xlsx with a password is sealed in a file of this kind
            raise FileRefused(PROTECTED)
        if "worddocument" in file.names:
            raise FileRefused(WORD)
        records = read_records(file.read("workbook" if "workbook" in file.names else "book"))
    except BrokenCompoundFile:
        raise FileRefused(UNREADABLE) from None
    if records.has_password:
        raise FileRefused(PROTECTED)
    _check_grid(records.area, limits)
    insist_it_can_be_read(data)
    return data, lambda place, _name: records.shown[place] if place < len(records.shown) else Shown()


def _check_zip(data: bytes, kind: str, limits: Limits) -> tuple[bytes, FindShown]:
    """Unpack every part once, counting, and measure the sheets, before calamine may touch them.

    Gives the file, mended where calamine would not read it, and what its cells show by the name of the sheet.
    """
    measure = grid_size.xlsx_area if kind == "xlsx" else grid_size.ods_area
    package = Package(data, limits)
    if kind == "ods" and b"encryption-data" in package.read("meta-inf/manifest.xml"):
        raise FileRefused(PROTECTED)
    mended: dict[str, bytes] = {}
    text = XlsxText()
    for name, content in package.unpack_all():
        if name.lower().endswith(".xml"):
            _check_grid(_measured(measure, content), limits)
            text.add(content)
            plain = _plain_dimension(content)
            if plain is not None:
                mended[name] = plain
    source = package.with_parts(mended) if mended else data
    if kind == "ods" or text.is_doubtful:
        insist_it_can_be_read(source)
    return source, _xlsx_finder(package) if kind == "xlsx" else _ods_finder(package)


def _xlsx_finder(package: Package) -> FindShown:
    formats, parts = xlsx_formats(package.read("xl/styles.xml")), sheet_parts(package)

    @functools.lru_cache(maxsize=1)  # of the sheet that is read again and again
    def find(_place: int, name: str) -> Shown:
        return xlsx_shown(package.read(parts.get(name, "")), formats)

    return find


def _ods_finder(package: Package) -> FindShown:
    @functools.cache
    def find_all() -> dict[str, Shown]:
        return ods_shown(package.read("content.xml"))

    return lambda _place, name: find_all().get(name, Shown())


def _plain_dimension(sheet: bytes) -> bytes | None:
    """The sheet with a dimension that calamine understands; None where it is fine."""
    found = DIMENSION.search(sheet, 0, DIMENSION_WITHIN)
    if found is None or PLAIN_DIMENSION.fullmatch(found[1]):
        return None
    return sheet[: found.start(1)] + b"A1" + sheet[found.end(1) :]


def _measured(measure: Callable[[bytes], int], content: bytes) -> int:
    try:
        return measure(content)
    except grid_size.BrokenXml:
        raise FileRefused(UNREADABLE) from None


def _check_grid(area: int, limits: Limits) -> None:
    if area > limits.max_cells:
        raise FileRefused(grid_size.TOO_LARGE)
