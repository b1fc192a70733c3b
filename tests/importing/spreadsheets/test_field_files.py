"""Files as the field sent them, made small and about nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.importing.rosters.roster import RefusedRow, open_roster
from tests.importing.spreadsheets.odd_sheets import members, numbers

FIELD = Path(__file__).parent / "field"
FIELD_FILES = {
    "csv_macroman_CR_only.csv": ["102", "103"],
    "lead0_a.csv": ["0000012345"],
    "lead0_b_format_0000000000.xlsx": ["0000012345"],
    "xls_small_workbook_in_ministream.xls": ["101", "102"],
    "xlsx_dimension_rows_only.xlsx": ["101"],
    "xlsx_hidden_sheet_more_columns.xlsx": ["101"],
    "xlsx_workbook_at_root.xlsx": ["1"],
    "csv_duplicate_headers.csv": ["101"],
    "adressen.csv": ["1", "2", "3", "4", "5"],
}


@pytest.mark.parametrize(("name", "found"), FIELD_FILES.items())
def test_a_file_of_the_field_is_read(name: str, found: list[str]) -> None:
    assert numbers((FIELD / name).read_bytes()) == found


@pytest.mark.parametrize("name", ["csv_sci_member_number.csv"])
def test_every_row_of_these_files_of_the_field_is_refused(name: str) -> None:
    assert all(isinstance(row, RefusedRow) for row in members(open_roster((FIELD / name).read_bytes(), name)))
