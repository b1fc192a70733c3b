"""Rows of a roster that are no members: totals and notes below the list, and headings that come back on each page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

TOTAL: Final = re.compile(
    r"(?:sub|eind|grand )?tota(?:al|len|l)\b|aantal\b|gemiddelde?\b|total\b|count\b", re.IGNORECASE
)
# On a row with nothing else.
NOTE: Final = re.compile(
    r"afgedrukt|gedrukt op|geprint|geëxporteerd|export|bron\b|pagina\b|page\b|blad\b|peildatum|printdatum"
    r"|laatst (?:bijgewerkt|gewijzigd)|einde\b|©|\*|let op\b|n\.?b\.?[:\s]|vertrouwelijk",
    re.IGNORECASE,
)
LONGEST: Final = 100  # characters of it that are shown


def is_footer(cells: Sequence[str]) -> bool:
    """Whether the row begins with a word for a total, or holds only a note; never when an address stands in it.

    Ask it of rows that are no member as they stand.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or any("@" in cell for cell in filled):
        return False
    return bool(TOTAL.match(filled[0]) or (len(filled) == 1 and NOTE.match(filled[0])))


def is_heading(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether the row is the header once more."""
    return [cell.strip() for cell in cells[: len(header)]] == [*header[: len(cells)]] and any(header)


def write_footer(cells: Sequence[str]) -> str:
    """The row as one line."""
    return " | ".join(cell.strip() for cell in cells if cell.strip())[:LONGEST]
