"""Keeping BSNs out of what people see of a file: previews, faults, the file with refused rows (SECURITY, BSN)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from stdnum.nl import bsn

MASK: Final = "•••••"
LIKE_BSN: Final = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){7,8}(?!\d)")


def mask_bsn(value: str) -> str:
    """The text with every number masked that could be a BSN: eight or nine digits that pass the eleven-test."""
    return LIKE_BSN.sub(_masked_number, value) if len(value) >= 8 else value


def _masked_number(found: re.Match[str]) -> str:
    digits = "".join(str(int(letter)) for letter in found[0] if letter.isdecimal())
    return MASK if bsn.is_valid(digits.zfill(9)) else found[0]


def masked(cells: Sequence[str], *, bsn_columns: Collection[int], shown_columns: Collection[int] = ()) -> list[str]:
    """A row that can be shown: BSN columns wholly masked, elsewhere every number that could be one.

    `shown_columns` are left as they are: numbers of members, telephones and accounts, one in eleven of which happens
    to pass the eleven-test.
    """
    return [
        (MASK if cell.strip() else "") if index in bsn_columns else cell if index in shown_columns else mask_bsn(cell)
        for index, cell in enumerate(cells)
    ]
