"""Whether calamine lives through a spreadsheet: a text can be stored once and be the value of a million cells.

Calamine copies it for each of them, and a count of spaces in an .ods (`text:c`) is carried out whatever it says: some
hundred bytes ask for gigabytes, and a Rust program that gets no memory ends at once, with the web server around it. So
what may be of this kind is read first by a process with bounds on time and memory (`trial_child.py`).
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Final

from app.children.child import Child
from app.children.judge import Judge
from app.importing.faults import FileRefused
from app.importing.limits import MEBIBYTE
from app.importing.spreadsheets.grid_size import TOO_LARGE

# 100,000 members with 20 columns take some 3 seconds and a quarter of the memory.
READER: Final = Child(Path(__file__).with_name("trial_child.py"), memory=1024 * MEBIBYTE, cpu_seconds=30)
JUDGE: Final = Judge(READER, seconds=90, is_verdict=lambda said: said.status == 0, remembers=64)
END_OF_TEXT: Final = b"</si>"
PLAIN_TEXT: Final = 512 * MEBIBYTE  # what the cells of a sheet may hold together without a trial
MARKS_OF_CELL: Final = 4  # <c><v>1</v></c>: the least of a cell with a shared text
TEXT: Final = re.compile(rb"<(?:[^<>/\s]{0,40}:)?si[\s/>]")


class XlsxText:
    """How much text the cells of a .xlsx may hold: never less than calamine makes of it."""

    def __init__(self) -> None:
        self._texts: list[bytes] = []
        self._cells = 0

    def add(self, part: bytes) -> None:
        """Count one part of the file: a sheet by its cells; another one may hold the texts that cells share."""
        if b"sheetData" in part:
            self._cells = max(self._cells, part.count(b"<") // MARKS_OF_CELL)
        elif TEXT.search(part) or b"\0" in part:  # or written in two bytes a letter
            self._texts.append(part)

    @property
    def is_doubtful(self) -> bool:
        """Whether it could be more than a roster holds."""
        most = PLAIN_TEXT // max(1, self._cells)
        return any(_has_longer(part, most) for part in self._texts)


def _has_longer(part: bytes, most: int) -> bool:
    """Whether a shared text may be longer than `most` bytes; a rare spelling of its end counts as none."""
    if b"<!" in part or most <= len(END_OF_TEXT):
        return True  # the end of a text may be text itself there
    at = 0
    while at + most < len(part):
        end = part.rfind(END_OF_TEXT, at + 1, at + most)
        if end == -1:
            return True
        at = end
    return False


def insist_it_can_be_read(data: bytes) -> None:
    """Raises FileRefused when the reader runs out of its bounds, or breaks."""
    if JUDGE.ask(io.BytesIO(data)) is None:
        raise FileRefused(TOO_LARGE)
