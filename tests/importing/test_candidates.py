"""EML_NL 230b: candidates as the lists say them; every other file is refused with a reason somebody can act on."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.importing.elections import candidates as reader
from app.importing.elections.candidates import CandidateRow, read_candidates
from app.importing.faults import FileRefused
from tests.importing import eml_files
from tests.importing.eml_files import candidate, candidate_list

REAL = Path(__file__).resolve().parents[2] / "../shared/data/eml230b_test.eml.xml"


def test_a_candidate_is_read_with_list_place_name_and_town() -> None:
    person = candidate("3", "Jaspers-Gezen", initials="G.H.O.", first_name="George", infix="van", city="Heemdam")
    found = read_candidates(eml_files.candidates(candidate_list("2", "Partij  A", person)))
    assert found.candidates == (CandidateRow(2, "Partij A", 3, "G.H.O.", "George", "van", "Jaspers-Gezen", "Heemdam"),)
    assert (found.election.code, found.lists, found.remarks) == ("GR2026_Test", 1, ())


def test_who_stands_in_several_districts_is_read_once_and_others_come_after() -> None:
    first = candidate_list("1", "A", candidate("1", "Eerste"), candidate("2", "Tweede"))
    second = candidate_list("1", "A", candidate("1", "Eerste"), candidate("2", "Ander"))
    found = read_candidates(eml_files.candidates(first, second))
    assert [(row.position, row.surname) for row in found.candidates] == [(1, "Eerste"), (2, "Tweede"), (3, "Ander")]


def test_a_candidate_without_a_surname_or_number_costs_only_that_one() -> None:
    people = (candidate("1", "Goed"), candidate("2", ""), candidate("x", "Nummerloos"))
    found = read_candidates(eml_files.candidates(candidate_list("1", "A", *people)))
    assert [row.surname for row in found.candidates] == ["Goed"]
    assert ["no surname" in str(found.remarks[0]), "no number" in str(found.remarks[1])] == [True, True]


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (eml_files.candidates(), "no candidates"),
        (eml_files.candidates(candidate_list("1", "Leeg")), "no candidates"),
        (eml_files.election(), "choose the file EML 230b"),
        (eml_files.stations(eml_files.place()), "polling stations"),
        (eml_files.candidates().replace(b'SchemaVersion="5"', b'SchemaVersion="4"'), "version “4”"),
        (eml_files.candidates(code="verkiezing"), "not the code"),
        (b"<EML", "not a readable XML file"),
        (b"<!DOCTYPE EML [<!ENTITY a 'b'>]>" + eml_files.candidates().split(b"?>", 1)[1], "DOCTYPE"),
        (b"naam;lijst\nJansen;1\n", "not an XML file"),
    ],
)
def test_another_file_is_refused_by_what_it_is(data: bytes, part: str) -> None:
    with pytest.raises(FileRefused) as caught:
        read_candidates(data)
    assert part in str(caught.value.text)


def test_too_many_candidates_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_CANDIDATES", 2)
    people = [candidate(str(number), f"Naam{number}") for number in range(1, 4)]
    with pytest.raises(FileRefused, match="more than 2"):
        read_candidates(eml_files.candidates(candidate_list("1", "A", *people)))


@pytest.mark.skipif(not REAL.exists(), reason="the files of the field are not here")
def test_the_file_of_the_electoral_council_is_read() -> None:
    found = read_candidates(REAL.read_bytes())
    assert (found.election.code, found.lists, len(found.candidates)) == ("GR2022_Test", 3, 18)
    assert found.candidates[12].first_name == "Charèl"
