"""Open places for which somebody can be asked: what a planner goes on to where nobody is free."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Function, Shift
from app.services.planning.board.holes import OpenNeed
from app.services.planning.board.ranking.candidates import rank_each
from app.services.planning.board.ranking.features import Hole
from app.services.planning.times import shift_hours


def list_askable(election_id: int, open_needs: Sequence[OpenNeed]) -> list[OpenNeed]:
    """Those of these for which somebody is free. Who is depends on the shift and the function, not on the station: at
    most six statements, however many places.
    """
    kinds = list(dict.fromkeys((need.shift_id, need.function_id) for need in open_needs))
    if not kinds:
        return []
    wanted = select(Shift).where(Shift.id.in_({shift_id for shift_id, _function_id in kinds}))
    shifts = {shift.id: shift for shift in db.session.scalars(wanted.options(joinedload(Shift.day)))}
    functions = {function.id: function for function in db.session.scalars(select(Function))}
    holes = [
        Hole(
            election_id,
            None,
            shift_id,
            function_id,
            *shift_hours(shifts[shift_id]),
            needs_training=functions[function_id].needs_training,
        )
        for shift_id, function_id in kinds
    ]
    found = {kind for kind, best in zip(kinds, rank_each(holes, limit=1), strict=True) if best}
    return [need for need in open_needs if (need.shift_id, need.function_id) in found]
