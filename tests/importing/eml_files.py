"""Small EML_NL files of the shape that the Electoral Council gives out."""

from __future__ import annotations

START = """<?xml version="1.0" encoding="UTF-8"?>
<EML xmlns="urn:oasis:names:tc:evs:schema:eml" xmlns:xal="urn:oasis:names:tc:ciq:xsdschema:xAL:2.0"
     xmlns:kr="http://www.kiesraad.nl/extensions" Id="{kind}" SchemaVersion="{version}">
<ElectionEvent><EventIdentifier/><Election>
"""
IDENTIFIER = """<ElectionIdentifier Id="{code}"><ElectionName>Gemeenteraad Test 2026</ElectionName>
<ElectionCategory>{category}</ElectionCategory><kr:ElectionSubcategory>GR2</kr:ElectionSubcategory>
{domain}{dates}</ElectionIdentifier>
"""
DOMAIN = '<kr:ElectionDomain Id="0344">Test</kr:ElectionDomain>'
AUTHORITY = '<ManagingAuthority><AuthorityIdentifier Id="0344">{}</AuthorityIdentifier></ManagingAuthority>'
DATES = "<kr:ElectionDate>2026-03-18</kr:ElectionDate><kr:NominationDate>2026-02-02</kr:NominationDate>"
END = "</Election></ElectionEvent></EML>"


def election(
    *,
    kind: str = "110a",
    version: str = "5",
    code: str = "GR2026_Test",
    category: str = "GR",
    dates: str = DATES,
    domain: str = DOMAIN,
    authority: str = "",
    places: str = "",
) -> bytes:
    """A 110a, or another kind by its Id; `places` are PollingPlace elements, a line each."""
    identifier = IDENTIFIER.format(code=code, category=category, domain=domain, dates=dates)
    start = START.format(kind=kind, version=version)
    if authority:
        start = start.replace("<ElectionEvent>", f"{AUTHORITY.format(authority)}<ElectionEvent>")
    return f"{start}{identifier}<Contest>\n{places}</Contest>{END}".encode()


def stations(*places: str, **values: str) -> bytes:
    """A 110b; the first place is on line 9."""
    return election(kind="110b", places="".join(f"{place}\n" for place in places), **values)


def place(number: str = "1", name: str = "Stadhuis", voters: str = "1273", postcode: str = "1011 pn") -> str:
    """One PollingPlace on one line; without a number the attribute is absent."""
    identity = f' Id="{number}"' if number else ""
    return (
        f'<PollingPlace Channel="polling"><PhysicalLocation><Address><xal:Locality><xal:LocalityName>{name}'
        f"</xal:LocalityName><xal:PostalCode><xal:PostalCodeNumber>{postcode}</xal:PostalCodeNumber></xal:PostalCode>"
        f"</xal:Locality></Address><PollingStation{identity}>{voters}</PollingStation></PhysicalLocation></PollingPlace>"
    )
