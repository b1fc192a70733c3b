"""The people of the demo: names as they are found in a Dutch municipality, and rows as a roster would hold them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from random import Random
from typing import Final

from stdnum import iban
from stdnum.nl import bsn

from app.importing.rosters.roster import RosterRow

TOWN: Final = "Voorbeeldstad"
FIRST: Final = (  # who is invited when the demo is made: first name, initials, infix, surname, birth date, postcode
    ("Jan", "J.", "de", "Vries", date(1958, 3, 14), "1234 AB"),
    ("Fatma", "F.", "", "Yilmaz", date(1986, 11, 2), "1234 AC"),
    ("Anneke", "A.M.", "van den", "Berg", date(1971, 7, 28), "1235 BA"),
)
_FIRST_NAMES: Final = """
    Ahmed Anna Annemarie Arjan Astrid Ayse Bart Bas Carla Chantal Cor Daan Daniëlle Dewi Dirk Elif Ellen Emma Erik Esra
    Esther Eva Femke Floor Frank Gerard Gerda Hanneke Hans Hatice Henk Hilde Ineke Ingrid Iris Jacqueline Jeroen Johan
    Joke José Karin Kees Klaas Laura Leo Lieke Lisa Loes Maaike Marco Margriet Marieke Marjan Mark Martijn Mehmet Mieke
    Mohamed Monique Nadia Nico Noor Omar Patricia Paul Peter Petra Piet Rachid Renée Rianne Rob Ruud Samira Sandra
    Saskia Sevda Sjoerd Sofie Stefan Suzanne Theo Thijs Tineke Tom Truus Wendy Wil Willem Wouter Yara Yvonne Zeynep
"""
_SURNAMES: Final = {  # by infix
    "": """
        Aydin Bakker Bouman Brouwer Demir Dijkstra Doğan Driessen El-Amrani Gerritsen Groen Hendriks Hermans Hoekstra
        Huisman Jacobs Jansen Janssen Kaya Klein Koning Koster Kramer Kuipers Martens Meijer Molenaar Mulder Nguyen
        Özdemir Peters Pietersen Postma Prins Scholten Schouten Smit Smits Timmer Veenstra Verbeek Vermeulen Visser Vos
        Willems Wolters
    """,
    "de": "Boer Bruijn Graaf Groot Haan Jong Koning Lange Ruiter Wit",
    "van": "Dam Dijk Dongen Leeuwen Loon Rijn Veen Vliet Wijk",
    "van der": "Heijden Horst Laan Linden Meer Meulen Velde Wal",
    "van den": "Berg Bosch Brink Broek Heuvel",
    "ter": "Haar Horst",
}
_STREETS: Final = (
    "Dorpsstraat",
    "Kerkstraat",
    "Molenweg",
    "Schoolstraat",
    "Stationsweg",
    "Beukenlaan",
    "Julianastraat",
    "Havenkade",
    "Parklaan",
    "Industrieweg",
    "Zandpad",
    "Vogelplein",
)
_LANGUAGES: Final = ("", "", "", "", "", "", "Engels", "Engels", "Engels, Duits", "Turks", "Arabisch", "Pools")


def make_first_rows() -> list[RosterRow]:
    """The rows of the members who are invited when the demo is made."""
    return [
        RosterRow(
            row=number,
            member_number=f"{1000 + number}",
            first_name=first_name,
            initials=initials,
            infix=infix or None,
            surname=surname,
            birth_date=birth_date,
            email=f"{first_name.lower()}@post.example",
            street="Dorpsstraat",
            house_number=str(number),
            postcode=postcode,
            city=TOWN,
        )
        for number, (first_name, initials, infix, surname, birth_date, postcode) in enumerate(FIRST, 1)
    ]


def make_rows(count: int, chance: Random) -> list[RosterRow]:
    """So many other members, no two with one name. One in twelve has no e-mail address, as in real rosters."""
    surnames = [(infix, surname) for infix, together in _SURNAMES.items() for surname in together.split()]
    people = [(first_name, *surname) for first_name in _FIRST_NAMES.split() for surname in surnames]
    chosen = enumerate(chance.sample(people, count), 1 + len(FIRST))
    return [_row(number, *person, chance) for number, person in chosen]


def with_bsn_and_iban(rows: Sequence[RosterRow]) -> list[RosterRow]:
    """The same members, of whom the municipality has what it needs to pay them."""
    numbered = enumerate(zip(rows, make_bsns(len(rows)), strict=True), 1)
    return [replace(row, bsn=number, iban=make_iban(place)) for place, (row, number) in numbered]


def _row(number: int, first_name: str, infix: str, surname: str, chance: Random) -> RosterRow:
    address = ".".join(filter(None, (first_name, *infix.split(), surname))).lower()
    return RosterRow(
        row=number,
        member_number=f"{1000 + number}",
        first_name=first_name,
        initials=f"{first_name[0]}.",
        infix=infix or None,
        surname=surname,
        birth_date=date(chance.randint(1946, 2006), chance.randint(1, 12), chance.randint(1, 28)),
        email=f"{address.translate(_PLAIN)}@post.example" if chance.random() > 1 / 12 else None,
        mobile=f"+316{chance.randint(10_000_000, 58_999_999)}" if chance.random() > 0.15 else None,
        street=chance.choice(_STREETS),
        house_number=str(chance.randint(1, 180)),
        house_number_suffix=chance.choice(("A", "B")) if chance.random() < 0.08 else None,
        postcode=f"{chance.randint(1234, 1239)} {chance.choice('ABCDE')}{chance.choice('ABCDE')}",
        city=TOWN,
        is_civil_servant=chance.random() < 0.12,
        languages=chance.choice(_LANGUAGES) or None,
    )


_PLAIN: Final = str.maketrans("ëéğöÖ", "eegoo")


def make_bsns(count: int) -> Iterator[str]:
    """So many numbers that pass the eleven-test, of the range above 999,900,000 that is given to nobody."""
    return islice(filter(bsn.is_valid, map(str, range(999_900_000, 1_000_000_000))), count)


def make_iban(number: int) -> str:
    """An account of a bank that does not exist, with right check digits."""
    account = f"DEMO{number:010d}"
    return f"NL{iban.calc_check_digits(f'NL00{account}')}{account}"
