"""The size of the sheets in an .xls, read from its records before calamine makes room for them.

An .xls is a little file system ([MS-CFB]) with one stream of records ([MS-XLS]: kind and length, two bytes each).
"""

from __future__ import annotations

import struct
from typing import Final

from app.importing.faults import FileRefused
from app.phrases import Phrase

# Records that carry a cell; each starts with row and column: DIMENSIONS is left out, calamine goes by the cells.
CELL_KINDS: Final = frozenset(
    {0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x0002, 0x0003, 0x0004, 0x0005}
)
MULTIPLE: Final = frozenset({0x00BD, 0x00BE})  # runs of cells: the last two bytes are the last column
BEGIN_OF_SHEET: Final = frozenset({0x0809, 0x0409, 0x0209, 0x0009})
END_OF_CHAIN: Final = 0xFFFFFFFA
SMALLEST_STREAM: Final = 4096  # shorter streams live elsewhere; a real workbook is padded to at least this


def largest_area(data: bytes, unreadable: Phrase) -> int:
    """Cells in the largest rectangle around the values of one sheet. Raises FileRefused(unreadable)."""
    try:
        stream = _workbook_stream(data)
    except (struct.error, IndexError, ValueError):
        raise FileRefused(unreadable) from None
    return _largest(stream)


def _largest(stream: bytes) -> int:
    area = height = width = at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        at += 4
        if kind in CELL_KINDS and length >= 4 and at + length <= len(stream):
            row, column = struct.unpack_from("<HH", stream, at)
            if kind in MULTIPLE:
                column = max(column, struct.unpack_from("<H", stream, at + length - 2)[0])
            height, width = max(height, row + 1), max(width, column + 1)
        elif kind in BEGIN_OF_SHEET:
            area, height, width = max(area, height * width), 0, 0
        at += length
    return max(area, height * width)


def _workbook_stream(data: bytes) -> bytes:
    sector = 1 << struct.unpack_from("<H", data, 30)[0]
    if sector not in (512, 4096):
        raise ValueError
    table = _allocation_table(data, sector)
    directory = _chain(data, sector, table, struct.unpack_from("<I", data, 48)[0])
    for at in range(0, len(directory) - 127, 128):
        name = directory[at : at + struct.unpack_from("<H", directory, at + 64)[0]].decode("utf-16-le", "replace")
        if name.rstrip("\0").lower() in ("workbook", "book"):
            start, size = struct.unpack_from("<II", directory, at + 116)
            if size < SMALLEST_STREAM:
                raise ValueError
            return _chain(data, sector, table, start)[:size]
    raise ValueError


def _allocation_table(data: bytes, sector: int) -> list[int]:
    places = list(struct.unpack_from("<109I", data, 76))
    following = struct.unpack_from("<I", data, 68)[0]
    per_sector = sector // 4
    for _ in range(len(data) // sector + 1):
        if following >= END_OF_CHAIN:
            break
        more = struct.unpack_from(f"<{per_sector}I", data, (following + 1) * sector)
        places += more[:-1]
        following = more[-1]
    table: list[int] = []
    for place in places:
        if place < END_OF_CHAIN:
            table += struct.unpack_from(f"<{per_sector}I", data, (place + 1) * sector)
    return table


def _chain(data: bytes, sector: int, table: list[int], start: int) -> bytes:
    parts: list[bytes] = []
    for _ in range(len(table) + 1):
        if start >= END_OF_CHAIN:
            return b"".join(parts)
        parts.append(data[(start + 1) * sector : (start + 2) * sector])
        start = table[start]
    raise ValueError  # a circle
