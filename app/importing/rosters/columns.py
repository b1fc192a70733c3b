"""Which column of a roster is which field, by the headings that Dutch municipalities use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from app.importing.spreadsheets.headings import Headings, bare
from app.importing.spreadsheets.tables import column_letter
from app.phrases import Phrase, phrase

# Those of `app.member_fields` that are in a roster, in the order of a roster; also the fields of `RosterRow`.
# Compared without case, accents, spaces and punctuation: "E-mail adres" is "emailadres".
HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "member_number": (
        "lidnummer",
        "lidnr",
        "stembureaulidnummer",
        "personeelsnummer",
        "personeelsnr",
        "relatienummer",
        "relatienr",
        "registratienummer",
        "persnr",
        "nummerlid",
        "membernumber",
        "id",
    ),
    "initials": ("voorletters", "voorletter", "initialen", "vl", "initials"),
    "first_name": ("voornaam", "roepnaam", "voornamen", "firstname"),
    "infix": ("tussenvoegsel", "tussenvoegsels", "voorvoegsel", "voorvoegsels", "tv", "tussenv", "infix"),
    "surname": ("achternaam", "geslachtsnaam", "familienaam", "naam", "surname", "lastname"),
    "birth_date": ("geboortedatum", "gebdatum", "geboren", "gebdat", "geboortedat", "birthdate", "dateofbirth"),
    "email": ("email", "emailadres", "mailadres", "mail", "emailprive", "priveemail", "priveemailadres"),
    "phone": (
        "telefoon",
        "telefoonnummer",
        "tel",
        "telnr",
        "telefoonvast",
        "vast",
        "vasttelefoonnummer",
        "telefoonthuis",
        "telefoonprive",
        "vastnummer",
        "phone",
    ),
    "mobile": (
        "mobiel",
        "mobielnummer",
        "mobieltelefoonnummer",
        "telefoonmobiel",
        "06",
        "06nummer",
        "gsm",
        "mobieletelefoon",
        "mobilenummer",
        "mobile",
    ),
    "street": (
        "straat",
        "straatnaam",
        "adres",
        "straatenhuisnummer",
        "straathuisnummer",
        "adresregel1",
        "woonadres",
        "street",
        "address",
    ),
    "house_number": ("huisnummer", "huisnr", "nr", "hnr", "housenumber"),
    "house_number_suffix": (
        "toevoeging",
        "huisnummertoevoeging",
        "huisletter",
        "toev",
        "huisnrtoev",
        "huisnummertoev",
        "huisletterentoevoeging",
    ),
    "postcode": ("postcode", "postcodeenplaats", "postcodeplaats", "postcodewoonplaats", "pc", "postcodeenwoonplaats"),
    "city": ("woonplaats", "plaats", "plaatsnaam", "stad", "city"),
    "iban": (
        "iban",
        "ibannummer",
        "rekeningnummer",
        "bankrekening",
        "bankrekeningnummer",
        "ibanrekeningnummer",
        "reknr",
        "rekening",
    ),
    "bsn": ("bsn", "bsnnummer", "bsnnr", "burgerservicenummer", "sofinummer", "sofi", "sofinr"),
    "is_civil_servant": ("ambtenaar", "isambtenaar", "gemeenteambtenaar", "medewerkergemeente", "indienstgemeente"),
    "trained_on": (
        "training",
        "trainingsdatum",
        "datumtraining",
        "laatstetraining",
        "laatstetrainingop",
        "getraindop",
        "traininggevolgdop",
        "cursusdatum",
        "trainedon",
    ),
    "language": ("taal", "voertaal", "taalvoorkeur", "voorkeurstaal", "language"),  # the portal speaks to them in it
    "languages": ("talen", "talenkennis", "gesprokentalen", "spreekt", "languages"),  # they speak
}
FIELDS: Final = tuple(HEADINGS)
KNOWN: Final = Headings(HEADINGS)
BSN_HEADING: Final = re.compile(r"bsn|burgerservice|sofi")


def recognise_columns(header: Sequence[str]) -> dict[str, int]:
    """Field → index of the column, for every heading that is known; the best-known spelling wins, then the first.

    `naam` is the surname only where there is no better column for it.
    """
    found = KNOWN.recognise(header)
    return {field: found[field] for field in FIELDS if field in found}


def column_titles(header: Sequence[str]) -> list[str]:
    """What each column is called: its heading, with its letter where two have one heading, or the letter alone."""
    headings = [bare(heading) for heading in header]
    return [
        _title(heading.strip(), column_letter(index), is_double=headings.count(headings[index]) > 1)
        for index, heading in enumerate(header)
    ]


def _title(heading: str, letter: str, *, is_double: bool) -> str:
    if not heading:
        return letter
    return f"{heading} ({letter})" if is_double else heading


def double_columns(header: Sequence[str], mapping: Mapping[str, int]) -> Iterator[Phrase]:
    """A sentence for each column that is read while another one has the same heading."""
    headings = [bare(heading) for heading in header]
    for index in sorted(mapping.values()):
        same = [column_letter(other) for other, heading in enumerate(headings) if heading == headings[index]]
        if len(same) > 1:
            yield phrase(
                "The columns %(columns)s have one heading, “%(heading)s”. Column %(read)s is read.",
                columns=", ".join(same),
                heading=header[index][:80],
                read=column_letter(index),
            )


def unused_columns(header: Sequence[str], mapping: Mapping[str, int]) -> list[str]:
    """What the columns with a heading are called that belong to no field."""
    used = set(mapping.values())
    titles = enumerate(column_titles(header))
    return [title[:80] for index, title in titles if index not in used and header[index].strip()]


def bsn_columns(header: Sequence[str], mapping: Mapping[str, int | None]) -> frozenset[int]:
    """Every column that holds BSNs by its heading or by the mapping, so that it is masked even when it is not read."""
    told = mapping.get("bsn")
    by_heading = {index for index, heading in enumerate(header) if BSN_HEADING.search(bare(heading))}
    return frozenset(by_heading if told is None else by_heading | {told})
