"""Small spreadsheets with one fault each, and what is read of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from app.importing.faults import FileRefused
from app.importing.rosters.roster import RosterFile, RosterRow, open_roster, read_roster
from tests.importing import sheet_files

HEADER = ["Lidnummer", "Achternaam"]
ROWS = [HEADER, ["7", "Bos"]]


def members(roster: RosterFile) -> list[Any]:
    return list(read_roster(roster.rows(), roster.mapping, today=date(2026, 2, 2), header=roster.header))


def numbers(data: bytes) -> list[str | None]:
    read = members(open_roster(data, "leden.xlsx"))
    assert all(isinstance(row, RosterRow) for row in read), read
    return [row.member_number for row in read if isinstance(row, RosterRow)]


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        open_roster(data, "leden.xlsx")
    return str(refused.value)


def book(sheets: dict[str, Sequence[Sequence[Any]]], *, hidden: Sequence[str] = ()) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        elif not made.worksheet_meta.activesheet:
            sheet.activate()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    made.close()
    return out.getvalue()


def ods_of_cells(*cells: str) -> bytes:
    head = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{title}</text:p></table:table-cell>' for title in HEADER
    )
    name = '<table:table-cell office:value-type="string"><text:p>Bos</text:p></table:table-cell>'
    rows = "".join(f"<table:table-row>{cell}{name}</table:table-row>" for cell in cells)
    return sheet_files.ods_of(
        f'<table:table table:name="Leden"><table:table-row>{head}</table:table-row>{rows}</table:table>'
    )


def faults_of(content: bytes, name: str = "leden.csv") -> list[str]:
    [row] = members(open_roster(content, name))
    if isinstance(row, RosterRow):
        return [str(remark.fault.message) for remark in row.unread]
    return [str(fault.message) for fault in row.faults]
