"""The streams of a compound file ([MS-CFB]): what .xls files, and .xlsx files with a password, are made of."""

from __future__ import annotations

import struct
from typing import Final

END_OF_CHAIN: Final = 0xFFFFFFFA
SMALL_SECTOR: Final = 64  # bytes; short streams lie together in one stream of these
SMALLEST_STREAM: Final = 4096  # bytes; what is shorter is short
ENTRY: Final = 128  # bytes of one entry of the directory

_BROKEN: Final = (struct.error, IndexError)


class BrokenCompoundFile(ValueError):
    """Cut off, or its chains go in circles."""


class CompoundFile:
    """Opens the directory; `names` are those of its streams and folders in small letters. Raises BrokenCompoundFile."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._sector = 1 << struct.unpack_from("<H", data, 30)[0]
            if self._sector not in (512, 4096):
                raise BrokenCompoundFile
            self._table = self._read_table()
            directory = self._chain(struct.unpack_from("<I", data, 48)[0])
            self._places = dict(_entry(directory, at) for at in range(0, len(directory) - ENTRY + 1, ENTRY))
        except _BROKEN as error:
            raise BrokenCompoundFile from error

    @property
    def names(self) -> frozenset[str]:
        """In small letters."""
        return frozenset(self._places)

    def read(self, name: str) -> bytes:
        """The content of the stream. Raises BrokenCompoundFile."""
        try:
            start, size = self._places[name]
            return self._short(start, size) if size < SMALLEST_STREAM else self._chain(start)[:size]
        except (*_BROKEN, KeyError) as error:
            raise BrokenCompoundFile from error

    def _short(self, start: int, size: int) -> bytes:
        together = self._chain(self._places["root entry"][0])
        sectors = self._chain(struct.unpack_from("<I", self._data, 60)[0])
        table = struct.unpack_from(f"<{len(sectors) // 4}I", sectors)
        parts = [together[at * SMALL_SECTOR : (at + 1) * SMALL_SECTOR] for at in _follow(table, start)]
        return b"".join(parts)[:size]

    def _chain(self, start: int) -> bytes:
        parts = [self._data[(at + 1) * self._sector : (at + 2) * self._sector] for at in _follow(self._table, start)]
        return b"".join(parts)

    def _read_table(self) -> tuple[int, ...]:
        places = list(struct.unpack_from("<109I", self._data, 76))
        following = struct.unpack_from("<I", self._data, 68)[0]
        per_sector = self._sector // 4
        for _ in range(len(self._data) // self._sector + 1):
            if following >= END_OF_CHAIN:
                break
            more = struct.unpack_from(f"<{per_sector}I", self._data, (following + 1) * self._sector)
            places += more[:-1]
            following = more[-1]
        used = [(place + 1) * self._sector for place in places if place < END_OF_CHAIN]
        return tuple(number for at in used for number in struct.unpack_from(f"<{per_sector}I", self._data, at))


def _entry(directory: bytes, at: int) -> tuple[str, tuple[int, int]]:
    """The name of one entry, and where it starts with its size in bytes."""
    length = struct.unpack_from("<H", directory, at + 64)[0]
    name = directory[at : at + min(length, 64)].decode("utf-16-le", "replace").rstrip("\0").lower()
    return name, struct.unpack_from("<II", directory, at + 116)


def _follow(table: tuple[int, ...], start: int) -> list[int]:
    chain: list[int] = []
    while start < END_OF_CHAIN:
        if len(chain) > len(table):
            raise BrokenCompoundFile  # a circle
        chain.append(start)
        start = table[start]
    return chain
