"""The rows of a roster that were refused, as a file to correct and import again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from app.importing.faults import Fault
from app.importing.rosters.bsn_mask import mask_bsn, masked
from app.importing.rosters.columns import bsn_columns
from app.importing.rosters.roster import RefusedRow
from app.importing.spreadsheets.sheets_out import csv_bytes
from app.member_fields import MEMBER_FIELDS
from app.phrases import Phrase, phrase

NAMES: Final = MEMBER_FIELDS.names(lambda field: field.is_name)
LONGEST_NAME: Final = 120
# Shown as they are: without their numbers nobody can correct the row.
NUMERIC_FIELDS: Final = MEMBER_FIELDS.names(lambda field: field.is_numeric)


def show_row(cells: Sequence[str], header: Sequence[str], mapping: Mapping[str, int | None]) -> list[str]:
    """A row of the file for a preview, BSNs masked."""
    shown = [index for name in NUMERIC_FIELDS if (index := mapping.get(name)) is not None]
    return masked(cells, bsn_columns=bsn_columns(header, mapping), shown_columns=frozenset(shown))


def name_in(cells: Sequence[str], mapping: Mapping[str, int | None]) -> str:
    """Who the row is about, as far as its cells say; numbers that could be a BSN masked."""
    found = {
        name: cells[index].strip() for name in NAMES if (index := mapping.get(name)) is not None and index < len(cells)
    }
    given = found.get("first_name") or found.get("initials", "")
    return mask_bsn(" ".join(filter(None, (given, found.get("infix", ""), found.get("surname", "")))))[:LONGEST_NAME]


def refused_rows_csv(
    header: Sequence[str],
    refused: Iterable[RefusedRow],
    mapping: Mapping[str, int | None],
    *,
    say: Callable[[Phrase], str],
) -> bytes:
    """The refused rows as they were in the file, their reasons in a last column; BSNs masked, formulas disarmed.

    Corrected and imported again, the masked BSN counts as not given. `say` puts the reasons in the reader's language.
    """
    width = len(header)
    title = say(phrase("Reason for refusal"))

    def rows() -> Iterable[list[str]]:
        for row in refused:
            cells = show_row(row.cells, header, mapping)
            padded = [*cells[:width], *[""] * (width - len(cells))]
            yield [*padded, " ".join(_reason(fault, say) for fault in row.faults)]

    return csv_bytes([*map(mask_bsn, header), title], rows())


def _reason(fault: Fault, say: Callable[[Phrase], str]) -> str:
    message = say(fault.message)
    return message if fault.column is None else f"{fault.column}: {message}"
