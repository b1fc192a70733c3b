"""Messages (berichten) of a member in one list: notifications, general messages, conversations and documents.

Each thing stands in it once, as itself: what tells of a message, a document or a conversation is not shown beside it.
What asks for something comes first, then what is new, then the rest; each the latest first. One UNION for a page and
one for the numbers, whatever the rows. The groups of what is published take one statement more, unless given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import defer, joinedload

from app.extensions import db
from app.models import Campaign, Document, Message, NewsItem, Notification, StoredFile, Thread
from app.services.audiences.groups import Groups, OwnGroups, kept_by_groups, own_groups
from app.services.documents import for_member as documents
from app.services.documents.documents import DOCUMENTS
from app.services.message_box import for_member as conversations
from app.services.news import for_member as news
from app.services.news.news import NEWS
from app.services.notifications import notifications
from app.services.overview.visible_audiences import VisibleGroups, read_visible_groups
from app.services.search.query import Search, holds_plainly, read_search
from app.services.waiting import MEMBER_ID, NOW, asked_of

LIMIT: Final[Any] = bindparam("asked_limit", type_=Integer)
OFFSET: Final[Any] = bindparam("asked_offset", type_=Integer)
GROUPS_OF: Final = {NEWS.kind.value: NEWS.select_groups, DOCUMENTS.kind.value: DOCUMENTS.select_groups}
BADGE_GROUPS: Final = tuple(GROUPS_OF)  # what `count_open` is given, in this order


class MessageKind(StrEnum):
    """What a member filters on."""

    NOTIFICATION = "notification"
    NEWS = "news"
    CONVERSATION = "conversation"
    DOCUMENT = "document"


class Rank(IntEnum):
    """Where a message stands in the list: higher is nearer to the top."""

    DONE = 0  # read, answered, done, or no longer possible
    NEW = 1
    TO_DO = 2  # asks to do something, or for an answer


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One message, with the row that it is; `file` and `is_new_version` are of a document, `is_archived` of a general
    message.
    """

    kind: MessageKind
    at: datetime
    rank: Rank
    row: Any  # Notification with its campaign, NewsItem, Thread or Document
    file: StoredFile | None
    is_new_version: bool
    is_archived: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """What decides how a statement looks: whom things are for, and what is wanted of them."""

    groups: tuple[tuple[str, Groups], ...]
    search: Search
    kinds: tuple[MessageKind, ...]
    is_of_home: bool = False

    def groups_of(self, kind: str) -> Groups:
        return dict(self.groups)[kind]


@dataclass(frozen=True, slots=True)
class Inbox:
    """The messages of one member that are asked for."""

    asked: _Asked
    given: Mapping[str, Any]

    def count(self) -> dict[MessageKind, int]:
        """How many there are of each kind, whatever kinds are asked for. One statement."""
        found = dict.fromkeys(MessageKind, 0)
        for kind, number in db.session.execute(_count_kinds(self.asked), self.given):
            found[MessageKind(kind)] = number
        return found

    def read(self, *, limit: int, offset: int = 0) -> list[InboxItem]:
        """A part of them. One statement."""
        given = {**self.given, LIMIT.key: limit, OFFSET.key: offset}
        return [_make_item(row) for row in db.session.execute(_select_page(self.asked), given)]


def open_inbox(
    member_id: int,
    now: datetime,
    *,
    kinds: Collection[MessageKind] = tuple(MessageKind),
    typed: str = "",
    visible: VisibleGroups | None = None,
) -> Inbox:
    """The messages of these kinds that hold what was typed, also those in the archive then; else without these."""
    return _open(member_id, now, visible, kinds=tuple(kinds), search=read_search(typed))


def open_items(member_id: int, now: datetime, *, visible: VisibleGroups | None = None) -> Inbox:
    """What waits in the messages: to read or to answer. What is done elsewhere is a task of its own."""
    return _open(member_id, now, visible, kinds=tuple(MessageKind), search=read_search(""), is_of_home=True)


def count_open(member_id: Any, now: Any, news_groups: Groups, document_groups: Groups) -> ColumnElement[int]:
    """For a badge: how many `open_items` there are."""
    return (
        notifications.count_new(member_id)
        + conversations.count_open(member_id)
        + news.count_unread(member_id, now, news_groups)
        + documents.count_unread(member_id, now, document_groups)
    )


def _open(member_id: int, now: datetime, visible: VisibleGroups | None, **asked: Any) -> Inbox:
    known = read_visible_groups(now, GROUPS_OF) if visible is None else visible
    own: dict[str, OwnGroups] = {kind: own_groups(kind, known[kind], member_id) for kind in GROUPS_OF}
    given = asked_of(member_id, now)
    for of in own.values():
        given |= of.given
    return Inbox(_Asked(tuple((kind, of.groups) for kind, of in own.items()), **asked), given)


def _kept_without_words(build: Callable[[Any, _Asked], Select[Any]]) -> Callable[[_Asked], Select[Any]]:
    """Keep the statements, but not one in which words are looked for: each would be another."""
    kept = kept_by_groups(build)
    return lambda asked: (kept if asked.search.is_empty else build)(asked.groups, asked)


_NOT_IN_A_LIST: Final = (NewsItem.body, NewsItem.body_en, NewsItem.search_text, Document.search_text)  # long texts


@_kept_without_words
def _select_page(_groups: Any, asked: _Asked) -> Select[Any]:
    rows = union_all(*(_PARTS[kind](asked) for kind in asked.kinds)).subquery()
    is_task = and_(rows.c.kind == MessageKind.NOTIFICATION, rows.c.rank == Rank.TO_DO.value)
    wanted = select(rows).where(rows.c.rank > Rank.DONE.value, ~is_task) if asked.is_of_home else select(rows)
    page = wanted.order_by(*_order(rows)).limit(LIMIT).offset(OFFSET).subquery()

    def of(kind: MessageKind, model: Any) -> ColumnElement[bool]:
        return and_(page.c.kind == kind, model.id == page.c.id)

    return (
        select(page.c.kind, page.c.at, page.c.rank, page.c.is_marked)
        .add_columns(Notification, NewsItem, Thread, Document, StoredFile)
        .select_from(page)
        .outerjoin(Notification, of(MessageKind.NOTIFICATION, Notification))
        .outerjoin(NewsItem, of(MessageKind.NEWS, NewsItem))
        .outerjoin(Thread, of(MessageKind.CONVERSATION, Thread))
        .outerjoin(Document, of(MessageKind.DOCUMENT, Document))
        .outerjoin(StoredFile, StoredFile.id == page.c.file_id)
        .options(joinedload(Notification.campaign), joinedload(Document.election))
        .options(*(defer(text) for text in _NOT_IN_A_LIST))
        .order_by(*_order(page))
    )


@_kept_without_words
def _count_kinds(_groups: Any, asked: _Asked) -> Select[Any]:
    rows = union_all(*(part(asked) for part in _PARTS.values())).subquery()
    return select(rows.c.kind, func.count()).group_by(rows.c.kind)


def _order(rows: Any) -> tuple[Any, ...]:
    return rows.c.rank.desc(), rows.c.is_pinned.desc(), rows.c.at.desc(), rows.c.kind, rows.c.id.desc()


def _columns(
    kind: MessageKind,
    model: Any,
    at: Any,
    rank: Any,
    *,
    is_pinned: ColumnElement[bool] | None = None,
    file_id: Any = None,
    is_marked: ColumnElement[bool] | None = None,
) -> list[Any]:
    """The same columns for each kind, so that they can be one list."""
    return [
        literal(kind.value).label("kind"),
        model.id.label("id"),
        at.label("at"),
        rank.label("rank"),
        _as_number(is_pinned).label("is_pinned"),
        cast(null() if file_id is None else file_id, Integer).label("file_id"),
        _as_number(is_marked).label(
            "is_marked"
        ),  # a document that was read before, a general message that was put away
    ]


def _as_number(condition: ColumnElement[bool] | None) -> ColumnElement[int]:
    return literal(0) if condition is None else case((condition, 1), else_=0)


def _rank(is_to_do: ColumnElement[bool], is_new: ColumnElement[bool]) -> ColumnElement[int]:
    return case((is_to_do, Rank.TO_DO.value), (is_new, Rank.NEW.value), else_=Rank.DONE.value)


def _notifications(asked: _Asked) -> Select[Any]:
    rank = _rank(notifications.is_to_do(NOW), notifications.is_new())
    found = select(*_columns(MessageKind.NOTIFICATION, Notification, Notification.created_at, rank))
    told = found.join(Campaign, Campaign.id == Notification.campaign_id)
    own = told.where(notifications.shown_by_themselves(MEMBER_ID))
    return own if asked.search.is_empty else own.where(_tells(asked.search))


def _tells(search: Search) -> ColumnElement[bool]:
    texts = (Campaign.title, Campaign.title_en, Campaign.body, Campaign.body_en)

    def is_in(word: str) -> ColumnElement[bool]:
        return or_(*(text.icontains(word, autoescape=True) for text in texts))

    return or_(*(and_(*map(is_in, words)) for words in search.alternatives))


def _news(asked: _Asked) -> Select[Any]:
    rank = _rank(false(), news.is_unread(MEMBER_ID))
    marks = {"is_pinned": NewsItem.is_pinned.is_(True), "is_marked": news.is_put_away()}
    columns = _columns(MessageKind.NEWS, NewsItem, NewsItem.publish_from, rank, **marks)
    own = news.with_reading(*columns).where(NEWS.is_for_groups(asked.groups_of(NEWS.kind)))
    if asked.search.is_empty:
        return own.where(~news.is_put_away())
    return own.where(holds_plainly(NewsItem, asked.search))


def _conversations(asked: _Asked) -> Select[Any]:
    rank = _rank(conversations.awaits_answer(), conversations.is_unread())
    own = select(*_columns(MessageKind.CONVERSATION, Thread, Thread.last_message_at, rank))
    own = own.where(conversations.is_own(MEMBER_ID))
    if asked.search.is_empty:
        return own
    is_said = exists().where(Message.thread_id == Thread.id, holds_plainly(Message, asked.search))
    return own.where(or_(holds_plainly(Thread, asked.search), is_said))


def _documents(asked: _Asked) -> Select[Any]:
    rank = _rank(false(), documents.is_unread(MEMBER_ID))
    was_read, at = documents.was_read_before(), documents.APPEARED_AT
    columns = _columns(MessageKind.DOCUMENT, Document, at, rank, file_id=documents.FILE_ID, is_marked=was_read)
    visible = documents.is_for_groups(asked.groups_of(DOCUMENTS.kind))
    own = documents.with_file(*columns).where(visible, documents.FILE_ID.is_not(None))
    return own if asked.search.is_empty else own.where(holds_plainly(Document, asked.search))


_PARTS: Final = {
    MessageKind.NOTIFICATION: _notifications,
    MessageKind.NEWS: _news,
    MessageKind.CONVERSATION: _conversations,
    MessageKind.DOCUMENT: _documents,
}


def _make_item(row: Sequence[Any]) -> InboxItem:
    kind, at, rank, is_marked, *rows, file = row
    is_new_version = kind == MessageKind.DOCUMENT and bool(is_marked) and rank == Rank.NEW
    is_archived = kind == MessageKind.NEWS and bool(is_marked)
    found = next(row for row in rows if row is not None)
    return InboxItem(MessageKind(kind), at, Rank(rank), found, file, is_new_version, is_archived)
