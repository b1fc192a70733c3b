"""The fields of "Stembureaus Open Data Standaard" 1.7 and what sets its older versions apart.

Source: the fill-in form of waarismijnstemlokaal.nl, version 1.7 (January 2026), sheet "Attributen".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

VERSION: Final = "1.7"

NUMBER, NAME, TYPE = "Nummer stembureau", "Naam stembureau", "Type stembureau"
WEBSITE, BAG_ID, ADDRESS_NOTE = "Website locatie", "BAG Nummeraanduiding ID", "Extra adresaanduiding"
X, Y, LATITUDE, LONGITUDE = "X", "Y", "Latitude", "Longitude"
OPENS, CLOSES = "Openingstijd", "Sluitingstijd"
ACCESSIBLE = "Toegankelijk voor mensen met een lichamelijke beperking"
ACCESSIBILITY_NOTE, OTHER = "Extra toegankelijkheidsinformatie", "Overige informatie"
COUNT_LOCATION, CONTACT, ELECTION_WEBSITE = "Tellocatie", "Contactgegevens gemeente", "Verkiezingswebsite gemeente"

YES_NO: Final = ("ja", "nee")
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    ACCESSIBLE: YES_NO,
    "Toegankelijke ov-halte": YES_NO,
    "Toilet": ("ja", "ja, genderneutraal toilet", "ja, toegankelijk toilet", "nee"),
    "Host": YES_NO,
    "Geleidelijnen": ("buiten en binnen", "buiten", "binnen", "nee"),
    "Stemmal met audio-ondersteuning": YES_NO,
    "Kandidatenlijst in braille": YES_NO,
    "Kandidatenlijst met grote letters": YES_NO,
    "Gebarentolk (NGT)": ("op locatie", "op afstand", "nee"),
    "Gebarentalig stembureaulid (NGT)": YES_NO,
    "Akoestiek geschikt voor slechthorenden": YES_NO,
    "Prikkelarm": YES_NO,
    "Prokkelduo": YES_NO,
}
FIELDS: Final[tuple[str, ...]] = (
    NUMBER,
    NAME,
    TYPE,
    WEBSITE,
    BAG_ID,
    ADDRESS_NOTE,
    X,
    Y,
    LATITUDE,
    LONGITUDE,
    OPENS,
    CLOSES,
    *CHOICES,
    ACCESSIBILITY_NOTE,
    OTHER,
    COUNT_LOCATION,
    CONTACT,
    ELECTION_WEBSITE,
)
# Published CSV carries these too, filled in from the BAG by waarismijnstemlokaal.nl.
ADDRESS_FIELDS: Final = ("Straatnaam", "Huisnummer", "Huisletter", "Huisnummertoevoeging", "Postcode", "Plaats")

# A field that a version has and the next one lost or renamed; newest first.
LAST_SEEN: Final = (
    ("1.6", ("Gehandicaptentoilet",)),
    ("1.5", ("Auditieve hulpmiddelen", "Visuele hulpmiddelen")),
    ("1.4", ("Akoestiek",)),
    ("1.3", ("Openingstijden",)),
    ("1.2", ("Stembureau of Afgiftepunt", "Mindervaliden toegankelijk", "BAG referentie nummer")),
)


def normal(label: str) -> str:
    """A field name as it is compared: case, spaces and the kind of apostrophe do not matter."""
    return " ".join(label.replace("_", " ").split()).casefold()


KNOWN: Final = {normal(name): name for name in (*FIELDS, *ADDRESS_FIELDS)}


def version_of(labels: Iterable[str]) -> str | None:
    """The version of an older form by its field names, as far as they tell."""
    found = [normal(label) for label in labels]
    version = None
    for name, signs in LAST_SEEN:
        if any(label.startswith(normal(sign)) for sign in signs for label in found if sign != "Akoestiek"):
            version = name
        if "Akoestiek" in signs and "akoestiek" in found:
            version = name
    return version
