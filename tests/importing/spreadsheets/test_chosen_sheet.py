"""Which sheet of a book is read: one that can be seen before a hidden one."""

from __future__ import annotations

from typing import Any

import pytest

from app.importing.rosters.roster import open_roster
from tests.importing.spreadsheets.odd_sheets import HEADER, ROWS, book

OLD = [[*HEADER, "Voornaam", "E-mail"], ["9", "Oud", "Jan", "jan@post.example"]]


@pytest.mark.parametrize(
    ("sheets", "hidden", "read"),
    [
        ({"Leden": ROWS, "Oud": OLD}, ["Oud"], "Leden"),
        ({"Oud": OLD, "Leden": ROWS}, ["Oud"], "Leden"),
        ({"Uitleg": [["Lees dit eerst"]], "Oud": OLD, "Leden": ROWS}, ["Oud"], "Leden"),
        ({"Uitleg": [["Lees dit eerst"]], "Leden": ROWS}, ["Leden"], "Leden"),  # nothing else has headings
        ({"Leden": ROWS, "Meer": OLD}, [], "Meer"),
        ({"Leden": ROWS, "Ook": ROWS}, [], "Leden"),
        ({"Leeg": [], "Leden": ROWS}, [], "Leden"),
        ({"Leeg": [], "Oud": OLD, "Leden": [["Achternaam"], ["Bos"]]}, ["Oud"], "Leden"),
        ({"Uitleg": [["x"]], "A": OLD, "B": OLD, "Leden": ROWS}, ["A", "B"], "Leden"),
        ({"Uitleg": [["Lidnummer, achternaam en e-mail staan op blad 2"]], "Leden": ROWS}, [], "Leden"),
    ],
)
def test_a_sheet_that_can_be_seen_is_read_first_and_named(sheets: dict[str, Any], hidden: list[str], read: str) -> None:
    roster = open_roster(book(sheets, hidden=hidden), "leden.xlsx")
    assert roster.sheet == read
    said = " ".join(map(str, roster.remarks))
    assert f"The sheet “{read}” is read" in said
    assert all(f"“{other}”" in said for other in sheets)
    assert (f"“{read}” is hidden" in said) == (read in hidden)


def test_the_sheet_that_is_read_is_named_also_where_it_is_the_only_one() -> None:
    assert [str(remark) for remark in open_roster(book({"Leden": ROWS}), "leden.xlsx").remarks] == [
        "The sheet “Leden” is read."
    ]
