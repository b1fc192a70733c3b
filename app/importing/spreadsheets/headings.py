"""Which column is what: headings are compared without case, accents, spaces and punctuation."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

from app.importing.spreadsheets.tables import Sheet

HEADER_WITHIN: Final = 10  # rows in which the headings may stand, below a title


class Headings:
    """The spellings of each field, as `bare` has them, the best known first."""

    def __init__(self, spellings: Mapping[str, Sequence[str]]) -> None:
        self._spellings = spellings
        self.fields = tuple(spellings)
        self._field_of = {heading: field for field, headings in spellings.items() for heading in headings}

    def recognise(self, header: Sequence[str]) -> dict[str, int]:
        """Field → index of its column; the best-known spelling wins, then the first column."""
        found: dict[str, tuple[int, int]] = {}
        for at, heading in enumerate(header):
            field = self._field_of.get(bare(heading))
            if field is not None:
                rank = (self._spellings[field].index(bare(heading)), at)
                found[field] = min(found.get(field, rank), rank)
        return {field: at for field, (_rank, at) in found.items()}

    def find_header(self, sheet: Sheet) -> tuple[int, list[str]]:
        """The row with the most known headings among the first, with its number as a person counts."""
        found = [(row, list(cells)) for row, cells in islice(sheet.rows(), HEADER_WITHIN)]
        return max(found, key=lambda pair: len(self.recognise(pair[1])), default=(0, []))


def bare(text: str) -> str:
    """Without case, accents, spaces and punctuation: "Geb. datum" is "gebdatum"."""
    plain = unicodedata.normalize("NFKD", text[:100].casefold())
    return "".join(letter for letter in plain if letter.isalnum() and not unicodedata.combining(letter))
