"""Places of the plan by what the team types: the member who has it, or the polling station where it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select

from app.models import Assignment, Member, PollingStation
from app.services.elections.stations.station_search import stations_found_by
from app.services.members.search import found_by
from app.services.search.query import Search


def places_found_by(search: Search) -> list[ColumnElement[bool]]:
    """From the best to the widest: places of members who are found so, and all places at stations that are."""
    members = select(Member.id).where(found_by(search))
    stations = select(PollingStation.id).where(stations_found_by(search)[-1])
    of_member = Assignment.member_id.in_(members)
    return [of_member, or_(of_member, Assignment.station_id.in_(stations))]


def newest_first() -> tuple[Any, ...]:
    """Places of the latest election first, in order of time."""
    return Assignment.election_id.desc(), Assignment.starts_at.asc(), Assignment.id.asc()
