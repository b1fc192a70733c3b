"""Whatever is uploaded: the only exception that comes out of a reader is FileRefused."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.importing.elections import eml, stations
from app.importing.faults import FileRefused
from app.importing.rosters.roster import open_roster, read_roster
from app.importing.spreadsheets.tables import read_tables
from tests.importing import eml_files, sheet_files
from tests.importing.station_forms import form, records, station

TODAY = date(2026, 2, 2)


def read_every_table(data: bytes) -> None:
    for sheet in read_tables(data, "x.xlsx").sheets:
        list(sheet.rows())


def read_members(data: bytes) -> None:
    roster = open_roster(data, "x.csv")
    mapping = roster.mapping or {"surname": 0, "email": 1, "bsn": 2, "birth_date": 3, "phone": 4, "iban": 5}
    list(read_roster(roster.rows(), mapping, today=TODAY, header=roster.header))


READERS: list[Callable[[bytes], object]] = [
    eml.read_election,
    eml.read_stations,
    lambda data: stations.read_stations(data, "x.xlsx"),
    read_every_table,
    read_members,
]
GOOD = [
    eml_files.election(),
    eml_files.stations(eml_files.place()),
    sheet_files.xlsx(form(station(), empty=2)),
    sheet_files.ods(form(station(), empty=2)),
    sheet_files.xls({(0, 0): "Lidnummer", (0, 1): "Naam", (1, 0): 1.0, (1, 1): "Vries"}),
    records(station()).encode(),
    b"Lidnummer;Naam;E-mail;Geboortedatum;Telefoon;IBAN;BSN;Adres\n1;Vries;j@v.nl;1-1-1970;0612345678;NL;1;Dam 1\n",
]


def read_with_all(data: bytes) -> None:
    for reader in READERS:
        with contextlib.suppress(FileRefused):
            reader(data)


STARTS = [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<EML", b"<?xml", b"\xff\xfe", b"a;b\n"]


@settings(deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=3000))
def test_any_bytes(start: bytes, rest: bytes) -> None:
    read_with_all(start + rest)


@settings(deadline=None)
@given(st.sampled_from(GOOD), st.data())
def test_any_damage_to_a_good_file(good: bytes, data: st.DataObject) -> None:
    damaged = bytearray(good)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    read_with_all(bytes(damaged[: data.draw(st.integers(1, len(good)))]))


@settings(deadline=None)
@given(st.lists(st.lists(st.text(max_size=30), min_size=8, max_size=8), max_size=4))
def test_any_text_in_a_roster(rows: list[list[str]]) -> None:
    header = ["Lidnummer", "Naam", "E-mail", "Geboortedatum", "Telefoon", "IBAN", "BSN", "Adres"]
    mapping = dict(
        zip(
            ["member_number", "surname", "email", "birth_date", "phone", "iban", "bsn", "street"], range(8), strict=True
        )
    )
    list(read_roster(enumerate(rows, 2), mapping, today=TODAY, header=header))


@settings(deadline=None)
@given(st.sampled_from(list(station())), st.text(max_size=40))
def test_any_text_in_a_station(field: str, value: str) -> None:
    with contextlib.suppress(FileRefused):
        stations.read_stations(records(station() | {field: value.replace('"', "")}).encode("utf-8", "replace"), "x.csv")


@pytest.mark.parametrize("good", GOOD)
def test_the_good_files_are_good(good: bytes) -> None:
    """Else the damage above is done to files that were refused anyway."""
    refusals = 0
    for reader in READERS:
        try:
            reader(good)
        except FileRefused:
            refusals += 1
    assert refusals < len(READERS)
