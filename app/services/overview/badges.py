"""What waits today for the visitor, counted in one statement: the small numbers at the entries of the menu."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import Member
from app.phrases import Phrase
from app.services.audiences.groups import GroupRow
from app.services.overview.open_tasks import has_tasks
from app.services.overview.visible_audiences import VisibleGroups, read_visible_groups
from app.services.waiting import Badge, GroupsOf


@dataclass(frozen=True, slots=True)
class Waiting:
    """A number at an entry of the menu, with its words."""

    number: int
    words: Phrase


def count_waiting(
    badges: Sequence[Badge],
    member: Member | None,
    now: datetime,
    *,
    kinds: Mapping[str, GroupsOf],
    visible: VisibleGroups | None = None,
) -> dict[str, Waiting]:
    """What waits at the entries of these badges, for a member or (None) for the team; entries without are left out.

    One statement, however many badges; none when there is no badge. Those with groups take one more, unless the page
    read the groups of all `kinds` already (`visible`).
    """
    if not badges or (member is not None and not has_tasks(member)):
        return {}
    with db.session.no_autoflush:
        if visible is None and any(badge.groups for badge in badges):
            visible = read_visible_groups(now, kinds)
        asked = [badge.count(member, now, *_groups_of(badge, visible)) for badge in badges]
        counts = [number.label(f"count_{place}") for place, number in enumerate(asked)]
        statement = select(*counts)
        if member is not None:
            statement = statement.select_from(Member).where(Member.id == member.id)
        numbers = db.session.execute(statement).one()
    counted = zip(badges, numbers, strict=True)
    return {badge.entry: Waiting(number, badge.words) for badge, number in counted if number}


def _groups_of(badge: Badge, visible: VisibleGroups | None) -> list[Sequence[GroupRow]]:
    return [visible[badge.groups]] if visible is not None and badge.groups else []
