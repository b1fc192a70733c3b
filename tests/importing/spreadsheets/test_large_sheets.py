"""Sheets that would fill the memory."""

from __future__ import annotations

import pytest

from app.importing.spreadsheets import grid_size
from app.importing.spreadsheets.grid_size import ods_rows
from app.importing.spreadsheets.package import LARGEST_TREE, parse_part
from tests.importing import sheet_files
from tests.importing.spreadsheets.odd_sheets import refusal

HELD = 20_000  # elements in memory at most, instead of a million, which takes seconds


@pytest.mark.parametrize(
    "rows",
    [
        "<table:table-row>" + "<table:table-cell/>" * (HELD + 1) + "</table:table-row>",
        "<table:table-column/>" * (HELD + 1),
    ],
    ids=["cells", "columns"],
)
def test_more_elements_than_any_row_has_are_refused_before_they_fill_the_memory(
    rows: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = sheet_files.ods_of(f'<table:table table:name="A">{rows}</table:table>')
    monkeypatch.setattr(grid_size, "MOST_HELD", HELD)
    assert "too large" in refusal(sheet)


def test_rows_that_were_read_are_forgotten() -> None:
    table = '<a xmlns:table="t"><table:table table:name="A">' + "<table:table-row/>" * 50_000 + "</table:table></a>"
    parents = (row.getparent() for _, row in ods_rows(table.encode()) if row is not None)
    held = [len(parent) for parent in parents if parent is not None]
    assert len(held) == 50_000
    assert max(held) < 5_000  # what one piece of the file holds is parsed at once


def test_a_part_that_is_too_large_for_a_tree_is_not_made_into_one() -> None:
    assert parse_part(b"<a>" + b"<b/>" * (LARGEST_TREE // 4) + b"</a>") is None
    assert parse_part(b"<a/>") is not None
