"""Cells that hold an error, and numbers that the spreadsheet cut: no values."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from app.importing.rosters.roster import RosterRow, open_roster
from tests.importing import sheet_files
from tests.importing.spreadsheets.odd_sheets import HEADER, faults_of, members, numbers, ods_of_cells


@pytest.mark.parametrize(
    "error",
    [
        "#N/B",
        "#N/A",
        "#NAAM?",
        "#NAME?",
        "#VERW!",
        "#REF!",
        "#DEEL/0!",
        "#DIV/0!",
        "#WAARDE!",
        "#GETAL!",
        "#LEEG!",
        "Err:502",
    ],
)
def test_an_error_of_the_spreadsheet_is_no_value(error: str) -> None:
    for row in (f"{error};Bos", f"7;{error}", f"7; {error} "):
        assert [error in fault for fault in faults_of(f"Lidnummer;Achternaam\n{row}\n".encode())] == [True]


@pytest.mark.parametrize("cell", ["###", "########"])
def test_a_column_that_was_too_narrow_is_told(cell: str) -> None:
    assert "too narrow" in faults_of(f"Lidnummer;Achternaam;Geboortedatum\n7;Bos;{cell}\n".encode())[0]


def test_an_error_cell_of_a_spreadsheet_is_told_too() -> None:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write_formula(1, 0, "=VLOOKUP(1,A1:A1,1)", None, "#N/A")
    sheet.write_string(1, 1, "Bos")
    made.close()
    ods = ods_of_cells(
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
        'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    )
    for data in (out.getvalue(), ods):
        assert "#N/A" in faults_of(data, "leden.xlsx")[0]


@pytest.mark.parametrize("name", ["#1 Bos", "Bos #2", "E+", "Err", "C#", "#"])
def test_a_name_with_a_sign_is_a_name(name: str) -> None:
    [row] = members(open_roster(f"Lidnummer;Achternaam\n7;{name}\n".encode(), "leden.csv"))
    assert isinstance(row, RosterRow)
    assert row.surname == name


@pytest.mark.parametrize(
    "cut", ["1,2E+09", "1.2E+09", "1,23457E+11", "6E+08", "1,2e+09", "-1,2E+09", "9,99E+14", "1E+16"]
)
def test_a_number_that_was_cut_is_no_number(cut: str) -> None:
    assert "cut this number" in faults_of(f"Lidnummer;Achternaam\n{cut};Bos\n".encode())[0]
    assert "cut this number" in faults_of(f"Achternaam;Lidnummer;Mobiel\nBos;7;{cut}\n".encode())[0]


@pytest.mark.parametrize("number", [1234567890123450, 1.2e19, 1e300])
def test_a_number_of_more_digits_than_a_spreadsheet_keeps_is_refused(number: float) -> None:
    assert "cut this number" in faults_of(sheet_files.xlsx([HEADER, [number, "Bos"]]), "leden.xlsx")[0]


def test_the_longest_number_that_is_kept_whole_is_read() -> None:
    assert numbers(sheet_files.xlsx([HEADER, [999_999_999_999_999, "Bos"]])) == ["999999999999999"]
