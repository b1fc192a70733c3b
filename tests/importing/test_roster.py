"""Rosters: columns recognised, rows checked and put in the portal's spelling, faults by row and heading."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.importing.faults import Fault, FileRefused
from app.importing.rosters.columns import FIELDS, recognise_columns, unused_columns
from app.importing.rosters.roster import FooterRow, RefusedRow, RosterRow, open_roster, read_roster
from tests.importing import sheet_files

TODAY = date(2026, 2, 2)
HEADER = [
    "Lidnummer",
    "Voorletters",
    "Roepnaam",
    "Tussenvoegsel",
    "Achternaam",
    "Geboortedatum",
    "E-mailadres",
    "Telefoon",
    "Mobiel",
    "Straat",
    "Huisnummer",
    "Toevoeging",
    "Postcode",
    "Woonplaats",
    "IBAN",
    "BSN",
    "Ambtenaar",
    "Laatste training",
    "Taal",
    "Talen",
]
ROW = [
    "1001",
    "J.P.",
    "Jan",
    "de",
    "Vries",
    "31-12-1970",
    "jan@voorbeeld.nl",
    "010-417 00 00",
    "06-12345678",
    "Kerkstraat",
    "12",
    "bis",
    "1234ab",
    "Utrecht",
    "NL91 ABNA 0417 1643 00",
    "1234.56.782",
    "nee",
    "14-11-2025",
    "Nederlands",
    "Nederlands, Turks",
]


def row_of(**values: str) -> list[str]:
    """ROW with other values, by field."""
    cells = list(ROW)
    for field, value in values.items():
        cells[FIELDS.index(field)] = value
    return cells


def read(*rows: list[str], header: list[str] | None = None, first: int = 2) -> list[Any]:
    header = header or HEADER
    mapping = recognise_columns(header)
    return list(read_roster(enumerate(rows, first), mapping, today=TODAY, header=header))


def good(**values: str) -> RosterRow:
    (row,) = read(row_of(**values))
    assert isinstance(row, RosterRow), row
    return row


def faults(*rows: list[str]) -> list[Fault]:
    """What is wrong, of refused rows and of cells that were not taken over."""
    found = read(*rows)
    refusals = [fault for row in found if isinstance(row, RefusedRow) for fault in row.faults]
    return refusals + [remark.fault for row in found if isinstance(row, RosterRow) for remark in row.unread]


def simple(**values: str) -> RosterRow:
    """A row of a file that has only these columns and a surname."""
    values = {"Lidnummer": "1", "Achternaam": "Vries"} | values
    (row,) = read(list(values.values()), header=list(values))
    assert isinstance(row, RosterRow), row
    return row


def test_a_full_row_is_read_in_the_portals_spelling() -> None:
    assert good() == RosterRow(
        row=2,
        member_number="1001",
        initials="J.P.",
        first_name="Jan",
        infix="de",
        surname="Vries",
        birth_date=date(1970, 12, 31),
        email="jan@voorbeeld.nl",
        phone="+31104170000",
        mobile="+31612345678",
        street="Kerkstraat",
        house_number="12",
        house_number_suffix="bis",
        postcode="1234 AB",
        city="Utrecht",
        iban="NL91ABNA0417164300",
        bsn="123456782",
        is_civil_servant=False,
        trained_on=date(2025, 11, 14),
        language="nl",
        languages="Nederlands, Turks",
    )


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Personeelsnummer", "member_number"),
        ("relatie-nummer", "member_number"),
        ("VOORLETTERS", "initials"),
        ("Voornaam", "first_name"),
        ("Voorvoegsel(s)", "infix"),
        ("Naam", "surname"),
        ("Geb. datum", "birth_date"),
        ("e-mail adres", "email"),
        ("Mailadres", "email"),
        ("Tel.nr.", "phone"),
        ("Telefoonnummer", "phone"),
        ("06-nummer", "mobile"),
        ("Straat + huisnummer", "street"),
        ("Adres", "street"),
        ("Huisnr.", "house_number"),
        ("Huisletter", "house_number_suffix"),
        ("Postcode / Woonplaats", "postcode"),
        ("Plaats", "city"),
        ("Rekeningnummer", "iban"),
        ("Sofi-nummer", "bsn"),
        ("Burgerservicenummer", "bsn"),
        ("Ambtenaar?", "is_civil_servant"),
        ("Training", "trained_on"),
        ("Datum training", "trained_on"),
        ("Voertaal", "language"),
        ("Talen", "languages"),
    ],
)
def test_usual_headings_are_recognised(heading: str, field: str) -> None:
    assert recognise_columns(["Opmerking", heading]) == {field: 1}


def test_a_name_beside_a_surname_is_not_the_surname() -> None:
    assert recognise_columns(["Naam", "Achternaam"]) == {"surname": 1}


def test_of_two_columns_with_one_heading_the_first_is_taken() -> None:
    assert recognise_columns(["E-mail", "E-mail"]) == {"email": 0}


def test_the_row_with_headings_is_found_below_a_title() -> None:
    data = sheet_files.xlsx([["Stembureauleden 2026"], [], HEADER, ROW])
    roster = open_roster(data, "leden.xlsx")
    assert (roster.header_row, roster.header[:2], roster.mapping["surname"]) == (3, ("Lidnummer", "Voorletters"), 4)
    assert [number for number, _ in roster.rows()] == [4]


def test_the_sheet_with_the_most_headings_is_read() -> None:
    data = sheet_files.xlsx({"Toelichting": [["Naam", "uitleg"]], "Leden": [HEADER, ROW]})
    assert open_roster(data, "leden.xlsx").sheet == "Leden"


def test_a_file_without_rows_is_refused() -> None:
    with pytest.raises(FileRefused, match="no rows"):
        open_roster(b";;;\n;;;\n", "leden.csv")


def test_empty_rows_are_passed_over_and_short_ones_are_read() -> None:
    rows = read(["", " "], ["1", "", "", "", "Vries"])
    assert [(row.row, row.surname) for row in rows] == [(3, "Vries")]


def test_numbers_and_dates_of_excel_are_read() -> None:
    cells: list[Any] = list(ROW)
    cells[0], cells[5], cells[8], cells[15] = 1012345, date(1970, 6, 6), 612345678, 10464554
    roster = open_roster(sheet_files.xlsx([HEADER, cells]), "leden.xlsx")
    (row,) = read_roster(roster.rows(), roster.mapping, today=TODAY)
    assert isinstance(row, RosterRow)
    assert (row.member_number, row.birth_date, row.mobile) == ("1012345", date(1970, 6, 6), "+31612345678")
    assert row.bsn == "010464554"  # the leading zero that Excel dropped


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("Kerkstraat 12", ("Kerkstraat", "12", None)),
        ("Kerkstraat 12a", ("Kerkstraat", "12", "a")),
        ("Plein 1944 12-3", ("Plein 1944", "12", "3")),
        ("Kerkstraat nr. 4", ("Kerkstraat", "4", None)),
        ("1e Weteringdwarsstraat 5 hs", ("1e Weteringdwarsstraat", "5", "hs")),
        ("Woonboot zonder nummer", ("Woonboot zonder nummer", None, None)),
    ],
)
def test_an_address_in_one_column_is_taken_apart(address: str, parts: tuple[str, str | None, str | None]) -> None:
    row = simple(Adres=address)
    assert (row.street, row.house_number, row.house_number_suffix) == parts


def test_a_street_with_a_number_in_it_stays_whole_beside_a_column_of_house_numbers() -> None:
    row = simple(Straat="Plein 1944", Huisnummer="12 a")
    assert (row.street, row.house_number, row.house_number_suffix) == ("Plein 1944", "12", "a")


def test_a_town_behind_the_postcode_and_an_infix_behind_the_surname_are_taken_apart() -> None:
    row = simple(**{"Achternaam": "Vries, van der", "Postcode en plaats": "1234 AB Den Haag"})
    assert (row.surname, row.infix, row.postcode, row.city) == ("Vries", "van der", "1234 AB", "Den Haag")


def test_spaces_invisible_characters_and_our_own_apostrophe_do_not_matter() -> None:
    row = good(surname="\u200b De\u00a0\tVries ", mobile="'+31612345678", first_name="'t Jan")
    assert (row.surname, row.mobile, row.first_name) == ("De Vries", "+31612345678", "'t Jan")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birth_date", "31-02-1970"),
        ("birth_date", "03-02-2026"),
        ("birth_date", "1-1-1900"),
        ("birth_date", "1-1-70"),
        ("email", "jan@"),
        ("email", "jan.voorbeeld.nl"),
        ("email", "jan@voor beeld.nl"),
        ("email", "a@b.nl;c@d.nl"),
        ("phone", "0123456789"),
        ("phone", "geen"),
        ("mobile", "06-1234567"),
        ("postcode", "0123 AB"),
        ("postcode", "1234"),
        ("house_number", "bis"),
        ("house_number", "0"),
        ("iban", "NL91ABNA0417164301"),
        ("bsn", "123456789"),
        ("bsn", "1234567"),
        ("bsn", "000000000"),
        ("bsn", "１２３４５６７８２"),
        ("is_civil_servant", "soms"),
        ("surname", "x" * 121),
        ("surname", ""),
        ("member_number", "1" * 41),
    ],
)
def test_a_wrong_cell_is_one_fault_under_its_heading(field: str, value: str) -> None:
    found = faults(row_of(**{field: value}))
    assert [(fault.row, fault.column) for fault in found] == [(2, HEADER[FIELDS.index(field)])]


def test_every_fault_of_a_row_is_told_at_once() -> None:
    (row,) = read(row_of(member_number="", email="jan@", postcode="x", iban="y"))
    assert isinstance(row, RefusedRow)
    assert [fault.column for fault in row.faults] == ["E-mailadres", "Postcode", "IBAN"]


def test_a_bad_cell_costs_only_its_field() -> None:
    row = good(phone="geen", iban="NL00", email="jan@", house_number="bis", birth_date="31-02-1970")
    assert (row.member_number, row.surname, row.city) == ("1001", "Vries", "Utrecht")
    assert [row.phone, row.iban, row.email, row.house_number, row.birth_date] == [None] * 5
    told = {remark.field: remark.fault.value_shown for remark in row.unread}
    assert told == {"birth_date": "31-02-1970", "email": "jan@", "phone": "geen", "house_number": "bis", "iban": "NL00"}


@pytest.mark.parametrize("values", [{"surname": "120"}, {"member_number": "1,2E+09"}, {"surname": ""}])
def test_a_row_that_does_not_say_whom_it_is_about_is_refused(values: dict[str, str]) -> None:
    (row,) = read(row_of(**values))
    assert isinstance(row, RefusedRow)


@pytest.mark.parametrize(
    ("name", "is_lost"), [("Ren?", True), ("Fran?oise", True), ("Ay\ufffde", True), ("René", False)]
)
def test_a_letter_that_got_lost_is_told(name: str, is_lost: bool) -> None:
    assert [remark.field for remark in good(first_name=name).lost] == ["first_name"] * is_lost


BELOW = [
    ["Totaal", *[""] * 3, "120"],
    ["", "", "", "", "Aantal leden: 120"],
    ["Afgedrukt op 12-3-2026"],
    ["Subtotaal", "3", "", "", "", "", "", "", "", "14"],
    HEADER,
]


@pytest.mark.parametrize("cells", BELOW)
def test_a_row_below_the_list_is_no_member_and_no_refusal(cells: list[str]) -> None:
    first, footer = read(ROW, cells)
    assert isinstance(first, RosterRow)
    assert isinstance(footer, FooterRow)
    assert footer.row == 3
    assert cells[0] in footer.text


def test_a_member_called_total_is_a_member() -> None:
    assert good(surname="Totaal").surname == "Totaal"


def test_columns_that_are_not_read_are_named() -> None:
    header = ["Lidnummer", "Achternaam", "Schoenmaat", "", "Achternaam"]
    assert unused_columns(header, {"member_number": 0, "surname": 1}) == ["Schoenmaat", "Achternaam (E)"]


def test_without_number_and_address_a_member_cannot_be_told_apart() -> None:
    assert [str(fault.message) for fault in faults(row_of(member_number="", email=""))] == [
        "A member number or an e-mail address is needed."
    ]
    assert not faults(row_of(member_number=""))
    assert not faults(row_of(email=""))


def test_a_double_member_number_or_bsn_names_the_other_row() -> None:
    other = {"email": "piet@voorbeeld.nl", "first_name": "Piet"}
    number = faults(row_of(), row_of(bsn="", **other))
    bsn = faults(row_of(), row_of(member_number="1002", **other))
    assert [(fault.row, fault.column, fault.message.values) for fault in number + bsn] == [
        (3, "Lidnummer", {"row": 2}),
        (3, "BSN", {"row": 2}),
    ]


def test_a_couple_may_share_an_address_but_one_person_is_not_two_members() -> None:
    couple = row_of(member_number="1002", bsn="", first_name="Els")
    twice = row_of(member_number="1003", bsn="", email="JAN@voorbeeld.nl")
    assert not faults(row_of(), couple)
    assert [(fault.row, fault.column) for fault in faults(row_of(), twice)] == [(3, "E-mailadres")]


def test_father_and_son_without_dates_of_birth_are_told_apart_by_their_numbers() -> None:
    assert not faults(row_of(birth_date=""), row_of(birth_date="", member_number="1002", bsn=""))


def test_a_column_that_is_not_chosen_is_not_read() -> None:
    mapping = {field: index for field, index in recognise_columns(HEADER).items() if field != "bsn"}
    (row,) = read_roster([(2, row_of(bsn="wrong"))], mapping, today=TODAY)
    assert isinstance(row, RosterRow)
    assert row.bsn is None


def test_a_masked_bsn_counts_as_not_given() -> None:
    assert good(bsn="•••••").bsn is None


def test_other_languages_than_the_portals_leave_the_choice_open() -> None:
    assert [good(language=value).language for value in ("Engels", "en", "Turks", "")] == ["en", "en", None, None]
