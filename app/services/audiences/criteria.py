"""What a group asks of a member, as SQL."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, false, or_

from app.models import Condition, Group, Member, MemberState
from app.models.base import is_any_of
from app.services.audience_kinds import KINDS


def criterion_of(group: Group, *, states: Collection[MemberState] = (MemberState.ACTIVE,)) -> ColumnElement[bool]:
    """What the group asks of a row of `Member`. A group without conditions has nobody in it."""
    parts = [criterion_of_condition(condition) for condition in group.conditions]
    if not parts:
        return false()
    return and_(is_any_of(Member.state, states), and_(*parts) if group.is_all else or_(*parts))


def criterion_of_condition(condition: Condition) -> ColumnElement[bool]:
    """What one condition asks of a row of `Member`."""
    kind = KINDS.get(condition.kind)
    return kind.criterion(condition) if kind else false()
