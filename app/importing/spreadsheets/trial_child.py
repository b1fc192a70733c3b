"""Reads a spreadsheet with calamine in a process of its own: run as a script, the file on its standard input.

It ends with status 0 when the reader lived through every sheet, whatever it said of them. The process may take little
time and memory and writes no file; it imports nothing of `app`.
"""

from __future__ import annotations

import io
import sys
from typing import Final

NO_MEMORY: Final = 3


def main() -> int:
    """Read standard input as the portal will: each sheet in turn, each row as Python's values."""
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        for meta in workbook.sheets_metadata:
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet:
                for _row in workbook.get_sheet_by_name(meta.name).iter_rows():
                    pass
    except MemoryError:
        return NO_MEMORY
    except BaseException:  # noqa: S110 (the portal meets the same, a panic of Rust too, and says what is wrong)
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
