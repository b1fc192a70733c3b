"""Small files of the shape that the Electoral Council and waarismijnstemlokaal.nl give out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from app.importing.elections import standard

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<EML xmlns="urn:oasis:names:tc:evs:schema:eml" xmlns:xal="urn:oasis:names:tc:ciq:xsdschema:xAL:2.0"
     xmlns:kr="http://www.kiesraad.nl/extensions" Id="{kind}" SchemaVersion="5">
  <{event}>
"""
IDENTIFIER = """    <ElectionIdentifier Id="{code}">
      <ElectionName>{name}</ElectionName>
      <ElectionCategory>{category}</ElectionCategory>
      <kr:ElectionSubcategory>GR2</kr:ElectionSubcategory>
      <kr:ElectionDomain Id="0000">Voorbeeldstad</kr:ElectionDomain>
      <kr:ElectionDate>{voting_on}</kr:ElectionDate>
      <kr:NominationDate>{nomination_on}</kr:NominationDate>
    </ElectionIdentifier>
"""
PLACE = """      <PollingPlace Channel="polling"><PhysicalLocation><Address>
        <xal:Locality><xal:LocalityName>{name}</xal:LocalityName>
          <xal:PostalCode><xal:PostalCodeNumber>{postcode}</xal:PostalCodeNumber></xal:PostalCode></xal:Locality>
        </Address>
        <PollingStation Id="{number}">{voters}</PollingStation></PhysicalLocation></PollingPlace>
"""
ELECTION = {
    "code": "GR2026_Voorbeeldstad",
    "name": "Gemeenteraad Voorbeeldstad 2026",
    "category": "GR",
    "voting_on": "2026-03-18",
    "nomination_on": "2026-02-02",
}


def election_file(**values: Any) -> bytes:
    """An EML 110a; values: code, name, category, voting_on, nomination_on."""
    identifier = IDENTIFIER.format(**ELECTION | values)
    body = f"<EventIdentifier/><Election>\n{identifier}<Contest/></Election>"
    return f"{HEAD.format(kind='110a', event='ElectionEvent')}{body}\n  </ElectionEvent>\n</EML>\n".encode()


def stations_eml(stations: Iterable[tuple[int | str, str]], **values: Any) -> bytes:
    """An EML 110b with (number, name) stations."""
    identifier = IDENTIFIER.format(**ELECTION | values)
    places = "".join(
        PLACE.format(number=number, name=name, postcode="1234AB", voters=1000) for number, name in stations
    )
    body = f"<EventIdentifier/><Election>\n{identifier}<Contest>\n{places}</Contest></Election>"
    return f"{HEAD.format(kind='110b', event='ElectionEvent')}{body}\n  </ElectionEvent>\n</EML>\n".encode()


def station(number: int | str, name: str = "Stadhuis", **values: str) -> dict[str, str]:
    """One complete station of the standard 1.7; values by field name."""
    return {
        **dict.fromkeys(standard.FIELDS, ""),
        standard.NUMBER: str(number),
        standard.NAME: name,
        standard.TYPE: "regulier",
        standard.BAG_ID: "0363200000012345",
        standard.LATITUDE: "52.0775912",
        standard.LONGITUDE: "4.3166395",
        standard.OPENS: "2026-03-18T07:30:00",
        standard.CLOSES: "2026-03-18T21:00:00",
        standard.ACCESSIBLE: "ja",
        standard.COUNT_LOCATION: "nee",
        standard.CONTACT: "Team verkiezingen, 14 0123",
        standard.ELECTION_WEBSITE: "https://voorbeeldstad.example/verkiezingen",
        **values,
    }


def stations_csv(stations: Iterable[dict[str, str]]) -> bytes:
    """A CSV of the standard, a row per station."""
    file = io.StringIO()
    writer = csv.DictWriter(file, standard.FIELDS, delimiter=";", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(stations)
    return file.getvalue().encode()
