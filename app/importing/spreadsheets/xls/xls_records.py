"""What the records of an .xls tell ([MS-XLS]: kind and length, two bytes each), before calamine makes room for it.

How large its sheets are, whether it has a password, and what cells show beside their value.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from app.importing.spreadsheets.number_formats import ShowNumber, zero_format
from app.importing.spreadsheets.shown_cells import Shown

# Records that carry a cell; each starts with row and column: DIMENSIONS is left out, calamine goes by the cells.
CELL_KINDS: Final = frozenset(
    {0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x0002, 0x0003, 0x0004, 0x0005}
)
MULTIPLE: Final = frozenset({0x00BD, 0x00BE})  # runs of cells: the last two bytes are the last column
BEGIN: Final = frozenset({0x0809, 0x0409, 0x0209, 0x0009})
PASSWORD, SHEET, FORMAT, STYLE = 0x002F, 0x0085, 0x041E, 0x00E0
FORMULA, NUMBER, SMALL_NUMBER, SMALL_NUMBERS, ERROR = 0x0006, 0x0203, 0x027E, 0x00BD, 0x0205
ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


@dataclass(slots=True)
class XlsRecords:
    """What the records tell; `shown` has the sheets in the order in which the workbook names them."""

    area: int = 0  # cells in the largest rectangle around the values of one sheet
    has_password: bool = False
    shown: list[Shown] = field(default_factory=list)


@dataclass(slots=True)
class _Styles:
    """The number formats of a workbook."""

    is_new: bool  # since Excel 97
    codes: dict[int, str] = field(default_factory=dict)
    count: int = 0  # of the styles so far
    shows: dict[int, ShowNumber] = field(default_factory=dict)  # by the place of a style that shows zeros

    def read(self, kind: int, content: bytes) -> None:
        """One record of the part before the sheets."""
        if kind == FORMAT and len(content) > 4:
            key = struct.unpack_from("<H", content)[0]
            self.codes[key] = _code(content, is_new=self.is_new)
        elif kind == STYLE and len(content) >= 4:
            show = zero_format(self.codes.get(struct.unpack_from("<H", content, 2)[0], ""))
            if show is not None:
                self.shows[self.count] = show
            self.count += 1


def read_records(stream: bytes) -> XlsRecords:
    """Read the stream `Workbook`. Raises FileRefused when more cells show something than a roster can have."""
    found, starts = XlsRecords(), dict[int, Shown]()
    styles = _Styles(is_new=stream[5:6] >= b"\x06")  # the version, in the first record
    height = width = 0
    shown = Shown()
    for at, kind, content in _records(stream):
        if kind in CELL_KINDS and len(content) >= 4:
            row, column = struct.unpack_from("<HH", content)
            last = struct.unpack_from("<H", content, len(content) - 2)[0] if kind in MULTIPLE else column
            height, width = max(height, row + 1), max(width, column + 1, last + 1)
            for right, text in _texts(kind, content, styles.shows):
                shown.add(row, column + right, text)
        elif kind in BEGIN:
            found.area, height, width = max(found.area, height * width), 0, 0
            shown = starts.get(at, Shown())  # a chart within a sheet has records of its own
        elif kind == SHEET and len(content) >= 4:
            found.shown.append(starts.setdefault(struct.unpack_from("<I", content)[0], Shown()))
        else:
            found.has_password |= kind == PASSWORD
            styles.read(kind, content)
    found.area = max(found.area, height * width)
    return found


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Where each record starts, its kind and its content."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length <= len(stream):
            yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _code(content: bytes, *, is_new: bool) -> str:
    if not is_new:
        return content[3 : 3 + content[2]].decode("cp1252", "replace")
    length, flags = struct.unpack_from("<HB", content, 2)
    encoding, size = ("utf-16-le", length * 2) if flags & 1 else ("cp1252", length)
    return content[5 : 5 + size].decode(encoding, "replace")


def _texts(kind: int, content: bytes, formats: dict[int, ShowNumber]) -> Iterator[tuple[int, str]]:
    """The cells of one record that show more than their value, counted from its first column."""
    if kind == ERROR and len(content) >= 8 and content[7]:
        yield 0, ERRORS.get(content[6], "#N/A")
    elif kind == FORMULA and len(content) >= 14 and content[12:14] == b"\xff\xff" and content[6] == 2:
        yield 0, ERRORS.get(content[8], "#N/A")
    elif formats:
        for right, (style, value) in enumerate(_numbers(kind, content)):
            show = formats.get(style)
            text = show(value) if show else None
            if text:
                yield right, text


def _numbers(kind: int, content: bytes) -> Iterator[tuple[int, float]]:
    """Style and value of the numbers in one record."""
    if kind in (NUMBER, FORMULA) and len(content) >= 14:
        yield struct.unpack_from("<H", content, 4)[0], struct.unpack_from("<d", content, 6)[0]
    elif kind == SMALL_NUMBER and len(content) >= 10:
        yield struct.unpack_from("<H", content, 4)[0], _small(struct.unpack_from("<I", content, 6)[0])
    elif kind == SMALL_NUMBERS:
        for at in range(4, len(content) - 7, 6):
            style, value = struct.unpack_from("<HI", content, at)
            yield style, _small(value)


def _small(packed: int) -> float:
    """A number in 30 bits: whole, or the upper half of a double; perhaps in hundredths."""
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed & 0x80000000 else 0))
    else:
        value = float(struct.unpack("<d", struct.pack("<II", 0, packed & 0xFFFFFFFC))[0])
    return value / 100 if packed & 1 else value
