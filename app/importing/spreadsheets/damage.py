"""Cells in which a spreadsheet left something else than the value: an error, a cut number, or signs for no room."""

from __future__ import annotations

import re
from typing import Final

from app.phrases import Phrase, phrase

# In Dutch and English, such as #N/B, #NAAM?, #VERW!, #DEEL/0!; and LibreOffice's Err:502.
ERROR: Final = re.compile(r"#(?:[A-Z]{2,12}(?:/0)?[!?]|N/[AB]|NV)|Err:\d{3}")
NO_ROOM: Final = re.compile("#{3,}")
CUT: Final = re.compile(r"-?\d(?:[.,]\d{1,15})?E\+\d{1,3}", re.IGNORECASE)
SIGNS: Final = re.compile("#|Err:|E[+]", re.IGNORECASE)


def may_be_damaged(row: str) -> bool:
    """Whether a look at each cell is worth it, by all cells of a row in one text."""
    return SIGNS.search(row) is not None


def find_damage(cell: str) -> Phrase | None:
    """What is wrong with a cell without outer spaces, and what to do about it."""
    if ERROR.fullmatch(cell):
        return phrase("The spreadsheet has an error here (%(error)s). Correct it there, or empty the cell.", error=cell)
    if NO_ROOM.fullmatch(cell):
        return phrase("The column was too narrow for the value. Make it wider in the spreadsheet and save it again.")
    if CUT.fullmatch(cell):
        return phrase(
            "The spreadsheet has cut this number. Give the column the format text or number without decimals, "
            "check the numbers and save it again."
        )
    return None
