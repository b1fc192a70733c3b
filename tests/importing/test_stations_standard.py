"""The stations standard 1.7, as form and as rows: what is read, and what is wrong at which column and attribute."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.importing.elections import standard
from app.importing.elections.station_row import StationsFile
from app.importing.elections.stations import read_stations
from app.importing.faults import Fault, FileRefused
from app.importing.spreadsheets.tables import column_letter, read_tables
from tests.importing import sheet_files
from tests.importing.station_forms import as_csv, form, record_rows, records, station

REAL = Path(__file__).resolve().parents[2] / "../shared/data"
REAL_FORMS = [REAL / f"waarismijnstemlokaal_invulformulier_1.7.{suffix}" for suffix in ("xlsx", "ods")]
OPENS, CLOSES = map(datetime.fromisoformat, ("2026-03-18T07:30:00", "2026-03-18T21:00:00"))
needs_real_files = pytest.mark.skipif(not REAL.exists(), reason="the real files are not here")


def read_form(*stations: dict[str, str]) -> StationsFile:
    return read_stations(sheet_files.xlsx({"Toelichting": [["uitleg"]], "Attributen": form(*stations)}), "form.xlsx")


def faults_of(**values: str) -> list[Fault]:
    return list(read_form(station("1", **values)).faults)


def refusal(data: bytes, name: str = "stembureaus.csv") -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read_stations(data, name)
    return caught.value


def test_every_field_of_the_form_is_read() -> None:
    full = station(
        "12",
        TYPE="mobiel",
        WEBSITE="https://voorbeeld.nl",
        ADDRESS_NOTE="achterom",
        X="81611",
        Y="454909.5",
        LATITUDE="52.0775912",
        LONGITUDE="4.3166395",
        ACCESSIBILITY_NOTE="oefenstembureau",
        OTHER="druk",
        COUNT_LOCATION="nee",
    ) | {"Toilet": "Ja, genderneutraal toilet", "Host": "J", "Gebarentolk (NGT)": "op afstand"}
    (row,) = read_form(full).stations
    assert (row.source, row.number, row.name, row.type) == ("F", 12, "Stadhuis", "mobile")
    assert (row.bag_id, row.address_note, row.website) == ("0518200000747446", "achterom", "https://voorbeeld.nl")
    assert (row.x, row.y, row.latitude, row.longitude) == (81611.0, 454909.5, 52.0775912, 4.3166395)
    assert (row.opens_at, row.closes_at) == (OPENS, CLOSES)
    assert row.accessibility == {
        standard.ACCESSIBLE: "ja",
        "Toilet": "ja, genderneutraal toilet",
        "Host": "ja",
        "Gebarentolk (NGT)": "op afstand",
    }
    assert (row.accessibility_note, row.other_information, row.is_count_location) == ("oefenstembureau", "druk", False)
    assert (row.contact, row.election_website) == ("Team verkiezingen, 14 0344", "https://voorbeeld.nl/stemmen")


@pytest.mark.parametrize(("written", "ours"), [("regulier", "fixed"), ("Bijzonder ", "special"), ("mobiel", "mobile")])
def test_the_types_become_ours(written: str, ours: str) -> None:
    assert read_form(station(TYPE=written)).stations[0].type == ours


EVERY_SHAPE = {
    "form.xlsx": sheet_files.xlsx({"Attributen": form(station("1"), {}, station("2"))}),
    "form.ods": sheet_files.ods(form(station("1"), {}, station("2"))),
    "form.csv": as_csv(form(station("1"), {}, station("2"))).encode(),
    "rows.csv": records(station("1"), {}, station("2")).encode(),
    "rows.xlsx": sheet_files.xlsx([["Stembureaus 2026"], [], *record_rows(station("1"), {}, station("2"))]),
}


@pytest.mark.parametrize("name", EVERY_SHAPE)
def test_columns_and_rows_say_the_same_in_every_kind_of_file(name: str) -> None:
    found = read_stations(EVERY_SHAPE[name], name)
    assert ([row.number for row in found.stations], found.faults) == ([1, 2], ())


def test_the_form_is_read_from_an_old_xls() -> None:
    rows = form(station("1"), empty=0)
    cells = {(number, column): cell for number, row in enumerate(rows) for column, cell in enumerate(row) if cell}
    assert read_stations(sheet_files.xls(cells), "form.xls").stations[0].name == "Stadhuis"


def test_names_of_fields_may_differ_in_case_and_spaces_and_extra_ones_are_passed_over() -> None:
    rows = form(station("1"))
    rows[1][0] = " nummer  STEMBUREAU"
    rows.insert(1, ["Verkiezingen", "ja", "", "", "", "waterschapsverkiezingen"])
    assert read_stations(sheet_files.xlsx(rows), "form.xlsx").stations[0].number == 1


def test_published_rows_bring_their_address() -> None:
    fields = (*standard.FIELDS, *standard.ADDRESS_FIELDS)
    address = {"Straatnaam": "Spui", "Huisnummer": "70", "Huisletter": "A", "Postcode": "2511 BT", "Plaats": "Den Haag"}
    (row,) = read_stations(records(station() | address, fields=fields).encode(), "a.csv").stations
    assert (row.street, row.house_number, row.house_number_suffix, row.postcode, row.city) == (
        "Spui",
        "70",
        "A",
        "2511 BT",
        "Den Haag",
    )


def test_numbers_and_moments_typed_in_excel_are_read() -> None:
    values: dict[str, Any] = station() | {
        standard.NUMBER: 12,
        standard.OPENS: OPENS,
        standard.X: 81611,
        standard.Y: 454909,
    }
    (row,) = read_form(values).stations
    assert (row.number, row.x, row.opens_at) == (12, 81611.0, OPENS)


def test_leading_zeros_that_excel_dropped_from_a_bag_number_are_put_back() -> None:
    assert read_form(station(BAG_ID="518200000747446")).stations[0].bag_id == "0518200000747446"


def test_no_and_a_dash_in_a_text_field_mean_nothing() -> None:
    row = read_form(station(OTHER="nee", ADDRESS_NOTE="-")).stations[0]
    assert (row.other_information, row.address_note) == (None, None)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"NUMBER": ""}, standard.NUMBER),
        ({"NUMBER": "12a"}, standard.NUMBER),
        ({"NUMBER": "12.5"}, standard.NUMBER),
        ({"NAME": ""}, standard.NAME),
        ({"NAME": "x" * 201}, standard.NAME),
        ({"TYPE": "tijdelijk"}, standard.TYPE),
        ({"TYPE": ""}, standard.TYPE),
        ({"BAG_ID": ""}, standard.BAG_ID),
        ({"BAG_ID": "12345"}, standard.BAG_ID),
        ({"LATITUDE": "52,0775", "LONGITUDE": "4.3"}, standard.LATITUDE),
        ({"LATITUDE": "48.85", "LONGITUDE": "4.3"}, standard.LATITUDE),
        ({"LATITUDE": "52.1", "LONGITUDE": "veel"}, standard.LONGITUDE),
        ({"LATITUDE": "52.1"}, standard.LONGITUDE),
        ({"X": "300001", "Y": "454909"}, standard.X),
        ({"X": "81611", "Y": "1"}, standard.Y),
        ({"OPENS": "half acht"}, standard.OPENS),
        ({"OPENS": ""}, standard.OPENS),
        ({"OPENS": "2026-02-30T07:30:00"}, standard.OPENS),
        ({"CLOSES": "2026-03-18T07:30:00"}, standard.CLOSES),
        ({"CLOSES": "2026-03-18T21:01:00"}, standard.CLOSES),
        ({"CLOSES": "2026-03-19T20:00:00"}, standard.CLOSES),
        ({"ACCESSIBLE": ""}, standard.ACCESSIBLE),
        ({"COUNT_LOCATION": "misschien"}, standard.COUNT_LOCATION),
        ({"CONTACT": ""}, standard.CONTACT),
        ({"ELECTION_WEBSITE": ""}, standard.ELECTION_WEBSITE),
        ({"ELECTION_WEBSITE": "www.voorbeeld.nl"}, standard.ELECTION_WEBSITE),
        ({"WEBSITE": "javascript:alert(1)"}, standard.WEBSITE),
    ],
)
def test_a_wrong_cell_is_named_by_column_row_and_field(values: dict[str, str], field: str) -> None:
    row = standard.FIELDS.index(field) + 2
    assert [(fault.field, fault.column, fault.row) for fault in faults_of(**values)] == [(field, "F", row)]


def test_without_a_bag_number_the_place_must_be_described_and_have_coordinates() -> None:
    assert {fault.field for fault in faults_of(BAG_ID="0" * 16)} == {standard.ADDRESS_NOTE, standard.LATITUDE}
    assert not faults_of(BAG_ID="0" * 16, ADDRESS_NOTE="op het plein", X="81611", Y="454909")


@pytest.mark.parametrize(("latitude", "longitude"), [("12.15", "-68.27"), ("17.49", "-62.97")])
def test_the_caribbean_netherlands_are_in_the_netherlands(latitude: str, longitude: str) -> None:
    assert not faults_of(BAG_ID="0" * 16, ADDRESS_NOTE="haven", LATITUDE=latitude, LONGITUDE=longitude)


def test_a_double_number_names_both_columns() -> None:
    found = read_form(station("1"), {}, station("1", NAME="School"))
    (fault,) = found.faults
    assert (fault.column, fault.message.values) == ("H", {"number": 1, "column": "F"})
    assert ([row.name for row in found.stations], found.refused) == (["Stadhuis"], 1)


def test_a_double_number_names_both_rows() -> None:
    (fault,) = read_stations(records(station("1"), station("1", NAME="School")).encode(), "a.csv").faults
    assert (fault.row, fault.column, fault.message.values["row"]) == (3, standard.NUMBER, "2")


def test_the_same_station_twice_at_the_same_time_is_a_double_number() -> None:
    assert len(read_form(station("1"), station("1")).faults) == 1


def test_each_place_of_a_mobile_station_is_a_stop_of_one_station() -> None:
    morning = station("9", TYPE="mobiel", ADDRESS_NOTE="station", CLOSES="2026-03-18T12:00:00")
    evening = station("9", TYPE="mobiel", NAME="Stembus", ADDRESS_NOTE="markt", OPENS="2026-03-18T13:00:00")
    (row,) = read_form(evening, morning).stations
    assert [(stop.address_note, stop.source) for stop in row.stops] == [("station", "G"), ("markt", "F")]
    assert (row.opens_at, row.closes_at) == (OPENS, CLOSES)


def test_a_station_that_closes_at_noon_is_one_station_with_two_periods() -> None:
    morning, evening = station("9", CLOSES="2026-03-18T12:00:00"), station("9", OPENS="2026-03-18T13:00:00")
    found = read_form(morning, evening)
    assert ([len(row.stops) for row in found.stations], found.faults) == ([2], ())


def test_an_empty_form_says_so() -> None:
    data = sheet_files.xlsx({"Attributen": form()})
    assert "no stations are filled in" in str(refusal(data).text)


def test_a_missing_field_is_named() -> None:
    fields = tuple(field for field in standard.FIELDS if field != standard.OPENS)
    assert refusal(records(station(), fields=fields).encode()).text.values == {"field": standard.OPENS}


@pytest.mark.parametrize(
    ("lost", "older", "version"),
    [
        (("Toilet", "Prokkelduo"), ("Gehandicaptentoilet",), "1.6"),
        (("Toilet", "Prokkelduo", "Host"), ("Gehandicaptentoilet", "Visuele hulpmiddelen"), "1.5"),
        (("Toilet", "Prokkelduo"), ("Gehandicaptentoilet", "Visuele hulpmiddelen", "Akoestiek"), "1.4"),
        ((standard.OPENS, standard.CLOSES), ("Openingstijden 16-03-2022",), "1.3"),
    ],
)
def test_an_older_form_is_refused_with_its_version(lost: tuple[str, ...], older: tuple[str, ...], version: str) -> None:
    fields = tuple(field for field in standard.FIELDS if field not in lost) + older
    refused = refusal(sheet_files.xlsx(form(station(), fields=fields)))
    assert refused.text.values["found"] == version
    assert refused.text.values["field"] in lost


@pytest.mark.parametrize("data", [b"naam;plaats\nJan;Utrecht\n", sheet_files.xlsx([["lidnummer"], ["1"]])])
def test_a_foreign_file_is_refused(data: bytes) -> None:
    assert "fields of the stations standard" in str(refusal(data).text)


def test_columns_have_the_letters_of_a_spreadsheet() -> None:
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@needs_real_files
@pytest.mark.parametrize("path", REAL_FORMS, ids=lambda path: path.suffix)
def test_the_real_form_is_recognised_with_the_two_stations_it_comes_with(path: Path) -> None:
    found = read_stations(path.read_bytes(), path.name)
    found_places = [(row.source, row.number, row.type) for row in found.stations]
    assert found_places == [("F", 517, "fixed"), ("G", 516, "special")]
    assert found.faults == ()


@needs_real_files
def test_the_real_form_filled_in_further_is_read_and_emptied_says_so() -> None:
    sheet = next(s for s in read_tables(REAL_FORMS[0].read_bytes(), "a.xlsx").sheets if s.name == "Attributen")
    rows = [cells for _, cells in sheet.rows()]
    for row in rows[1:]:
        row[500] = row[5]
    rows[1][500] = "518"
    found = read_stations(sheet_files.xlsx({"Attributen": rows}), "a.xlsx")
    assert [(row.source, row.number) for row in found.stations] == [("F", 517), ("G", 516), ("SG", 518)]
    empty = [row[:5] for row in rows]
    assert "no stations are filled in" in str(refusal(sheet_files.xlsx({"Attributen": empty})).text)


@pytest.mark.parametrize("bag_id", ["0344200000133123", "344200000133123", "'0344200000133123", "0000200000000001"])
def test_a_bag_number_of_an_address_is_read(bag_id: str) -> None:
    assert not faults_of(BAG_ID=bag_id)


@pytest.mark.parametrize("kind", ["10", "30", "01", "02", "03", "11", "25", "00", "40", "12"])
def test_a_bag_number_of_something_else_than_an_address_is_refused(kind: str) -> None:
    [fault] = faults_of(BAG_ID=f"0344{kind}0000133123")
    assert "fifth and sixth" in str(fault.message)
