"""Open places for which somebody can be asked: what a planner goes on to where nobody is free."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Election, Function, Shift
from app.services.planning.board.holes import OpenNeed, Spot
from app.services.planning.board.ranking.candidates import rank_each


def list_askable(election: Election, open_needs: Sequence[OpenNeed]) -> list[OpenNeed]:
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
        Spot(election, None, shifts[shift_id], functions[function_id], minimum=0, target=0).hole()
        for shift_id, function_id in kinds
    ]
    found = {kind for kind, best in zip(kinds, rank_each(holes, limit=1), strict=True) if best}
    return [need for need in open_needs if (need.shift_id, need.function_id) in found]
