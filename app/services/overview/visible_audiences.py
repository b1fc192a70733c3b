"""Whom everything is for that members can read now: the groups of all kinds of it, in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, union_all

from app.services.audiences.groups import GroupRow, read_groups
from app.services.waiting import NOW, GroupsOf

VisibleGroups = Mapping[str, Sequence[GroupRow]]  # by kind


def read_visible_groups(now: datetime, kinds: Mapping[str, GroupsOf]) -> VisibleGroups:
    """The groups of what is visible now, of all these kinds in one statement."""
    rows = read_groups(_select(tuple(kinds.values())), {NOW.key: now})
    return {kind: [row for row in rows if row.kind == kind] for kind in kinds}


@cache
def _select(kinds: tuple[GroupsOf, ...]) -> CompoundSelect[Any]:
    return union_all(*(select_groups(NOW) for select_groups in kinds))
