"""Needs and places for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.extensions import db
from app.models import Assignment, Election, Function, Member, PollingStation, Shift, StaffingNeed
from app.services.audit import COMMAND
from app.services.planning.needs import filling, standard
from app.services.planning.times import shift_hours

PLANNED_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def make_need(
    station: PollingStation | None, shift: Shift, function: Function, minimum: int = 1, target: int = 1
) -> StaffingNeed:
    """People needed; without a station at the central count."""
    need = StaffingNeed(
        election_id=shift.day.election_id,
        station_id=station.id if station else None,
        shift_id=shift.id,
        function_id=function.id,
        minimum=minimum,
        target=target,
    )
    db.session.add(need)
    db.session.commit()
    return need


def fill_needs(election: Election) -> None:
    """The usual template, for every station."""
    standard.start_standard(election, actor=COMMAND, now=PLANNED_AT)
    filling.fill(election, overwrite=False, actor=COMMAND, now=PLANNED_AT)
    db.session.commit()


def make_place(
    member: Member, station: PollingStation | None, shift: Shift, function: Function, **values: Any
) -> Assignment:
    """A place in the plan; without `starts_at` and `ends_at` for the whole shift."""
    starts_at, ends_at = shift_hours(shift)
    place = Assignment(
        election_id=shift.day.election_id,
        member_id=member.id,
        station_id=station.id if station else None,
        shift_id=shift.id,
        function_id=function.id,
        **{"starts_at": starts_at, "ends_at": ends_at, "changed_at": PLANNED_AT, **values},
    )
    db.session.add(place)
    db.session.commit()
    return place
