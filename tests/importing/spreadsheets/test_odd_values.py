"""Headings that stand there twice, addresses of the field, and hours behind a date of birth."""

from __future__ import annotations

from datetime import date

import pytest

from app.importing.rosters.roster import RosterRow, open_roster
from tests.importing.spreadsheets.odd_sheets import faults_of, members

TITLES = [
    ("Lidnummer;Achternaam;E-mail;E-mail", "C, D", "C"),
    ("E-mail;Lidnummer;Achternaam;E-mail", "A, D", "A"),
    ("Lidnummer;Achternaam;E-mail;e-mail ", "C, D", "C"),
    ("Lidnummer;Achternaam;E-mail;Email", "C, D", "C"),
    ("Lidnummer;Lidnummer;Achternaam;E-mail", "A, B", "A"),
    ("Lidnummer;Achternaam;Achternaam;Achternaam", "B, C, D", "B"),
    ("Lidnummer;Achternaam;;E-mail;E-mail;", "D, E", "D"),
]


@pytest.mark.parametrize(("header", "columns", "read"), TITLES)
def test_two_columns_with_one_heading_are_told_with_their_letters(header: str, columns: str, read: str) -> None:
    roster = open_roster(f"{header}\n1;2;3;4\n".encode(), "leden.csv")
    [remark] = roster.remarks
    assert (remark.values["columns"], remark.values["read"]) == (columns, read)


def test_a_fault_names_which_of_two_columns_it_is() -> None:
    [row] = members(open_roster(b"Lidnummer;Achternaam;E-mail;E-mail\n7;Bos;x;y@post.example\n", "leden.csv"))
    assert isinstance(row, RosterRow)
    assert row.unread[0].fault.column == "E-mail (C)"


ADDRESSES = [
    ("Professor Pieter Willemsstraat 23 B 03", ("Professor Pieter Willemsstraat", "23", "B 03")),
    ("Amperelaan 7 8", ("Amperelaan", "7", "8")),
    ("Kade 12 boot 3", ("Kade", "12", "boot 3")),
    ("Kade 12 ark 14a", ("Kade", "12", "ark 14a")),
    ("Dorpsstraat 1-3 hoog", ("Dorpsstraat", "1", "3 hoog")),
    ("Dorpsstraat 1 3 hoog", ("Dorpsstraat", "1", "3 hoog")),
    ("Dorpsstraat 12 kamer 101", ("Dorpsstraat", "12", "kamer 101")),
    ("Dorpsstraat 12 app. 4", ("Dorpsstraat", "12", "app. 4")),
    ("Dorpsstraat 12 A 3", ("Dorpsstraat", "12", "A 3")),
    ("Dorpsstraat 12, 3 hoog", ("Dorpsstraat", "12", "3 hoog")),
    ("Plein 1944", ("Plein 1944", None, None)),
    ("Plein 1944 23 B 03", ("Plein 1944", "23", "B 03")),
    ("Plein 1944 7 8", ("Plein 1944", "7", "8")),
    ("Laan 1940-1945 12", ("Laan 1940-1945", "12", None)),
    ("Laan van 1945 3", ("Laan van 1945", "3", None)),
    ("5 mei 1945-plein", ("5 mei 1945-plein", None, None)),
    ("Polderweg 1944", ("Polderweg", "1944", None)),
    ("Straat van de 3 koningen 12", ("Straat van de 3 koningen", "12", None)),
    ("Straat 15 bis", ("Straat", "15", "bis")),
    ("1e Dwarsstraat 5 A", ("1e Dwarsstraat", "5", "A")),
    ("Plein 40-45 12", ("Plein 40-45", "12", None)),
    ("Plein 40-45", ("Plein 40-45", None, None)),
    ("Kade 40-45", ("Kade", "40", "45")),
    ("Laan 3, 2e etage", ("Laan", "3", "2e etage")),
    ("Laan 3, 12de verdieping rechts", ("Laan 3, 12de verdieping rechts", None, None)),  # too long for a suffix
    ("Laan 3 e", ("Laan", "3", "e")),
    ("Laan 12e", ("Laan", "12", "e")),
]


@pytest.mark.parametrize(("address", "parts"), ADDRESSES)
def test_an_address_of_the_field_is_taken_apart(address: str, parts: tuple[str, str | None, str | None]) -> None:
    [row] = members(open_roster(f'Lidnummer;Achternaam;Adres\n7;Bos;"{address}"\n'.encode(), "leden.csv"))
    assert isinstance(row, RosterRow), row
    assert (row.street, row.house_number, row.house_number_suffix) == parts


MOMENTS = [
    "1-2-1980 0:00",
    "01-02-1980 00:00",
    "1-2-1980 0:00:00",
    "1/2/1980 0:00",
    "1.2.1980 00:00:00",
    "1980-02-01 0:00",
]
MOMENTS += ["1980-02-01T00:00:00", "1980/2/1 0:00", "1 2 1980 0:00", "1-2-1980T0:00"]
MOMENTS += ["1980-02-01 00:00:00.000", "1980-02-01T00:00:00.0000000", "1980-02-01T00:00:00Z", "1-2-1980 00:00:00,000"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_midnight_behind_a_date_of_birth_means_nothing(moment: str) -> None:
    [row] = members(open_roster(f"Lidnummer;Achternaam;Geboortedatum\n7;Bos;{moment}\n".encode(), "leden.csv"))
    assert isinstance(row, RosterRow)
    assert row.birth_date == date(1980, 2, 1)


def test_another_hour_behind_a_date_of_birth_is_no_date() -> None:
    assert faults_of(b"Lidnummer;Achternaam;Geboortedatum\n7;Bos;1-2-1980 7:30\n")


NUMBERS = [('="0012"', "0012"), ('"=""0012"""', "0012"), ('="A-7"', "A-7"), ('=""', '=""'), ('="0"+"1"', '="0"+"1"')]


@pytest.mark.parametrize(("cell", "number"), NUMBERS)
def test_a_text_that_a_program_wrote_as_a_formula_is_read_as_that_text(cell: str, number: str) -> None:
    """So Excel keeps the zeros of a CSV file."""
    [row] = members(open_roster(f"Lidnummer;Achternaam\n{cell};Bos\n".encode(), "leden.csv"))
    assert isinstance(row, RosterRow)
    assert row.member_number == number
