"""Small rosters for tests."""

from __future__ import annotations

HEADER = "Lidnummer;Voorletters;Voornaam;Tussenvoegsel;Achternaam;Geboortedatum;E-mail;Postcode;Woonplaats;IBAN;BSN"
ROWS = (
    "1001;J.;Jan;de;Vries;6-6-1970;jan@post.example;1234 AB;Voorbeeldstad;NL91ABNA0417164300;",
    "1002;A.;Anna;de;Vries;7-7-1971;jan@post.example;1234 AB;Voorbeeldstad;;111222333",
    "1003;Z.;Zoë;;Çelik;8-8-1980;zoe@post.example;1234 AB;Voorbeeldstad;;",
)


def roster(*rows: str, header: str = HEADER) -> bytes:
    """A CSV file with these rows; without any, the three usual ones."""
    return "\r\n".join([header, *(rows or ROWS)]).encode()
