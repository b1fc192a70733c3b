"""Whom a published plan touches: members whose places are others than those of their decision.

A published place never changes: another hour or station makes another place. So the places of a decision are compared
by their ids, and whoever keeps all of them is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models import AppointedPlace, Appointment, AppointmentState, PublishedPlace
from app.services.bulk import among


@dataclass(frozen=True, slots=True)
class Touched:
    """A member whose decision is made, replaced (`before_id`), or withdrawn (no `place_ids`)."""

    member_id: int
    place_ids: frozenset[int]
    before_id: int | None

    @property
    def is_new(self) -> bool:
        """No decision yet."""
        return self.before_id is None

    @property
    def is_withdrawn(self) -> bool:
        """No place any more."""
        return not self.place_ids


def find_touched(election_id: int, member_ids: Collection[int] | None = None) -> list[Touched]:
    """In the order of their first stations, so that colleagues stand together. Two statements."""
    places, order = _current(election_id, member_ids)
    decided = _decided(election_id, member_ids)
    found = []
    for member_id in places.keys() | decided.keys():
        before_id, before = decided.get(member_id, (None, frozenset()))
        now = frozenset(places.get(member_id, ()))
        if now != before:
            found.append(Touched(member_id, now, before_id))
    return sorted(found, key=lambda touched: (order.get(touched.member_id, (0, 0)), touched.member_id))


def _current(
    election_id: int, member_ids: Collection[int] | None
) -> tuple[dict[int, list[int]], dict[int, tuple[int, int]]]:
    rows: Any = select(PublishedPlace.member_id, PublishedPlace.id, PublishedPlace.station_id).where(
        PublishedPlace.election_id == election_id, PublishedPlace.until_version_id.is_(None)
    )
    places: dict[int, list[int]] = defaultdict(list)
    order: dict[int, tuple[int, int]] = {}
    found = db.session.execute(_only(rows, PublishedPlace.member_id, member_ids).order_by(PublishedPlace.starts_at))
    for member_id, place_id, station_id in found:
        places[member_id].append(place_id)
        order.setdefault(member_id, (1, station_id or 0))
    return places, order


def _decided(election_id: int, member_ids: Collection[int] | None) -> dict[int, tuple[int | None, frozenset[int]]]:
    rows: Any = (
        select(Appointment.member_id, Appointment.id, AppointedPlace.place_id)
        .join(AppointedPlace, AppointedPlace.appointment_id == Appointment.id)
        .where(Appointment.election_id == election_id, Appointment.state == AppointmentState.ISSUED)
    )
    grouped: dict[int, tuple[int, set[int]]] = {}
    for member_id, appointment_id, place_id in db.session.execute(_only(rows, Appointment.member_id, member_ids)):
        grouped.setdefault(member_id, (appointment_id, set()))[1].add(place_id)
    return {member_id: (key, frozenset(ids)) for member_id, (key, ids) in grouped.items()}


def _only(rows: Any, column: Any, member_ids: Collection[int] | None) -> Any:
    return rows if member_ids is None else rows.where(among(column, member_ids))
