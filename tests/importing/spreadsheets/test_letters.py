"""Letters of Windows, Mac and DOS in a CSV file."""

from __future__ import annotations

import pytest

from app.importing.rosters.roster import RosterRow, open_roster
from app.importing.spreadsheets.tables import read_tables
from tests.importing.spreadsheets.odd_sheets import members, refusal

LETTERS = [
    ["Renée", "Müller"],
    ["Zoë", "Çelik"],
    ["André", "Brügmann", "Köhler"],
    ["Hélène", "Noël"],
    ["Anaïs", "België", "José"],
    ["Citroën", "Coupé"],
    ["Jürgen", "Öztürk"],
    ["Thérèse", "Façade", "Zeeën"],
    ["Loïs", "Daniël"],
    ["Élise", "Désiré", "Ruïne"],
]


@pytest.mark.parametrize("names", LETTERS, ids=" ".join)
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850", "cp437"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_letters_of_windows_mac_and_dos_are_told_apart(names: list[str], encoding: str, end: str) -> None:
    plain = [f"{number};Jansen" for number in range(20)]
    rows = [*plain, *(f"{number};{name}" for number, name in enumerate(names, 20))]
    read = members(open_roster(end.join(["Lidnummer;Achternaam", *rows, ""]).encode(encoding), "leden.csv"))
    assert [row.surname for row in read if isinstance(row, RosterRow)][20:] == names


@pytest.mark.parametrize("word", ["d’Hondt", "’t Hart", "’s-Gravenhage", "Oranje – Nassau", "€ 10", "“Bos”"])
def test_the_quotes_and_dashes_of_windows_stay(word: str) -> None:
    [(_, _head), (_, cells)] = read_tables(f"a;b\n1;{word}\n".encode("cp1252"), "leden.csv").sheets[0].rows()
    assert cells[1] == word


@pytest.mark.parametrize("word", [b"Bj\x9brn", b"\x91 \x8d \x81", b"S\x8cren \x8f", bytes(range(128, 255))])
def test_letters_that_nothing_tells_apart_are_refused_with_advice(word: bytes) -> None:
    assert "CSV UTF-8" in refusal(b"Lidnummer;Achternaam\n7;" + word + b"\n")
