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


def candidates(*lists: str, **values: str) -> bytes:
    """A 230b; `lists` are of `candidate_list`."""
    names = 'xmlns:xnl="urn:oasis:names:tc:ciq:xsdschema:xNL:2.0" xmlns:kr='
    return election(kind="230b", places="".join(lists), **values).replace(b"xmlns:kr=", names.encode(), 1)


def candidate_list(number: str, name: str, *people: str) -> str:
    """One Affiliation; `people` are of `candidate`, a line each."""
    start = f'<Affiliation><AffiliationIdentifier Id="{number}"><RegisteredName>{name}</RegisteredName>'
    return "\n".join((f"{start}</AffiliationIdentifier>", *people, "</Affiliation>\n"))


def candidate(
    position: str, surname: str, *, initials: str = "J.", first_name: str = "", infix: str = "", city: str = "Test"
) -> str:
    """One Candidate on one line; what is empty is absent, as in the files."""
    parts = [f'<xnl:NameLine NameType="Initials">{initials}</xnl:NameLine>' if initials else ""]
    named = (("FirstName", first_name), ("NamePrefix", infix), ("LastName", surname))
    parts += [f"<xnl:{name}>{value}</xnl:{name}>" for name, value in named if value]
    town = f"<xal:Locality><xal:LocalityName>{city}</xal:LocalityName></xal:Locality>"
    return (
        f'<Candidate><CandidateIdentifier Id="{position}"/><CandidateFullName><xnl:PersonName>{"".join(parts)}'
        f"</xnl:PersonName></CandidateFullName><QualifyingAddress>{town}</QualifyingAddress></Candidate>"
    )
