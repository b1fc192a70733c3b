"""Publishing: what members of an audience see from a moment until another, are told of once, and can be taken back.

Each subject has one `Publisher` (news, documents); the rules are the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, literal, select

from app.extensions import db
from app.models import Group, NotificationKind, PublicationState, Publishable
from app.models.guard.row_guard import everyone
from app.phrases import Phrase, RuleBroken, phrase
from app.services.atomic import change_if
from app.services.audiences.groups import (
    GroupRow,
    Groups,
    OwnGroups,
    id_places,
    ids_by_group,
    is_for_member,
    own_groups,
    read_groups,
)
from app.services.audit import Actor, record_event
from app.services.notifications.recall import retract_notifications
from app.services.waiting import MEMBER_ID, NOW

MAY_BE_PUBLISHED: Final = (PublicationState.DRAFT, PublicationState.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What staff fill in of everything that is published. `publish_from` and `publish_until` are UTC instants."""

    group: Group
    publish_from: datetime | None = None
    publish_until: datetime | None = None
    is_announced: bool = False


def check_period(wanted: Publication, now: datetime) -> None:
    """Raises RuleBroken for a period that is over, or that ends before it begins."""
    until = wanted.publish_until
    if until is not None and until <= now:
        raise RuleBroken(phrase("The end is in the future."), field="publish_until")
    if until is not None and wanted.publish_from is not None and until <= wanted.publish_from:
        raise RuleBroken(phrase("The end is after the beginning."), field="publish_until")


def fill_in(row: Publishable, wanted: Publication, now: datetime) -> None:
    """The period, and whether members are told. What is published keeps the moment at which it appeared."""
    appeared_at = row.publish_from if row.state == PublicationState.PUBLISHED else None
    row.publish_from, row.publish_until = wanted.publish_from or appeared_at, wanted.publish_until
    row.is_announced, row.changed_at = wanted.is_announced, now


@dataclass(frozen=True, slots=True, eq=False)
class Publisher:
    """How one subject is published: its table, what its notifications are, and how refusals call it."""

    model: type[Any]  # a Publishable
    kind: NotificationKind
    already_read: Phrase  # why a published one is for the same members for as long as it is published
    overtaken: Phrase  # somebody else changed it at the same moment
    only: tuple[ColumnElement[bool], ...] = ()  # which of its rows are for a group

    def check_group_stays(self, row: Publishable, group: Group) -> None:
        """Raises RuleBroken for another audience of what is published: nobody looked at the new count."""
        if row.state == PublicationState.PUBLISHED and group != row.group:
            raise RuleBroken(self.already_read, field="audience")

    def publish(self, row: Any, *, actor: Actor, now: datetime) -> None:
        """Its members see it from `publish_from`, or at once. Raises RuleBroken."""
        self._move(row, MAY_BE_PUBLISHED, PublicationState.PUBLISHED)
        row.publish_from, row.changed_at = row.publish_from or now, now
        db.session.flush()
        appears_at = row.publish_from.isoformat("T", "minutes")
        record_event(actor, f"{row.__tablename__}.published", now=now, subject=row, at=appears_at)

    def withdraw(self, row: Any, *, actor: Actor, now: datetime) -> None:
        """Nobody sees it any more, and what told of it is taken back. Published again, members are told again."""
        self._move(row, (PublicationState.PUBLISHED,), PublicationState.WITHDRAWN)
        row.announced_at, row.changed_at = None, now
        retract_notifications(self.kind, row.id, now)
        db.session.flush()
        record_event(actor, f"{row.__tablename__}.withdrawn", now=now, subject=row)

    def announce_due(self, tell: Callable[[Any, datetime], None], now: datetime) -> int:
        """Tell the members of each one that has appeared and is to be told of; gives how many. Commit after it.

        The mark and the notifications are one transaction: a worker that dies in between leaves one that is due.
        """
        model = self.model
        due = select(model).where(model.is_shown(now), model.is_announced, model.announced_at.is_(None))
        with everyone("tell of what appeared"):
            rows = db.session.scalars(due.order_by(model.publish_from, model.id).with_for_update(skip_locked=True))
            claimed = [row for row in rows.all() if self._claim(row, now)]
            for row in claimed:
                tell(row, now)
        return len(claimed)

    def select_groups(self, now: Any) -> Select[Any]:
        """The columns of a GroupRow, for each one that is shown now."""
        model = self.model
        kind = literal(self.kind.value).label("kind")
        return select(kind, model.id, model.conditions, model.is_all).where(model.is_shown(now), *self.only)

    def is_for(self, member_id: int, now: datetime, groups: Sequence[GroupRow] | None = None) -> ColumnElement[bool]:
        """Which rows are for a group that this member is in now. Reads the groups in one statement, unless given."""
        return is_for_member(self.model.id, ids_by_group(self._rows(now, groups), member_id), member_id)

    def own_groups(self, member_id: int, now: datetime, groups: Sequence[GroupRow] | None = None) -> OwnGroups:
        """The same for a statement that is kept: what `is_for_groups` needs to be built and asked."""
        return own_groups(self.kind, self._rows(now, groups), member_id)

    def is_for_groups(self, groups: Groups) -> ColumnElement[bool]:
        """Which rows are for one of these groups that MEMBER_ID is in."""
        return is_for_member(self.model.id, id_places(self.kind, groups), MEMBER_ID)

    def _rows(self, now: datetime, groups: Sequence[GroupRow] | None) -> Sequence[GroupRow]:
        return read_groups(_groups_of(self), {NOW.key: now}) if groups is None else groups

    def _claim(self, row: Any, now: datetime) -> bool:
        """Of two workers one tells."""
        model = self.model
        is_due = (model.state == PublicationState.PUBLISHED, model.announced_at.is_(None))
        return change_if(model, model.id == row.id, *is_due, announced_at=now)

    def _move(self, row: Any, before: Sequence[PublicationState], after: PublicationState) -> None:
        if not change_if(self.model, self.model.id == row.id, self.model.state.in_(before), state=after):
            raise RuleBroken(self.overtaken)


@cache
def _groups_of(publisher: Publisher) -> Select[Any]:
    """Made once: what takes part in each list of a member."""
    return publisher.select_groups(NOW)
