"""Zeros that only a number format shows."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from app.importing.spreadsheets.number_formats import zero_format
from app.importing.spreadsheets.shown_cells import MOST
from tests.importing import sheet_files
from tests.importing.spreadsheets.odd_sheets import HEADER, numbers, ods_of_cells, refusal

FORMATS = {
    "0000000000": "0000012345",
    "000000": "012345",
    "00000;-00000": "12345",
    "0########": "000012345",
    '"L"000000': "L012345",
    "L\\-0000000": None,
    "\\L\\-0000000": "L-0012345",
    "[$-413]0000000": "0012345",
    "[Red]000000000": "000012345",
    "0000 0000": "0001 2345",
    "000-000": "012-345",
    "#######0": None,
    "0": None,
    "General": None,
    "#,##0": None,
    "0.00": None,
    "00%": None,
    "dd-mm-yyyy": None,
    "0" * 200: None,
}


@pytest.mark.parametrize(("code", "shown"), FORMATS.items())
def test_zeros_of_a_number_format_are_shown(code: str, shown: str | None) -> None:
    show = zero_format(code)
    assert (show and show(12345.0)) == shown


def test_a_number_that_a_format_does_not_show_whole_is_left_as_it_is() -> None:
    show = zero_format("00000")
    assert show is not None
    assert [show(value) for value in (-5.0, 1.5, 1e15, 123456.0)] == [None, None, None, "123456"]


def xlsx_in_format(code: str, rows: int = 1) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    sheet, style = made.add_worksheet("Leden"), made.add_format({"num_format": code})
    sheet.write_row(0, 0, HEADER)
    for row in range(1, rows + 1):
        sheet.write_number(row, 0, 12345 + row - 1, style)
        sheet.write_string(row, 1, f"Bos{row}")
    made.close()
    return out.getvalue()


def ods_number(value: str, shown: str, more: str = "") -> str:
    attributes = f'office:value-type="float" office:value="{value}" {more}'
    return f"<table:table-cell {attributes}><text:p>{shown}</text:p></table:table-cell>"


def test_zeros_that_only_the_format_shows_are_read_from_every_kind() -> None:
    xls = sheet_files.xls(
        {(0, 0): "Lidnummer", (0, 1): "Achternaam", (1, 0): 12345.0, (1, 1): "Bos"},
        records=sheet_files.number_format("0000000000"),
        style=1,
    )
    assert numbers(xlsx_in_format("0000000000")) == ["0000012345"]
    assert numbers(xls) == ["0000012345"]
    assert numbers(ods_of_cells(ods_number("12345", "0000012345"))) == ["0000012345"]


def test_of_an_ods_only_zeros_in_front_count_as_shown() -> None:
    assert numbers(ods_of_cells(ods_number("12345", "12.345"), ods_number("7", "007"))) == ["12345", "007"]


def test_a_whole_column_in_a_format_is_read() -> None:
    assert numbers(xlsx_in_format("00000000", rows=300))[-1] == "00012644"


def test_more_shown_cells_than_a_roster_has_are_refused() -> None:
    row = ods_number("7", "007", 'table:number-columns-repeated="1000"')
    bomb = f'<table:table-row table:number-rows-repeated="{MOST // 1000 + 1}">{row}</table:table-row>'
    assert "too large" in refusal(sheet_files.ods_of(f'<table:table table:name="A">{bomb}</table:table>'))
