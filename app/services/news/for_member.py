"""General messages as one member has them: which ones, read, put away (archived), and found again.

Whom a message is for is a group that is worked out anew each time (services.audiences), so a list takes two statements:
the groups of what is published now, and the messages of those groups that this member is in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from app.extensions import db
from app.models import Member, NewsItem, NewsReading, NotificationKind
from app.models.guard.row_guard import everyone
from app.services.atomic import change_if
from app.services.audiences.groups import GroupRow
from app.services.bulk import insert_unless_there
from app.services.news.news import NEWS
from app.services.notifications.notifications import mark_subject_read
from app.services.search.query import holds_plainly, read_search
from app.services.waiting import how_many

LATEST_FIRST: Final = (NewsItem.is_pinned.desc(), NewsItem.publish_from.desc(), NewsItem.id.desc())


@dataclass(frozen=True, slots=True)
class OwnNews:
    """A message with what this member did with it."""

    item: NewsItem
    read_at: datetime | None
    archived_at: datetime | None


def visible_to(member_id: int, now: datetime, groups: Sequence[GroupRow] | None = None) -> ColumnElement[bool]:
    """Which messages this member sees: published, within their period, for a group that the member is in now.

    Reads the groups in one statement, unless they are given (overview.visible_audiences).
    """
    return NEWS.is_for(member_id, now, groups)


def _reading(member_id: int) -> ColumnElement[bool]:
    return and_(NewsReading.item_id == NewsItem.id, NewsReading.member_id == member_id)


def is_unread(member_id: int) -> ColumnElement[bool]:
    """Whether a message was neither read nor put away."""
    return ~exists().where(
        _reading(member_id), or_(NewsReading.read_at.is_not(None), NewsReading.archived_at.is_not(None))
    )


def count_unread(member: Member, now: datetime, groups: Sequence[GroupRow]) -> ColumnElement[int]:
    """For a badge: how many messages this member sees and did not read, of what is for these groups."""
    shown = visible_to(member.id, now, groups)
    return how_many(select(NewsItem.id).where(shown, is_unread(member.id)).correlate(None))


def _of_member(member_id: int, now: datetime) -> Select[NewsItem, datetime | None, datetime | None]:
    return (
        select(NewsItem, NewsReading.read_at, NewsReading.archived_at)
        .outerjoin(NewsReading, _reading(member_id))
        .where(visible_to(member_id, now))
    )


@dataclass(frozen=True, slots=True)
class OwnNewsList:
    """The messages that a member asked for, pinned ones first and then the latest. One statement for each of these."""

    found: Select[NewsItem, datetime | None, datetime | None]

    def count(self) -> int:
        """How many there are."""
        return db.session.scalar(self.found.with_only_columns(func.count(NewsItem.id), maintain_column_froms=True)) or 0

    def read(self, *, limit: int, offset: int) -> list[OwnNews]:
        """A part of them."""
        ordered = self.found.order_by(*LATEST_FIRST).limit(limit).offset(offset)
        return [OwnNews(*row) for row in db.session.execute(ordered)]


def find_own_list(member_id: int, now: datetime, *, is_archived: bool, typed: str) -> OwnNewsList:
    """What is in the list, or in the archive; with something typed what holds it in both. One statement."""
    found = _of_member(member_id, now)
    search = read_search(typed)
    if not search.is_empty:  # whatever its capitals and accents
        return OwnNewsList(found.where(holds_plainly(NewsItem, search)))
    put_away = NewsReading.archived_at
    return OwnNewsList(found.where(put_away.is_not(None) if is_archived else put_away.is_(None)))


def list_unread_news(
    member_id: int, now: datetime, *, limit: int, groups: Sequence[GroupRow] | None = None
) -> Sequence[NewsItem]:
    """The newest messages that were neither read nor put away, pinned ones first. One statement, or two."""
    newest = select(NewsItem).where(visible_to(member_id, now, groups), is_unread(member_id)).order_by(*LATEST_FIRST)
    return db.session.scalars(newest.limit(limit)).all()


def find_own_news(member_id: int, item_id: int, now: datetime) -> OwnNews | None:
    """One message, or None: not published, withdrawn, over, or for others."""
    row = db.session.execute(_of_member(member_id, now).where(NewsItem.id == item_id)).one_or_none()
    return OwnNews(*row) if row else None


def mark_news_read(member_id: int, item: NewsItem, now: datetime) -> None:
    """The member opened it; the notification that told of it is read with that."""
    _write(member_id, item, NewsReading.read_at.is_(None), read_at=now)
    mark_subject_read(member_id, NotificationKind.NEWS, item.id, now)


def archive_news(member_id: int, item: NewsItem, now: datetime) -> None:
    """Put it away: it no longer stands in the list, and is no longer counted as new."""
    _write(member_id, item, NewsReading.archived_at.is_(None), archived_at=now)


def restore_news(member_id: int, item: NewsItem) -> None:
    """Back to the list."""
    _write(member_id, item, NewsReading.archived_at.is_not(None), archived_at=None)


def _write(member_id: int, item: NewsItem, only: ColumnElement[bool], **values: Any) -> None:
    """Change the member's row of this message, made when it is not there; two clicks at once make one row."""
    with everyone("one row per member and message"):
        insert_unless_there(NewsReading, member_id=member_id, item_id=item.id)
    change_if(NewsReading, NewsReading.member_id == member_id, NewsReading.item_id == item.id, only, **values)
