"""A BSN in a roster is in no fault, preview, representation or file with refused rows, wherever it stood."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.nl import bsn

from app.importing.rosters.bsn_mask import MASK, mask_bsn
from app.importing.rosters.columns import FIELDS, HEADINGS, recognise_columns
from app.importing.rosters.refused_rows import refused_rows_csv, show_row
from app.importing.rosters.roster import RefusedRow, RosterRow, open_roster, read_roster

TODAY = date(2026, 2, 2)
HEADER = [HEADINGS[field][0].capitalize() for field in FIELDS] + ["Opmerking"]


def valid_bsn(start: int) -> str:
    """The first number from `start` on that passes the eleven-test."""
    return next(number for offset in range(200) if bsn.is_valid(number := f"{start + offset:09d}"))


bsns = st.integers(min_value=10_000_000, max_value=999_999_000).map(valid_bsn)


def spell(number: str, spelling: int) -> str:
    return (
        number,
        f"{number[:4]}.{number[4:6]}.{number[6:]}",
        f"{number[:3]} {number[3:6]} {number[6:]}",
        f"zie {number}.",
        f"-{number}",
        number.lstrip("0"),
    )[spelling]


def digits_of(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


# Numbers of members, telephones and the like are needed to correct a row; a BSN there is not known to be one.
ELSEWHERE = [
    index
    for index, field in enumerate([*FIELDS, "remark"])
    if field not in ("member_number", "phone", "mobile", "iban", "birth_date", "trained_on", "email")
]


@settings(deadline=None)
@given(bsns, st.integers(0, 5), st.integers(0, len(FIELDS)))
def test_no_fault_or_representation_holds_it(number: str, spelling: int, column: int) -> None:
    cells = [""] * len(HEADER)
    cells[column] = spell(number, spelling)
    for row in read_roster([(2, cells)], recognise_columns(HEADER), today=TODAY, header=HEADER):
        if isinstance(row, RosterRow):
            row = RosterRow(row.row, "x", bsn=row.bsn)  # what the file gave as another field is that field
        assert number.lstrip("0") not in digits_of(repr(row))


@settings(deadline=None)
@given(bsns, st.integers(0, 5), st.sampled_from(ELSEWHERE))
def test_no_preview_or_file_with_refused_rows_holds_it(number: str, spelling: int, column: int) -> None:
    cells = [""] * len(HEADER)
    cells[column] = spell(number, spelling)
    mapping = recognise_columns(HEADER)
    assert number.lstrip("0") not in digits_of("".join(show_row(cells, HEADER, mapping)))
    refused = [RefusedRow(2, tuple(cells))]
    content = refused_rows_csv(HEADER, refused, mapping, say=str).decode("utf-8-sig")
    assert number.lstrip("0") not in digits_of(content)


def test_a_bsn_column_is_masked_even_when_it_is_not_read_and_whatever_is_in_it() -> None:
    header = ["Achternaam", "BSN-nummer (9 cijfers)"]
    assert show_row(["Vries", "12345678x"], header, {"surname": 0}) == ["Vries", MASK]
    assert show_row(["Vries", ""], header, {"surname": 0}) == ["Vries", ""]


def test_a_wrong_bsn_is_not_repeated_in_its_fault() -> None:
    (row,) = read_roster([(2, ["Vries", "123456789"])], {"surname": 0, "bsn": 1}, today=TODAY)
    assert isinstance(row, RefusedRow)
    assert "123456789" not in repr(row)


def test_a_bsn_column_read_as_another_field_shows_nothing_of_it() -> None:
    header = ["Achternaam", "BSN 123456782"]
    (row,) = read_roster([(2, ["Vries", "12345678x"])], {"surname": 0, "email": 1}, today=TODAY, header=header)
    assert isinstance(row, RefusedRow)
    assert [(fault.column, fault.value_shown) for fault in row.faults] == [(f"BSN {MASK}", None)]


def test_the_second_of_two_rows_names_the_first_without_the_number() -> None:
    rows = [(2, ["1", "Vries", "123456782"]), (3, ["2", "Jansen", "123456782"])]
    first, second = read_roster(rows, {"member_number": 0, "surname": 1, "bsn": 2}, today=TODAY)
    assert isinstance(second, RefusedRow)
    assert "123456782" not in repr((first, second))


def test_a_file_without_headings_does_not_show_a_bsn_as_one() -> None:
    roster = open_roster(b"Jan;123456782\nPiet;111222333\n", "leden.csv")
    assert roster.header == ("Jan", MASK)


def test_other_numbers_stay_readable() -> None:
    assert mask_bsn("123456789 0612345678 1234 AB") == "123456789 0612345678 1234 AB"


def test_the_refused_rows_carry_their_reasons_and_disarmed_formulas() -> None:
    header = ["Lidnummer", "Achternaam", "E-mail", "BSN", "Opmerking"]
    mapping = recognise_columns(header)
    cells = ["", "Vries", "jan@", "123456782", "=1+1"]
    refused = [
        row for row in read_roster([(2, cells)], mapping, today=TODAY, header=header) if isinstance(row, RefusedRow)
    ]
    content = refused_rows_csv(header, refused, mapping, say=lambda text: str(text).upper())
    assert content.decode("utf-8-sig").splitlines() == [
        "Lidnummer;Achternaam;E-mail;BSN;Opmerking;REASON FOR REFUSAL",
        f";Vries;jan@;{MASK};'=1+1;E-mail: TYPE AN E-MAIL ADDRESS WITH AN @ AND A FULL STOP, "
        "FOR EXAMPLE NAME@EXAMPLE.COM.",
    ]


def test_the_refused_rows_can_be_corrected_and_imported_again() -> None:
    header = ["Lidnummer", "Achternaam", "Mobiel", "E-mail", "BSN"]
    cells = ("1", "Vries", "+31612345678", "jan@", "123456782")
    content = refused_rows_csv(header, [RefusedRow(2, cells)], recognise_columns(header), say=str)
    roster = open_roster(content.replace(b"jan@", b"jan@voorbeeld.nl"), "geweigerd.csv")
    (row,) = read_roster(roster.rows(), roster.mapping, today=TODAY)
    assert isinstance(row, RosterRow)
    assert (row.mobile, row.email, row.bsn) == ("+31612345678", "jan@voorbeeld.nl", None)
