"""A row of a stations file as columns of the table: which file tells what."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Numeric

from app.clock import from_local, local
from app.importing.elections.station_row import StationRow, Stop
from app.models import PollingStation, StationType
from app.models.base import UtcDateTime
from app.typed.texts import fit

Values = dict[str, Any]

# What an EML 110b tells; everything else of a station is left as it is.
EML_COLUMNS = ("name",)
# Told too, but seldom complete: an empty cell, or a number that is none, does not wipe what is known.
ADDRESS_COLUMNS = ("street", "postcode", "city", "address_note")
STANDARD_COLUMNS = (
    "name",
    "type",
    "bag_id",
    "latitude",
    "longitude",
    "rd_x",
    "rd_y",
    "opens_at",
    "closes_at",
    "website",
    "accessibility",
    "information",
    "contact",
    "is_count_location",
    "stops",
)
NEW_STATION: Values = {
    "type": StationType.FIXED,
    "street": "",
    "postcode": "",
    "city": "",
    "address_note": "",
    "bag_id": "",
    "latitude": None,
    "longitude": None,
    "rd_x": None,
    "rd_y": None,
    "opens_at": None,
    "closes_at": None,
    "website": "",
    "accessibility": {},
    "information": "",
    "contact": "",
    "is_count_location": False,
    "voter_count": None,
    "stops": [],
}


def column_values(station: StationRow, *, is_eml: bool) -> Values:
    """The columns that this kind of file tells, fit for the table."""
    every = {
        "name": fit(station.name, PollingStation.name),
        "type": station.type or StationType.FIXED,
        "street": fit(_join(station.street, _house_number(station)), PollingStation.street),
        "postcode": fit(station.postcode or "", PollingStation.postcode),
        "city": fit(station.city or "", PollingStation.city),
        "address_note": fit(station.address_note or "", PollingStation.address_note),
        "bag_id": station.bag_id or "",
        "latitude": _decimal(station.latitude, 6),
        "longitude": _decimal(station.longitude, 6),
        "rd_x": _decimal(station.x, 3),
        "rd_y": _decimal(station.y, 3),
        "opens_at": station.opens_at and from_local(station.opens_at),
        "closes_at": station.closes_at and from_local(station.closes_at),
        "website": fit(station.website or "", PollingStation.website),
        "accessibility": dict(station.accessibility),
        "information": "\n\n".join(filter(None, (station.other_information, station.accessibility_note))),
        "contact": fit(station.contact or "", PollingStation.contact),
        "is_count_location": bool(station.is_count_location),
        "voter_count": station.voters,
        "stops": [_stop(stop) for stop in station.stops],
    }
    told = EML_COLUMNS if is_eml else STANDARD_COLUMNS
    if station.voters is not None:
        told = (*told, "voter_count")
    return {name: every[name] for name in told} | {name: every[name] for name in ADDRESS_COLUMNS if every[name]}


def _house_number(station: StationRow) -> str:
    return f"{station.house_number or ''}{station.house_number_suffix or ''}"


def _join(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def _decimal(value: float | None, places: int) -> Decimal | None:
    return None if value is None else round(Decimal(str(value)), places)


def _stop(stop: Stop) -> dict[str, str]:
    times = {"opens_at": stop.opens_at, "closes_at": stop.closes_at}
    return {"place": stop.address_note or ""} | {
        name: f"{at:%Y-%m-%dT%H:%M}" if at else "" for name, at in times.items()
    }


def is_same(known: Any, told: Any) -> bool:
    """Whether a column holds what the file tells; an instant is the same in every time zone."""
    if isinstance(known, datetime) and isinstance(told, datetime):
        return local(known) == local(told)
    return bool(known == told)


def as_json(value: Any) -> Any:
    """The value of a column as JSON keeps it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def from_json(name: str, value: Any) -> Any:
    """What `as_json` made of the value of this column."""
    kind = PollingStation.__table__.c[name].type
    if value is None:
        return None
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    return Decimal(value) if isinstance(kind, Numeric) else value
