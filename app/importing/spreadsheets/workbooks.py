"""Spreadsheets: .xlsx and .ods (zips) and .xls, read by calamine after their size was checked."""

from __future__ import annotations

import io
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import python_calamine

from app.importing.faults import FileRefused
from app.importing.limits import Limits
from app.importing.spreadsheets import grid_size, xls_size
from app.phrases import phrase

Row = tuple[int, list[str]]
RowSource = Callable[[], Iterator[Row]]

UNREADABLE: Final = phrase(
    "The spreadsheet is damaged or of an unknown make. Open it in Excel or LibreOffice and save it again as .xlsx."
)
PROTECTED: Final = phrase("The spreadsheet is protected with a password. Save it without a password.")
LONGEST_CELL: Final = 32_767  # characters, in Excel; LibreOffice takes more, but nobody means it
ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"


def kind_of_zip(data: bytes, limits: Limits) -> str:
    """What kind of spreadsheet a zip is, xlsx or ods. Raises FileRefused for any other zip."""
    with _open_zip(data, limits) as archive:
        names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise FileRefused(phrase("This is a binary Excel file (.xlsb). Save it as .xlsx."))
    if "word/document.xml" in names:
        raise FileRefused(phrase("This is a Word document. Choose a spreadsheet (.xlsx, .ods, .xls) or CSV file."))
    if ODS in data[:200] and "content.xml" in names:
        return "ods"
    raise FileRefused(phrase("This is a zip file without a spreadsheet in it. Unpack it first."))


def open_workbook(data: bytes, kind: str, limits: Limits) -> list[tuple[str, RowSource]]:
    """The name of each sheet that can be seen or is hidden, and what reads its rows. Raises FileRefused."""
    if kind == "xls":
        _check_grid(xls_size.largest_area(data, UNREADABLE), limits)
    else:
        _check_zip(data, kind, limits)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [meta.name for meta in workbook.sheets_metadata if meta.typ == python_calamine.SheetTypeEnum.WorkSheet]
    except BaseException as error:
        raise _refusal(error) from None
    return [(name, _reader(workbook, name, limits)) for name in sheets]


def _reader(workbook: python_calamine.CalamineWorkbook, name: str, limits: Limits) -> RowSource:
    return lambda: _rows(workbook, name, limits)


def _rows(workbook: python_calamine.CalamineWorkbook, name: str, limits: Limits) -> Iterator[Row]:
    try:
        sheet = workbook.get_sheet_by_name(name)
    except BaseException as error:
        raise _refusal(error) from None
    if sheet.start is None or sheet.end is None:
        return
    if sheet.end[0] >= limits.max_rows:
        raise FileRefused(phrase("The file has too many rows: at most %(limit)s.", limit=limits.max_rows))
    if sheet.end[1] >= limits.max_columns:
        raise FileRefused(
            phrase(
                "The sheet “%(sheet)s” has too many columns: at most %(limit)s.",
                sheet=name[:40],
                limit=limits.max_columns,
            )
        )
    # iter_rows gives the empty rows above the first value but not the empty columns left of it (seen, 0.9.1).
    lead = [""] * sheet.start[1]
    for number, cells in enumerate(sheet.iter_rows(), 1):
        texts = lead + [cell if type(cell) is str else _cell_text(cell) for cell in cells]
        if len(max(texts, key=len)) > LONGEST_CELL:
            raise FileRefused(UNREADABLE)  # one text of megabytes, stored once, can be the value of every cell
        yield number, texts


def _cell_text(value: Any) -> str:
    """What a person sees in the cell; yes/no cells become ja/nee."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float):
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


def _open_zip(data: bytes, limits: Limits) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError):
        raise FileRefused(UNREADABLE) from None
    if len(archive.filelist) > limits.max_entries:
        raise FileRefused(UNREADABLE)
    return archive


def _check_zip(data: bytes, kind: str, limits: Limits) -> None:
    """Unpack every part once, counting, and measure the sheets, before calamine may touch them."""
    left = limits.max_expanded
    measure = grid_size.xlsx_area if kind == "xlsx" else grid_size.ods_area
    with _open_zip(data, limits) as archive:
        for info in archive.infolist():
            if info.flag_bits & 1:
                raise FileRefused(PROTECTED)
            content = _unpack(archive, info, left)
            left -= len(content)
            if info.filename.lower().endswith(".xml"):
                _check_grid(_measured(measure, content), limits)


def _measured(measure: Callable[[bytes], int], content: bytes) -> int:
    try:
        return measure(content)
    except grid_size.BrokenXml:
        raise FileRefused(UNREADABLE) from None


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """The content of one entry, at most `limit` bytes whatever size the zip declares."""
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileRefused(UNREADABLE)  # the others unpack without bound, and no spreadsheet uses them
    info.file_size = sys.maxsize  # else zipfile stops at the declared size, which a bomb declares small
    try:
        with archive.open(info) as entry:
            content = entry.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise FileRefused(UNREADABLE) from None
    if len(content) > limit:
        raise FileRefused(phrase("The spreadsheet becomes too large when it is unpacked."))
    return content


def _check_grid(area: int, limits: Limits) -> None:
    if area > limits.max_cells:
        raise FileRefused(
            phrase(
                "A sheet is too large. Often there is a forgotten value far below or far to the right: "
                "copy the real rows to a new spreadsheet."
            )
        )
