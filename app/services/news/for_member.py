"""General messages as one member has them: which ones, read, put away (archived), and found again.

Whom a message is for is a group that is worked out anew each time (services.audiences), so a list takes two statements:
the groups of what is published now, and the messages of those groups that this member is in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, func, or_, select

from app.extensions import db
from app.models import NewsItem, NewsReading, NotificationKind
from app.models.guard.row_guard import everyone
from app.services.atomic import change_if
from app.services.audiences.groups import GroupRow, Groups, kept_by_groups
from app.services.bulk import insert_unless_there
from app.services.news.news import NEWS
from app.services.notifications.notifications import mark_subject_read
from app.services.search.query import holds_plainly, read_search
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
    return ~exists().where(
        _reading(member_id), or_(NewsReading.read_at.is_not(None), NewsReading.archived_at.is_not(None))
    )


def count_unread(member_id: Any, _now: Any, groups: Groups) -> ColumnElement[int]:
    """For a badge: how many messages this member sees and did not read, of what is for these groups."""
    return how_many(select(NewsItem.id).where(NEWS.is_for_groups(groups), is_unread(member_id)).correlate(None))


@kept_by_groups
def _of_groups(groups: Groups) -> Select[NewsItem, datetime | None, datetime | None]:
    """What MEMBER_ID sees: published, within its period, for one of these groups that the member is in now."""
    return (
        select(NewsItem, NewsReading.read_at, NewsReading.archived_at)
        .outerjoin(NewsReading, _reading(MEMBER_ID))
        .where(NEWS.is_for_groups(groups))
    )


@kept_by_groups
def _unread(groups: Groups) -> Select[NewsItem]:
    """What of it was neither read nor put away: the newest `limit`, pinned ones first."""
    newest = select(NewsItem).where(NEWS.is_for_groups(groups), is_unread(MEMBER_ID)).order_by(*LATEST_FIRST)
    return newest.limit(bindparam("limit", type_=Integer))


@dataclass(frozen=True, slots=True)
class OwnNewsList:
    """The messages that a member asked for, pinned ones first and then the latest. One statement for each of these."""

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


def find_own_list(member_id: int, now: datetime, *, is_archived: bool, typed: str) -> OwnNewsList:
    """What is in the list, or in the archive; with something typed what holds it in both. One statement."""
    own = NEWS.own_groups(member_id, now)
    found, given = _of_groups(own.groups), asked_of(member_id, now) | own.given
    search = read_search(typed)
    if not search.is_empty:  # whatever its capitals and accents
        return OwnNewsList(found.where(holds_plainly(NewsItem, search)), given)
    put_away = NewsReading.archived_at
    return OwnNewsList(found.where(put_away.is_not(None) if is_archived else put_away.is_(None)), given)


def list_unread_news(
    member_id: int, now: datetime, *, limit: int, groups: Sequence[GroupRow] | None = None
) -> Sequence[NewsItem]:
    """The newest messages that were neither read nor put away, pinned ones first. One statement, or two."""
    own = NEWS.own_groups(member_id, now, groups)
    return db.session.scalars(_unread(own.groups), asked_of(member_id, now) | own.given | {"limit": limit}).all()


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
