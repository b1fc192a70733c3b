"""A polling station as a file tells it; the same row for EML 110b and for the stations standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from app.importing.faults import Fault
from app.phrases import Phrase

StationType = Literal["fixed", "special", "mobile"]
ElectionType = Literal["TK", "PS", "WS", "GR", "EP", "ER", "IR"]


@dataclass(frozen=True, slots=True)
class Stop:
    """A further place or opening period of one station: the standard gives each of them a column of its own."""

    source: str
    address_note: str | None
    bag_id: str | None
    latitude: float | None
    longitude: float | None
    opens_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class StationRow:
    """One station. What the file does not say is None (or empty); times are local and naive (Europe/Amsterdam).

    `source` is where it stands: the letter of its column, or its row or line. `accessibility` maps the attribute's
    name in the standard ("Toegankelijke ov-halte") to the answer given; unanswered ones are absent.
    `opens_at` and `closes_at` span all `stops`, which is empty for a station with one place and one period.
    `x` and `y` are Rijksdriehoek metres. `voters` is the number entitled to vote (EML).
    """

    source: str
    number: int
    name: str
    type: StationType | None = None
    street: str | None = None
    house_number: str | None = None
    house_number_suffix: str | None = None
    postcode: str | None = None
    city: str | None = None
    address_note: str | None = None
    bag_id: str | None = None
    x: float | None = None
    y: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    website: str | None = None
    accessibility: Mapping[str, str] = field(default_factory=dict)
    accessibility_note: str | None = None
    other_information: str | None = None
    is_count_location: bool | None = None
    contact: str | None = None
    election_website: str | None = None
    voters: int | None = None
    channel: str | None = None
    stops: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True)
class ElectionHead:
    """Which election a file is about, as EML_NL identifies it; `type` is our code, `category` the file's."""

    code: str
    name: str
    category: str
    type: ElectionType
    voting_date: date
    subcategory: str | None = None
    domain_id: str | None = None
    domain_name: str | None = None
    nomination_date: date | None = None


@dataclass(frozen=True, slots=True)
class StationsFile:
    """The good stations and the faults of a file; a station with a fault is not among `stations`.

    `election` and `authority`, the municipality that made it, are known for EML only. `refused` counts the stations
    that were left out. `remarks` are what a person should know, such as which sheet was read, `unused` the names of
    fields that the portal does not keep.
    """

    stations: tuple[StationRow, ...]
    faults: tuple[Fault, ...]
    refused: int = 0
    election: ElectionHead | None = None
    remarks: tuple[Phrase, ...] = ()
    authority: str | None = None
    unused: tuple[str, ...] = ()
