"""CSV of any usual make: UTF-8, UTF-16, Windows, Mac or DOS; separated by semicolon, comma or tab; quoted cells."""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from app.importing.faults import FileRefused
from app.importing.limits import Limits
from app.importing.spreadsheets.encodings import find_encoding
from app.phrases import phrase

DELIMITERS: Final = (";", ",", "\t")
SAMPLE_ROWS: Final = 25

Row = tuple[int, list[str]]


def open_csv(data: bytes, limits: Limits) -> Callable[[], Iterator[Row]]:
    """A function that reads the rows from the start. Raises FileRefused if the bytes are not text."""
    content = decode(data)
    # Excel's own first line "sep=;" names the separator; it counts as row 1 all the same.
    told = content[:6].lower().startswith("sep=") and content[4:5]
    delimiter = told or find_delimiter(content)
    return lambda: _rows(content, delimiter, limits, skip=1 if told else 0)


def decode(data: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8 if it is that, else by what its letters look like."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _decoded(data, "utf-16")
    if b"\x00" in data:
        raise FileRefused(
            phrase(
                "This is no text and no spreadsheet that the portal knows. "
                "Choose a spreadsheet (.xlsx, .ods, .xls) or CSV file."
            )
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        encoding = find_encoding(data)
    if encoding is None:
        message = phrase("The letters with accents in this file are not clear. Save it as “CSV UTF-8” or as .xlsx.")
        raise FileRefused(message)
    return _decoded(data, encoding)


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = phrase("The letters on line %(line)s cannot be read. Save the file as “CSV UTF-8”.", line=line)
        raise FileRefused(message, line=line) from None


def find_delimiter(content: str) -> str:
    """The separator by which most of the first rows have as many cells as the first row, and most cells."""
    sample = content[:200_000]
    return max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))


def _fit(sample: str, delimiter: str) -> tuple[bool, float, int]:
    widths: list[int] = []
    try:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        widths += [len(cells) for cells in itertools.islice(filter(None, reader), SAMPLE_ROWS)]
    except csv.Error:
        pass  # the sample may end within a quoted cell; what was read before counts
    if not widths:
        return False, 0.0, 0
    width, times = Counter(widths).most_common(1)[0]
    return width > 1, times / len(widths), width


def _rows(content: str, delimiter: str, limits: Limits, *, skip: int) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    has_formulas = '="' in content
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if number <= skip:
                continue
            if len(cells) > limits.max_columns or number > limits.max_rows:
                _refuse_size(number, len(cells), limits)
            yield number, [_without_formula(cell) for cell in cells] if has_formulas else cells
    except csv.Error:  # also a cell of more than 131,072 characters, which only a forgotten quotation mark makes
        message = phrase(
            "The quotation marks around row %(row)s are not right: one is missing or too many.", row=number + 1
        )
        raise FileRefused(message, line=reader.line_num) from None


def _without_formula(cell: str) -> str:
    """0012 of ="0012", which programs write so that Excel keeps the zeros."""
    is_text = len(cell) > 3 and cell.startswith('="') and cell.endswith('"')
    return cell[2:-1] if is_text and '"' not in cell[2:-1] else cell


def _refuse_size(number: int, width: int, limits: Limits) -> None:
    if width > limits.max_columns:
        raise FileRefused(
            phrase(
                "Row %(row)s has %(found)s columns; at most %(limit)s are possible.",
                row=number,
                found=width,
                limit=limits.max_columns,
            ),
            line=number,
        )
    raise FileRefused(phrase("The file has too many rows: at most %(limit)s.", limit=limits.max_rows))
