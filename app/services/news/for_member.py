"""General messages as one member has them: which ones, read, put away (archived), and found again.

Whom a message is for is a group that is worked out anew each time (services.audiences), so a list takes two statements:
the groups of what is published now, and the messages of those groups that this member is in. What is not in the archive
stands among the other messages (services.overview.inbox).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.extensions import db
from app.models import NewsItem, NewsReading, NotificationKind
from app.models.guard.row_guard import everyone
from app.services.atomic import change_if
from app.services.audiences.groups import Groups, kept_by_groups
from app.services.bulk import insert_unless_there
from app.services.news.news import NEWS
from app.services.notifications.notifications import mark_subject_read
from app.services.waiting import MEMBER_ID, asked_of, how_many

LATEST_FIRST: Final = (NewsItem.is_pinned.desc(), NewsItem.publish_from.desc(), NewsItem.id.desc())


@dataclass(frozen=True, slots=True)
class OwnNews:
    """A message with what this member did with it."""

    item: NewsItem
    read_at: datetime | None
    archived_at: datetime | None


def _reading(member_id: Any) -> ColumnElement[bool]:
    return and_(NewsReading.item_id == NewsItem.id, NewsReading.member_id == member_id)


def is_unread(member_id: Any) -> ColumnElement[bool]:
    """Whether a message was neither read nor put away."""
    is_over = or_(NewsReading.read_at.is_not(None), NewsReading.archived_at.is_not(None))
    return ~select(NewsReading.id).where(_reading(member_id), is_over).correlate(NewsItem).exists()


def count_unread(member_id: Any, _now: Any, groups: Groups) -> ColumnElement[int]:
    """For a badge: how many messages this member sees and did not read, of what is for these groups."""
    return how_many(select(NewsItem.id).where(NEWS.is_for_groups(groups), is_unread(member_id)).correlate(None))


def with_reading(*columns: Any) -> Select[Any]:
    """A SELECT of messages with what MEMBER_ID did with them."""
    return select(*columns).select_from(NewsItem).outerjoin(NewsReading, _reading(MEMBER_ID))


def is_put_away() -> ColumnElement[bool]:
    """Of these: the member put it in the archive."""
    return NewsReading.archived_at.is_not(None)


@kept_by_groups
def _of_groups(groups: Groups) -> Select[NewsItem, datetime | None, datetime | None]:
    """What MEMBER_ID sees: published, within its period, for one of these groups that the member is in now."""
    return with_reading(NewsItem, NewsReading.read_at, NewsReading.archived_at).where(NEWS.is_for_groups(groups))


@dataclass(frozen=True, slots=True)
class OwnNewsList:
    """Messages that a member asked for, pinned ones first and then the latest. One statement for each of these."""

    found: Select[NewsItem, datetime | None, datetime | None]
    given: Mapping[str, Any]

    def count(self) -> int:
        """How many there are."""
        counted = self.found.with_only_columns(func.count(NewsItem.id), maintain_column_froms=True)
        return db.session.scalar(counted, self.given) or 0

    def read(self, *, limit: int, offset: int) -> list[OwnNews]:
        """A part of them."""
        ordered = self.found.order_by(*LATEST_FIRST).limit(limit).offset(offset)
        return [OwnNews(*row) for row in db.session.execute(ordered, self.given)]


def find_archive(member_id: int, now: datetime) -> OwnNewsList:
    """What the member put away. One statement."""
    own = NEWS.own_groups(member_id, now)
    return OwnNewsList(_of_groups(own.groups).where(is_put_away()), asked_of(member_id, now) | own.given)


def find_own_news(member_id: int, item_id: int, now: datetime) -> OwnNews | None:
    """One message, or None: not published, withdrawn, over, or for others."""
    own = NEWS.own_groups(member_id, now)
    wanted = _of_groups(own.groups).where(NewsItem.id == item_id)
    row = db.session.execute(wanted, asked_of(member_id, now) | own.given).one_or_none()
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
