"""EML_NL of the Electoral Council (Kiesraad): the election (110a), its polling stations (110b); for others the parser.

Read with a parser that takes no DTD, no entities and no network; what is not exactly the expected document is refused
with the reason. Version 5 is the only one in use (EML_NL specification; also what Abacus reads).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Final

from lxml import etree

from app.importing.elections.station_row import ElectionHead, ElectionType, StationRow, StationsFile
from app.importing.faults import Fault, FileRefused
from app.phrases import Phrase, phrase

MAX_BYTES: Final = 20 * 1024 * 1024  # Amsterdam's 110b with some 500 stations is 0.3 MB
SCHEMA_VERSION: Final = "5"
NS: Final = {
    "eml": "urn:oasis:names:tc:evs:schema:eml",
    "kr": "http://www.kiesraad.nl/extensions",
    "xal": "urn:oasis:names:tc:ciq:xsdschema:xAL:2.0",
}
KINDS: Final = {
    "110a": phrase("the election (EML 110a)"),
    "110b": phrase("the polling stations (EML 110b)"),
    "210": phrase("nominated candidates (EML 210)"),
    "230a": phrase("candidate lists (EML 230a)"),
    "230b": phrase("candidate lists (EML 230b)"),
    "230c": phrase("candidate lists (EML 230c)"),
    "510a": phrase("counted votes (EML 510)"),
    "510b": phrase("counted votes (EML 510)"),
    "510c": phrase("counted votes (EML 510)"),
    "510d": phrase("counted votes (EML 510)"),
    "520": phrase("the result (EML 520)"),
}
# EML names the water board AB (algemeen bestuur) and the island council ER; the others carry our own codes.
# EK, BC, GC (no public vote, or no longer held) and the referendum codes NR, PR, LR have no type in the portal.
TYPES: Final[dict[str, ElectionType]] = {
    "TK": "TK",
    "PS": "PS",
    "AB": "WS",
    "GR": "GR",
    "EP": "EP",
    "ER": "ER",
    "IR": "IR",
}
ELECTION_CODE: Final = re.compile(r"(?:EP|EK|TK|GR|BC|GC|ER|PS|AB|NR|PR|LR|IR)2\d{3}(?:\d{4})?(?:_[\w-]*)?")
POSTCODE: Final = re.compile(r"([1-9][0-9]{3})\s?([A-Za-z]{2})")
# What mobile stations have, because something must be filled in.
MADE_UP: Final = re.compile(r"[0xX .-]+|0{4} ?[A-Za-z]{2}")
OF_A_DOMAIN: Final = ("GR", "PS", "WS")  # each is held in many places, with the same category and date
HAS_DOCTYPE: Final = phrase("This XML file has a DOCTYPE. That is not allowed: it can hide harmful parts.")
PROLOG_BYTES: Final = 64 * 1024
LONGEST_NAME: Final = 200
LONGEST_SHOWN: Final = 60
MAX_NUMBER: Final = 9999  # PollingStation/@Id in EML_NL has at most four digits


def read_election(data: bytes, *, max_bytes: int = MAX_BYTES) -> ElectionHead:
    """Read an EML_NL 110a: which election it is and when. Raises FileRefused for anything else."""
    root = open_document(data, "110a", max_bytes)
    head = read_head(root)
    if head.type in OF_A_DOMAIN and not (head.domain_id or head.domain_name):
        raise FileRefused(
            phrase("The file does not say of which municipality, province or water board it is (ElectionDomain)."),
            line=find_line(root.find(".//eml:ElectionIdentifier", NS), root),
        )
    return head


def read_stations(data: bytes, *, max_bytes: int = MAX_BYTES) -> StationsFile:
    """Read an EML_NL 110b: its election and its stations, faults by line of the file.

    A number of voters or a postcode that is none costs only that, and is told in `remarks`. Raises FileRefused if it
    is another file or another version, or names no election or no stations.
    """
    root = open_document(data, "110b", max_bytes)
    election = read_head(root)
    stations: list[StationRow] = []
    faults: list[Fault] = []
    remarks: list[Phrase] = []
    seen: dict[int, int] = {}
    refused = 0
    for place in root.iterfind(".//eml:PollingPlace", NS):
        station, found = _read_place(place, seen, remarks)
        faults += found
        if station is None:
            refused += 1
            continue
        stations.append(station)
    if not stations and not faults:
        raise FileRefused(phrase("There are no polling stations in this file."))
    authority = find_text(root, ".//eml:AuthorityIdentifier")
    return StationsFile(tuple(stations), tuple(faults), refused, election, tuple(remarks), authority)


def open_document(data: bytes, wanted: str, max_bytes: int = MAX_BYTES) -> etree._Element:
    """Parse and check that it is the EML document asked for."""
    root = parse_xml(data, max_bytes=max_bytes)
    if root.tag != f"{{{NS['eml']}}}EML":
        raise FileRefused(
            phrase("This is an XML file, but not an EML file of the Electoral Council."), line=find_line(root)
        )
    kind = root.get("Id", "")
    if kind != wanted:
        raise FileRefused(_wrong_kind(kind, wanted), line=find_line(root))
    version = root.get("SchemaVersion", "")
    if version != SCHEMA_VERSION:
        raise FileRefused(
            phrase(
                "This EML file has version “%(found)s”; version %(wanted)s is needed.",
                found=version[:20],
                wanted=SCHEMA_VERSION,
            ),
            line=find_line(root),
        )
    return root


def _wrong_kind(found: str, wanted: str) -> Phrase:
    kind = KINDS.get(found)
    if kind is None:
        return phrase(
            "This EML file is of kind “%(found)s”; choose the file EML %(wanted)s.", found=found[:20], wanted=wanted
        )
    return phrase("This file holds %(kind)s; choose the file EML %(wanted)s.", kind=kind, wanted=wanted)


def parse_xml(data: bytes, *, max_bytes: int = MAX_BYTES) -> etree._Element:
    """Parse XML without DTD, entities or network, at most `max_bytes` long; raises FileRefused with the line."""
    _refuse_other_files(data, max_bytes)
    # Before parsing, so that a bomb gets this sentence too and not "unreadable"; docinfo below catches other encodings.
    if b"<!DOCTYPE" in data[:PROLOG_BYTES]:
        raise FileRefused(HAS_DOCTYPE, line=1)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:  # the latter two: an encoding that does not exist
        line = getattr(error, "lineno", None) or 1
        raise FileRefused(phrase("This is not a readable XML file."), line=line) from None
    info: Any = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise FileRefused(HAS_DOCTYPE, line=1)
    return root


def _refuse_other_files(data: bytes, max_bytes: int) -> None:
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise FileRefused(phrase("The file is empty."))
    if len(data) > max_bytes:
        raise FileRefused(phrase("The file is too large: at most %(limit)s MB.", limit=max(1, max_bytes // 2**20)))
    if data[:4] == b"PK\x03\x04":
        raise FileRefused(phrase("This is a zip file or a spreadsheet, not an EML file. Unpack a zip file first."))
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start != b"<" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise FileRefused(phrase("This is not an XML file. EML files end in .eml.xml."), line=1)


def read_head(root: etree._Element) -> ElectionHead:
    """Which election the document is about. Raises FileRefused where it does not say so."""
    identifier = root.find(".//eml:ElectionIdentifier", NS)
    if identifier is None:
        raise FileRefused(phrase("The file does not say which election it is for (ElectionIdentifier)."))
    line = find_line(identifier)
    code = identifier.get("Id", "").strip()
    if not ELECTION_CODE.fullmatch(code):
        raise FileRefused(
            phrase("“%(code)s” is not the code of an election, such as GR2026_Utrecht.", code=code[:40]), line=line
        )
    category = find_text(identifier, "eml:ElectionCategory") or ""
    election_type = TYPES.get(category)
    if election_type is None:
        raise FileRefused(
            phrase("The portal does not know elections of category “%(category)s”.", category=category[:20]), line=line
        )
    domain = identifier.find("kr:ElectionDomain", NS)
    return ElectionHead(
        code=code,
        name=find_text(identifier, "eml:ElectionName") or code,
        category=category,
        type=election_type,
        voting_date=_voting_date(identifier),
        subcategory=find_text(identifier, "kr:ElectionSubcategory"),
        domain_id=domain.get("Id") if domain is not None else None,
        domain_name=find_text(identifier, "kr:ElectionDomain"),
        nomination_date=_date(identifier, "kr:NominationDate"),
    )


def _voting_date(identifier: etree._Element) -> date:
    # Some municipalities put the date in EML's own namespace; Abacus accepts that too.
    found = _date(identifier, "kr:ElectionDate") or _date(identifier, "eml:ElectionDate")
    if found is None:
        raise FileRefused(phrase("The file has no voting date (ElectionDate)."), line=find_line(identifier))
    return found


def _read_place(
    place: etree._Element, seen: dict[int, int], remarks: list[Phrase]
) -> tuple[StationRow | None, list[Fault]]:
    """One PollingPlace; `seen` remembers the line of each number and is added to, as `remarks` are."""
    faults: list[Fault] = []
    element = place.find(".//eml:PollingStation", NS)
    address = place.find(".//eml:Address", NS)
    number = _number(element, find_line(element, place), seen, faults)
    name = _name(place, faults)
    if faults or number is None or not name:
        about = " ".join(filter(None, ("" if element is None else element.get("Id"), name)))[:LONGEST_SHOWN]
        return None, [replace(fault, about=about) for fault in faults]
    return StationRow(
        source=str(find_line(element, place)),
        number=number,
        name=name,
        voters=_voters(element, remarks),
        channel=place.get("Channel"),
        street=find_text(address, ".//xal:ThoroughfareName"),
        house_number=find_text(address, ".//xal:ThoroughfareNumber"),
        postcode=_postcode(address, remarks),
        city=find_text(address, ".//xal:PostTownName") or find_text(address, ".//xal:DependentLocalityName"),
    ), faults


def _name(place: etree._Element, faults: list[Fault]) -> str | None:
    name = find_text(place, ".//xal:LocalityName")
    line = find_line(place.find(".//xal:LocalityName", NS), place)
    if not name:
        faults.append(_fault(line, "LocalityName", phrase("This station has no name.")))
    elif len(name) > LONGEST_NAME:
        message = phrase("This is longer than %(limit)s characters.", limit=LONGEST_NAME)
        faults.append(_fault(line, "LocalityName", message))
    return name


def _fault(line: int, element: str, message: Phrase, value: str | None = None) -> Fault:
    return Fault(line, element, message, value_shown=value, is_xml=True)


def _number(element: etree._Element | None, line: int, seen: dict[int, int], faults: list[Fault]) -> int | None:
    raw = "" if element is None else element.get("Id", "").strip()
    if not raw:
        faults.append(_fault(line, "PollingStation Id", phrase("This station has no number.")))
        return None
    if not (raw.isascii() and raw.isdigit()) or not 0 < int(raw[:9]) <= MAX_NUMBER or len(raw) > 9:
        message = phrase("The number of a station is a whole number from 1 to %(limit)s.", limit=MAX_NUMBER)
        faults.append(_fault(line, "PollingStation Id", message, raw[:20]))
        return None
    number = int(raw)
    if number in seen:
        message = phrase("Number %(number)s is also on line %(line)s.", number=number, line=seen[number])
        faults.append(_fault(line, "PollingStation Id", message, raw))
    seen.setdefault(number, line)
    return number


def _voters(element: etree._Element | None, remarks: list[Phrase]) -> int | None:
    raw = ("" if element is None else element.text or "").strip()
    if element is None or not raw:
        return None
    if raw.isascii() and raw.isdigit() and len(raw) <= 9:
        return int(raw)
    remarks.append(
        phrase(
            "Line %(line)s, element “PollingStation”: “%(found)s” is no number of voters, so it is not read.",
            line=find_line(element),
            found=raw[:20],
        )
    )
    return None


def _postcode(address: etree._Element | None, remarks: list[Phrase]) -> str | None:
    raw = find_text(address, ".//xal:PostalCodeNumber")
    if address is None or raw is None or MADE_UP.fullmatch(raw):
        return None
    found = POSTCODE.fullmatch(raw)
    if found:
        return f"{found[1]} {found[2].upper()}"
    remarks.append(
        phrase(
            "Line %(line)s, element “PostalCodeNumber”: “%(found)s” is no postcode, so it is not read.",
            line=find_line(address.find(".//xal:PostalCodeNumber", NS)),
            found=raw[:20],
        )
    )
    return None


def find_text(element: etree._Element | None, path: str, names: dict[str, str] = NS) -> str | None:
    """What stands in the first element on this path, its spaces tidied; None where that is nothing."""
    found = None if element is None else element.find(path, names)
    if found is None:
        return None
    return " ".join(_strings(found)).strip() or None


def _strings(element: etree._Element) -> Iterator[str]:
    for part in element.itertext():
        yield from str(part).split()


def _date(element: etree._Element, path: str) -> date | None:
    raw = find_text(element, path)
    if raw is None:
        return None
    try:
        return date.fromisoformat(raw[:10] if re.fullmatch(r"\d{4}-\d{2}-\d{2}(Z|[+-]\d{2}:\d{2})?", raw) else raw)
    except ValueError:
        found = element.find(path, NS)
        message = phrase("“%(value)s” is not a date like 2026-03-18.", value=raw[:20])
        raise FileRefused(message, line=None if found is None else find_line(found)) from None


def find_line(*elements: etree._Element | None) -> int:
    """Of the first of these that is there."""
    line: Any = next(element.sourceline for element in elements if element is not None)
    return int(line or 1)
