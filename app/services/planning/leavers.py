"""Who left: whoever did not accept a place or cannot come to it is not offered for that shift again by itself.

Nor for other shifts of the election, where no place is left: who cannot come at all said yes to more shifts than one.
A new answer since then is the member's last word.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, or_

from app.models import Assignment, Availability, Vacancy


def has_left(member_id: Any, shift_id: Any, election_id: int) -> ColumnElement[bool]:
    """This member (an id or a column) left a place of this shift, or all of the election, and did not come back."""
    came_back = Vacancy.filled_by_member_id == Vacancy.left_member_id
    of_member = (Assignment.member_id == Vacancy.left_member_id, Assignment.election_id == Vacancy.election_id)
    has_none = ~exists().where(*of_member).correlate(Vacancy)
    answer = (Availability.member_id == Vacancy.left_member_id, Availability.election_id == Vacancy.election_id)
    has_answered = exists().where(*answer, Availability.changed_at > Vacancy.opened_at).correlate(Vacancy)
    return (
        exists()
        .where(Vacancy.left_member_id == member_id, Vacancy.election_id == election_id)
        .where(or_(Vacancy.shift_id == shift_id, has_none))
        .where(or_(Vacancy.filled_by_member_id.is_(None), ~came_back), ~has_answered)
        .correlate_except(Vacancy)
    )
