"""What a member may prefer at an election: functions and polling stations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import literal, select, union_all

from app.extensions import db
from app.models import Function, PollingStation

FUNCTION, STATION = 1, 2


def list_preferences(election_id: int, *, most: int) -> tuple[Sequence[Any], Sequence[Any]]:
    """The functions, and up to `most` stations, each in their order: id, place, name and name_en. One statement."""
    functions = select(
        literal(FUNCTION).label("kind"), Function.id, Function.position.label("place"), Function.name, Function.name_en
    ).where(Function.is_active.is_(True))
    stations = (
        select(
            literal(STATION),
            PollingStation.id,
            PollingStation.number,
            PollingStation.name,
            literal(""),
        )
        .where(PollingStation.election_id == election_id)
        .order_by(PollingStation.number)
        .limit(most)
        .subquery()
    )
    both = union_all(functions, select(stations)).order_by("kind", "place", "id")
    rows = db.session.execute(both).all()
    return [row for row in rows if row.kind == FUNCTION], [row for row in rows if row.kind == STATION]
