"""Who left a shift: whoever did not accept the place or cannot come is not offered for that shift again by itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, or_

from app.models import Vacancy


def has_left(member_id: Any, shift_id: Any) -> ColumnElement[bool]:
    """This member left a place of this shift and did not come back to it; both are ids or columns."""
    came_back = Vacancy.filled_by_member_id == Vacancy.left_member_id
    return (
        exists()
        .where(Vacancy.left_member_id == member_id, Vacancy.shift_id == shift_id)
        .where(or_(Vacancy.filled_by_member_id.is_(None), ~came_back))
        .correlate_except(Vacancy)
    )
