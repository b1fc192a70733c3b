"""How much a file may ask of the machine."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file; the defaults fit the largest municipalities with room to spare.

    - `max_bytes`: as uploaded (100,000 members × 20 columns is about 7 MB in .xlsx);
    - `max_rows`, `max_columns`: of one sheet; the stations form has 1,005 columns and people add some;
    - `max_cells`: the rectangle around all values of one sheet, because calamine makes room for all of it (24 bytes
      a cell): one value in the last corner of a sheet of 5 kB makes the process abort (seen);
    - `max_expanded`, `max_entries`: of a zip (.xlsx, .ods) when unpacked.
    """

    max_bytes: int = 20 * MEBIBYTE
    max_rows: int = 200_000
    max_columns: int = 2_000
    max_cells: int = 8_000_000
    max_expanded: int = 400 * MEBIBYTE
    max_entries: int = 2_000
