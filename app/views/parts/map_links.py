"""The way to a polling station on a map of another website, opened on request only, with the place and nothing else."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from flask import Flask

from app.models import PollingStation

MAP: Final = "https://www.openstreetmap.org"


def make_map_url(station: PollingStation | None) -> str:
    """The way to the station, or its address on a map; empty where neither is known.

    The form of the open data standard has where a station lies, and no street.
    """
    if station is None:
        return ""
    if station.latitude is not None and station.longitude is not None:
        return f"{MAP}/directions?{urlencode({'to': f'{station.latitude},{station.longitude}'}, safe=',')}"
    parts = [station.street, " ".join(filter(None, (station.postcode, station.city)))]
    address = ", ".join(filter(None, parts))
    return f"{MAP}/search?{urlencode({'query': address})}" if address else ""


def init_app(app: Flask) -> None:
    """Give the templates the same links."""
    app.jinja_env.globals["make_map_url"] = make_map_url
