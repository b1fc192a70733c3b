"""My polling station on the day: the chair, or whom the team named, keeps who is here. Only that station, only then."""

from __future__ import annotations

from typing import Any

from flask import abort, g

from app.auth.visitor import signed_in_member
from app.services.attendance.access import find_kept
from app.services.attendance.people import Day
from app.views.parts.station_day import StationDayPages, read_date


class MyStationView(StationDayPages):
    """Wie is er op mijn stembureau."""

    route_base = "/mijn-stembureau/<int:station_id>/<day>"

    def find_day(self, **address: Any) -> Day:
        """The station, when this member may keep it now; the row guard stays closed for anything else."""
        found = find_kept(signed_in_member().id, address["station_id"], read_date(address["day"]), g.now)
        return found or abort(404)
