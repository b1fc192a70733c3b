"""The candidates of an election: EML_NL 230b of the Electoral Council, read by the same parser as the other files.

It says names and the town, never a date of birth, so who is meant can only be guessed from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from app.importing.elections.eml import NS, find_line, find_text, open_document, read_head
from app.importing.elections.station_row import ElectionHead
from app.importing.faults import FileRefused
from app.phrases import Phrase, phrase

KIND: Final = "230b"
XNL: Final = {"xnl": "urn:oasis:names:tc:ciq:xsdschema:xNL:2.0", **NS}
LONGEST: Final = {"initials": 40, "first_name": 80, "infix": 40, "surname": 120, "city": 80, "list_name": 200}
MOST_CANDIDATES: Final = 50_000  # a House of Representatives in all districts has some 15,000


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One candidate; what the file does not say is empty."""

    list_number: int
    list_name: str
    position: int
    initials: str
    first_name: str
    infix: str
    surname: str
    city: str


@dataclass(frozen=True, slots=True)
class CandidatesFile:
    """Its election and its candidates, each once also where a list stands in several districts."""

    election: ElectionHead
    candidates: tuple[CandidateRow, ...]
    remarks: tuple[Phrase, ...] = ()

    @property
    def lists(self) -> int:
        """How many lists have candidates."""
        return len({candidate.list_number for candidate in self.candidates})


def read_candidates(data: bytes) -> CandidatesFile:
    """Read an EML_NL 230b. A candidate without a surname costs only that one, and is told in `remarks`.

    Raises FileRefused for another file or version, for one that names no election, and for one without candidates.
    """
    root = open_document(data, KIND)
    election = read_head(root)
    found = _Places()
    remarks: list[Phrase] = []
    for number, affiliation in enumerate(root.iterfind(".//eml:Affiliation", NS), 1):
        list_number, list_name = _read_list(affiliation, number)
        for element in affiliation.iterfind("eml:Candidate", NS):
            row = _read_candidate(element, list_number, list_name, remarks)
            if row is not None:
                found.put(row)
    if not found.rows:
        raise FileRefused(phrase("There are no candidates in this file."))
    return CandidatesFile(election, tuple(found.rows.values()), tuple(remarks))


class _Places:
    """Candidates by list and place. A list may have others on the same places in another district: those come last."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, int], CandidateRow] = {}
        self._known: set[CandidateRow] = set()
        self._last: dict[int, int] = {}

    def put(self, row: CandidateRow) -> None:
        """Each person once. Raises FileRefused for more than anybody's lists hold."""
        person = replace(row, position=0)
        if person in self._known:
            return
        if len(self._known) >= MOST_CANDIDATES:
            raise FileRefused(phrase("There are more than %(count)s candidates in this file.", count=MOST_CANDIDATES))
        self._known.add(person)
        last = self._last.get(row.list_number, 0)
        place = last + 1 if (row.list_number, row.position) in self.rows else row.position
        self.rows[row.list_number, place] = replace(row, position=place)
        self._last[row.list_number] = max(last, place)


def _read_list(affiliation: etree._Element, number: int) -> tuple[int, str]:
    """Its number and name; a blank list has no name."""
    identifier = affiliation.find("eml:AffiliationIdentifier", NS)
    name = find_text(affiliation, "eml:AffiliationIdentifier/eml:RegisteredName") or ""
    return _number(identifier) or number, name[: LONGEST["list_name"]]


def _read_candidate(
    element: etree._Element, list_number: int, list_name: str, remarks: list[Phrase]
) -> CandidateRow | None:
    name = element.find(".//xnl:PersonName", XNL)
    surname = find_text(name, "xnl:LastName", XNL)
    position = _number(element.find("eml:CandidateIdentifier", NS))
    if not surname or position is None:
        line = find_line(element)
        reason = (
            phrase("Line %(line)s: this candidate has no surname, so it is not compared.", line=line)
            if not surname
            else phrase("Line %(line)s: this candidate has no number on the list, so it is not compared.", line=line)
        )
        remarks.append(reason)
        return None
    parts = {
        "initials": find_text(name, "xnl:NameLine[@NameType='Initials']", XNL),
        "first_name": find_text(name, "xnl:FirstName", XNL),
        "infix": find_text(name, "xnl:NamePrefix", XNL),
        "surname": surname,
        "city": find_text(element.find("eml:QualifyingAddress", NS), ".//xal:LocalityName", XNL),
    }
    cut = {part: (value or "")[: LONGEST[part]] for part, value in parts.items()}
    return CandidateRow(list_number=list_number, list_name=list_name, position=position, **cut)


def _number(element: etree._Element | None) -> int | None:
    raw = "" if element is None else element.get("Id", "").strip()
    return int(raw) if raw.isascii() and raw.isdigit() and 0 < len(raw) <= 6 else None
