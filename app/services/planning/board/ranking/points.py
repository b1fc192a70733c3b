"""The points of each who can take a place, counted in SQL from the columns that are known."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast

from app.models import Answer
from app.services.planning.board.ranking import weights


def count_points(known: Any) -> ColumnElement[int]:
    """Of the columns of `features`, what is known of a member."""
    c = known.c
    choices = (
        (c.station_rank, weights.STATION_CHOICE, weights.STATION_LATER),
        (c.function_rank, weights.FUNCTION_CHOICE, weights.FUNCTION_LATER),
    )
    points = [
        case(
            (rank.is_(None), 0),
            *((rank == choice, weight.points) for choice, weight in first.items()),
            else_=later.points,
        )
        for rank, first, later in choices
    ]
    flags = (
        (c.served_here, weights.SERVED_HERE),
        (c.served_function, weights.SERVED_FUNCTION),
        (c.is_here, weights.IS_HERE),
        (c.is_elsewhere, weights.IS_ELSEWHERE),
        (c.partner_here, weights.PARTNER_HERE),
        (c.answer == Answer.MAYBE, weights.MAYBE),
        (c.is_warned, weights.WARNED),
    )
    points += [case((flag, weight.points), else_=0) for flag, weight in flags]
    bands = [(c.square_km <= band.km * band.km, band.points) for band in weights.BANDS]
    points.append(case((c.square_km.is_(None), 0), *bands, else_=0))
    total: ColumnElement[int] = cast(sum(points[1:], points[0]), Integer)
    return total
