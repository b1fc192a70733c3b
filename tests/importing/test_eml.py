"""EML_NL 110a and 110b: read what they say, refuse every other file with a reason somebody can act on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.importing.elections.eml import read_election, read_stations
from app.importing.elections.station_row import ElectionHead
from app.importing.faults import FileRefused
from tests.importing import eml_files, sheet_files

REAL = Path(__file__).resolve().parents[2] / "../shared/data"
FIRST_LINE = 9  # of the places in eml_files.stations


def refusal(data: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read_election(data)
    return caught.value


def test_an_election_is_read_as_the_file_identifies_it() -> None:
    assert read_election(eml_files.election()) == ElectionHead(
        code="GR2026_Test",
        name="Gemeenteraad Test 2026",
        category="GR",
        type="GR",
        voting_date=date(2026, 3, 18),
        subcategory="GR2",
        domain_id="0344",
        domain_name="Test",
        nomination_date=date(2026, 2, 2),
    )


@pytest.mark.parametrize(("category", "ours"), [("AB", "WS"), ("EP", "EP"), ("ER", "ER"), ("TK", "TK"), ("PS", "PS")])
def test_categories_become_our_election_types(category: str, ours: str) -> None:
    data = eml_files.election(code=f"{category}2026_Test", category=category)
    assert read_election(data).type == ours


@pytest.mark.parametrize("category", ["EK", "BC", "NR", "XX", ""])
def test_a_category_without_a_type_is_refused_and_named(category: str) -> None:
    assert refusal(eml_files.election(category=category)).text.values == {"category": category}


def test_the_date_in_the_general_namespace_is_accepted() -> None:
    dates = "<ElectionDate>2026-03-18</ElectionDate>"
    assert read_election(eml_files.election(dates=dates)).voting_date == date(2026, 3, 18)


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (eml_files.election(dates=""), "no voting date"),
        (eml_files.election(dates="<kr:ElectionDate>18-03-2026</kr:ElectionDate>"), "not a date"),
        (eml_files.election(code="verkiezing"), "not the code"),
        (eml_files.election(kind="110b"), "polling stations (EML 110b)"),
        (eml_files.election(kind="230b"), "candidate lists"),
        (eml_files.election(kind="999"), "kind “999”"),
        (eml_files.election(version="4"), "version “4”"),
        (b"<gemeente/>", "not an EML file"),
        (b"<EML Id='110a' SchemaVersion='5'/>", "not an EML file"),
        (b"<EML", "not a readable XML file"),
        (b"\xef\xbb\xbf\r\n ", "empty"),
        (b"", "empty"),
        (b"nummer;naam\n1;Stadhuis\n", "not an XML file"),
        (sheet_files.zip_of({"a": "b"}), "zip"),
        (b"<?xml version='1.0' encoding='klingon'?><EML/>", "not a readable XML file"),
    ],
)
def test_another_file_is_refused_by_what_it_is(data: bytes, part: str) -> None:
    assert part in str(refusal(data).text)


def test_the_line_of_broken_xml_is_said_once() -> None:
    refused = refusal(b"<EML>\n<a></b></EML>")
    assert refused.line == 2
    assert "2" not in str(refused.text)


def test_too_large_a_file_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(FileRefused, match="too large"):
        read_election(eml_files.election(), max_bytes=100)


def laughs(use: str) -> bytes:
    """Entities that grow to 800 MB when they are expanded; in an attribute a parser expands them unasked."""
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 9}">' for n in range(1, 9))
    return f'<?xml version="1.0"?><!DOCTYPE EML [<!ENTITY e0 "hahahahahahahahahaha">{levels}]>{use}'.encode()


def test_entities_are_never_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    external = f'<!DOCTYPE EML [<!ENTITY x SYSTEM "file://{secret}">]><EML>&x;</EML>'
    bombs = laughs("<EML>&e8;</EML>"), laughs('<EML Id="&e8;"/>')
    for data in (*bombs, external.encode(), external.encode("utf-16")):
        assert "DOCTYPE" in str(refusal(data).text)


def test_stations_are_read_with_their_election() -> None:
    found = read_stations(eml_files.stations(eml_files.place(), eml_files.place("2", "Melkweg", "0", "")))
    first, second = found.stations
    assert (first.number, first.name, first.postcode, first.voters, first.channel) == (
        1,
        "Stadhuis",
        "1011 PN",
        1273,
        "polling",
    )
    assert (second.number, second.voters, second.postcode) == (2, 0, None)
    assert first.source == str(FIRST_LINE)
    assert found.election is not None
    assert (found.election.code, found.faults, found.refused) == ("GR2026_Test", (), 0)


@pytest.mark.parametrize(
    ("place", "column"),
    [
        (eml_files.place(number=""), "PollingStation Id"),
        (eml_files.place(number="12a"), "PollingStation Id"),
        (eml_files.place(number="0"), "PollingStation Id"),
        (eml_files.place(number="10000"), "PollingStation Id"),
        (eml_files.place(number="٣"), "PollingStation Id"),
        (eml_files.place(name=" "), "LocalityName"),
        (eml_files.place(name="x" * 201), "LocalityName"),
    ],
)
def test_a_fault_in_a_station_has_its_line_and_leaves_the_others_whole(place: str, column: str) -> None:
    found = read_stations(eml_files.stations(eml_files.place("7"), place, eml_files.place("8")))
    assert [(fault.row, fault.column) for fault in found.faults] == [(FIRST_LINE + 1, column)]
    assert ([station.number for station in found.stations], found.refused) == ([7, 8], 1)


@pytest.mark.parametrize(
    "voters", ["-", "veel", "1.273", "1 273", "1273,0", "n.v.t.", "?", "-1", "1e3", "٣", "1" * 20, "<x/>-"]
)
def test_a_number_of_voters_that_is_none_costs_only_that_number(voters: str) -> None:
    places = eml_files.place("7"), eml_files.place("8", voters=voters), eml_files.place("9")
    found = read_stations(eml_files.stations(*places))
    if voters == "<x/>-":  # text behind an element of somebody else is not ours
        assert found.remarks == ()
    else:
        assert [remark.values for remark in found.remarks] == [{"line": FIRST_LINE + 1, "found": voters[:20]}]
    assert [station.voters for station in found.stations] == [1273, None, 1273]
    assert (found.faults, found.refused) == ((), 0)


@pytest.mark.parametrize("postcode", ["1011", "10111 AB", "0123 AB", "B-1000", "1011 P", "Stadhuis", "1011 PN 5"])
def test_a_postcode_that_is_none_costs_only_that_postcode_and_is_told(postcode: str) -> None:
    places = eml_files.place("7"), eml_files.place("8", postcode=postcode), eml_files.place("9")
    found = read_stations(eml_files.stations(*places))
    assert [remark.values for remark in found.remarks] == [{"line": FIRST_LINE + 1, "found": postcode[:20]}]
    assert "PostalCodeNumber" in str(found.remarks[0])
    assert [station.postcode for station in found.stations] == ["1011 PN", None, "1011 PN"]
    assert (found.faults, found.refused) == ((), 0)


@pytest.mark.parametrize("postcode", ["", " ", "-", "0000 AA", "0000XX", "0000", "XXXX XX"])
def test_a_postcode_that_was_made_up_because_there_is_none_is_left_out_in_silence(postcode: str) -> None:
    found = read_stations(eml_files.stations(eml_files.place(postcode=postcode)))
    assert ([station.postcode for station in found.stations], found.remarks) == ([None], ())


@pytest.mark.parametrize(("postcode", "read"), [("1011pn", "1011 PN"), (" 1011 \n PN ", "1011 PN")])
def test_a_postcode_is_read_however_its_spaces_are(postcode: str, read: str) -> None:
    found = read_stations(eml_files.stations(eml_files.place(postcode=postcode)))
    assert ([station.postcode for station in found.stations], found.remarks) == ([read], ())


def test_a_file_without_stations_is_refused() -> None:
    with pytest.raises(FileRefused) as caught:
        read_stations(eml_files.stations())
    assert "no polling stations" in str(caught.value.text)


def test_a_fault_names_its_station_as_far_as_it_is_known() -> None:
    places = eml_files.place("12a"), eml_files.place("", "Melkweg"), eml_files.place("14", " ")
    found = read_stations(eml_files.stations(*places))
    assert [fault.about for fault in found.faults] == ["12a Stadhuis", "Melkweg", "14"]


@pytest.mark.parametrize("domain", ["", "<kr:ElectionDomain/>", "<kr:ElectionDomain Id=''> </kr:ElectionDomain>"])
@pytest.mark.parametrize("category", ["GR", "PS", "AB"])
def test_an_election_of_a_place_without_that_place_is_refused(category: str, domain: str) -> None:
    refused = refusal(eml_files.election(code=f"{category}2026_Test", category=category, domain=domain))
    assert "ElectionDomain" in str(refused.text)
    assert refused.line == 5


@pytest.mark.parametrize("category", ["TK", "EP", "ER", "IR"])
def test_other_elections_need_no_place(category: str) -> None:
    assert read_election(eml_files.election(code=f"{category}2026", category=category, domain="")).domain_name is None


def test_stations_of_an_election_without_its_place_are_read() -> None:
    assert len(read_stations(eml_files.stations(eml_files.place(), domain="")).stations) == 1


def test_a_fault_is_told_by_its_line_and_element_not_by_a_column() -> None:
    place = eml_files.place(name=" ").replace("<xal:LocalityName>", "\n\n<xal:LocalityName>")
    [fault] = read_stations(eml_files.stations(place)).faults
    assert str(fault.place) == f"line {FIRST_LINE + 2}, element “LocalityName”"


def test_who_made_the_file_is_read() -> None:
    assert read_stations(eml_files.stations(eml_files.place(), authority="Utrecht")).authority == "Utrecht"
    assert read_stations(eml_files.stations(eml_files.place())).authority is None


def test_a_double_number_names_the_line_of_the_other() -> None:
    found = read_stations(eml_files.stations(eml_files.place("7"), eml_files.place("7", "Melkweg")))
    assert found.faults[0].message.values == {"number": 7, "line": FIRST_LINE}
    assert found.faults[0].row == FIRST_LINE + 1
    assert [station.name for station in found.stations] == ["Stadhuis"]


def test_lines_are_right_beyond_what_fits_in_two_bytes() -> None:
    data = eml_files.stations(*["\n" * 70_000, eml_files.place("")])
    assert read_stations(data).faults[0].row == FIRST_LINE + 70_001


@pytest.mark.skipif(not REAL.exists(), reason="the real files are not here")
def test_the_real_files_are_read() -> None:
    election = read_election((REAL / "eml110a_test.eml.xml").read_bytes())
    assert (election.code, election.voting_date) == ("GR2022_Test", date(2022, 3, 16))
    found = read_stations((REAL / "eml110b_test.eml.xml").read_bytes())
    assert (len(found.stations), found.faults) == (20, ())
    assert "candidate lists" in str(refusal((REAL / "eml230b_test.eml.xml").read_bytes()).text)


@pytest.mark.skipif(not (REAL / "cases").exists(), reason="the files of the field are not here")
def test_a_file_of_the_field_with_a_dash_for_voters_is_read() -> None:
    found = read_stations((REAL / "cases" / "eml110b_voters_not_a_number.eml.xml").read_bytes())
    assert [station.voters for station in found.stations] == [None, 867]
