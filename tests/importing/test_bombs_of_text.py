"""A text that is stored once and is the value of many cells, and a count of spaces: gigabytes out of a kilobyte."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.children.child import Child
from app.importing.faults import FileRefused
from app.importing.spreadsheets import trial
from app.importing.spreadsheets.tables import read_tables
from tests.importing import sheet_files

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def xlsx_sharing(text: str, *, rows: int, end: str = "</si>") -> bytes:
    """Each of 20 cells in these rows has the one shared text."""
    cells = ("<row>" + '<c t="s"><v>0</v></c>' * 20 + "</row>") * rows
    sheet = f'<worksheet xmlns="{NAMESPACE}"><sheetData>{cells}</sheetData></worksheet>'
    texts = f'<sst xmlns="{NAMESPACE}" count="1" uniqueCount="1"><si><t>{text}</t>{end}</sst>'
    data = sheet_files.with_entry(sheet_files.xlsx([["x"]]), "xl/worksheets/sheet1.xml", sheet.encode())
    return sheet_files.with_entry(data, "xl/sharedStrings.xml", texts.encode())


def ods_of_text(cell: str, *, rows: int = 1, columns: int = 1) -> bytes:
    """One cell, repeated."""
    return sheet_files.ods_of(
        f'<table:table table:name="A"><table:table-row table:number-rows-repeated="{rows}"><table:table-cell '
        f'table:number-columns-repeated="{columns}" office:value-type="string"><text:p>{cell}</text:p>'
        "</table:table-cell></table:table-row></table:table>"
    )


# Each of these ended the whole process, or held it for most of a minute: seen with python-calamine 0.9.1.
BOMBS = {
    "spaces by their number": lambda: ods_of_text('x<text:s text:c="2000000000"/>'),
    "a long text in repeated cells": lambda: ods_of_text("x" * 30_000, rows=1_000, columns=100),
    "a text in very many repeated cells": lambda: ods_of_text("x" * 1_000, rows=4_000, columns=2_000),
    "a long text that cells share": lambda: xlsx_sharing("x" * 30_000, rows=5_000),
    "its end in another spelling": lambda: xlsx_sharing("x" * 30_000, rows=5_000, end="</si >"),
}


@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS.keys())
def test_what_asks_for_gigabytes_of_text_is_refused(make) -> None:
    with pytest.raises(FileRefused) as refused:
        read_tables(make(), "leden")
    assert "too large" in str(refused.value.text)


def test_a_text_that_few_cells_share_is_read() -> None:
    sheet = read_tables(xlsx_sharing("x" * 30_000, rows=100), "leden.xlsx").sheets[0]
    assert {tuple(cells) for _, cells in sheet.rows()} == {("x" * 30_000,) * 20}


def test_repeated_cells_and_spaces_are_read() -> None:
    sheet = read_tables(ods_of_text('a<text:s text:c="3"/>b', rows=2, columns=2), "leden.ods").sheets[0]
    assert list(sheet.rows()) == [(1, ["a   b"] * 2), (2, ["a   b"] * 2)]


def test_an_ordinary_xlsx_is_not_tried_first(monkeypatch) -> None:
    tried: list[bytes] = []
    monkeypatch.setattr("app.importing.spreadsheets.workbooks.insist_it_can_be_read", tried.append)
    read_tables(sheet_files.xlsx([[f"waarde {row} {column}" for column in range(20)] for row in range(500)]), "a.xlsx")
    assert tried == []


def test_a_file_that_was_read_once_is_not_tried_again(monkeypatch) -> None:
    data = ods_of_text("eenmaal")
    read_tables(data, "a.ods")
    monkeypatch.setattr(trial.JUDGE, "child", Child(Path("/nowhere"), memory=trial.READER.memory))
    assert read_tables(data, "a.ods").sheets


def test_an_xls_is_tried_first(monkeypatch) -> None:
    monkeypatch.setattr(trial.JUDGE, "child", Child(Path("/nowhere"), memory=trial.READER.memory))
    with pytest.raises(FileRefused):
        read_tables(sheet_files.xls({(0, 0): 1.5}), "a.xls")
