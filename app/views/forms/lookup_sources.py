"""What forms look up by typing: members, and the polling stations of an election."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from flask import url_for

from app.models import Member, PollingStation
from app.services.elections.stations.station_lookup import find_by_number, find_stations, list_stations
from app.services.members.lookup import find_member, find_members
from app.views.forms.fields import read_key
from app.views.forms.lookup import Option, Source


def _member(username: str, member: Member) -> Option:
    told = ", ".join(filter(None, (member.member_number, member.city)))
    return Option(username, f"{member.full_name} ({told or username})")


def find_member_options(typed: str, limit: int) -> Sequence[Option]:
    """Members by what is typed."""
    return [_member(username, member) for username, member in find_members(typed, limit)]


def _find_member(key: str) -> Option | None:
    found = find_member(key)
    return _member(*found) if found else None


MEMBERS: Final = Source(find_member_options, _find_member, _find_member, lambda: url_for("LookupsView.members"))


def _station(station: PollingStation) -> Option:
    return Option(str(station.id), f"{station.number} {station.name}")


def find_station_options(election_id: int, typed: str, limit: int) -> Sequence[Option]:
    """Polling stations by what is typed."""
    return [_station(station) for station in find_stations(election_id, typed, limit)]


def stations_of(election_id: int, known: Collection[PollingStation] = ()) -> Source:
    """The polling stations of this election; those that are `known` are not read again."""
    kept = {option.key: option for option in map(_station, known)}

    def by_key(key: str) -> Option | None:
        if key not in kept:
            try:
                found = list_stations(election_id, {read_key(key)})
            except ValueError:
                return None
            kept.update({option.key: option for option in map(_station, found)})
        return kept.get(key)

    def by_number(typed: str) -> Option | None:
        found = (
            find_by_number(election_id, int(typed))
            if typed.isascii() and typed.isdecimal() and len(typed) < 9
            else None
        )
        return _station(found) if found else None

    return Source(
        lambda typed, limit: find_station_options(election_id, typed, limit),
        by_key,
        by_number,
        lambda: url_for("LookupsView.stations", election_id=election_id),
    )
