"""What waits today for the visitor, counted in one statement: the small numbers at the entries of the menu.

A subject that counts something adds a `Badge` to MEMBER or TEAM; it becomes a sub-select of that same statement.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select

from app.extensions import db
from app.models import Document, ImportRun, Member, NewsItem, Notification
from app.phrases import Phrase, phrase
from app.services.documents import for_member
from app.services.message_box import threads
from app.services.news import for_member as own_news
from app.services.notifications.notifications import is_open
from app.services.overview import open_tasks
from app.services.overview.visible_audiences import ShownGroups, read_shown_groups
from app.services.overview.waiting_imports import STATIONS, is_left
from app.services.rosters.runs import KIND as ROSTER

TO_DO = phrase("to do")


@dataclass(frozen=True, slots=True)
class Badge:
    """What is counted at one entry of the menu: `words` say it after the number, to who cannot see the badge."""

    entry: str
    words: Phrase
    count: Callable[..., ColumnElement[int]]  # of the member (None for the team) at this instant
    asks_groups: bool = False  # `count` gets what services.shown_groups read, once for all badges


@dataclass(frozen=True, slots=True)
class Waiting:
    """A number at an entry of the menu, with its words."""

    number: int
    words: Phrase


def count_waiting(
    member: Member | None, entries: Collection[str], now: datetime, shown: ShownGroups | None = None
) -> dict[str, Waiting]:
    """What waits at these entries of the menu, for a member or (None) for the team; entries without are left out.

    One statement, however many badges; none when no entry has one. Messages and documents take one more, for
    their groups, unless the page read these already (`shown`).
    """
    badges = [one for one in (TEAM if member is None else MEMBER) if one.entry in entries]
    if not badges or (member is not None and not open_tasks.has_tasks(member)):
        return {}
    with db.session.no_autoflush:
        groups = (shown or read_shown_groups(now),) if any(badge.asks_groups for badge in badges) else ()
        asked = [badge.count(member, now, *(groups if badge.asks_groups else ())) for badge in badges]
        counts = [number.label(f"count_{place}") for place, number in enumerate(asked)]
        statement = select(*counts)
        if member is not None:
            statement = statement.select_from(Member).where(Member.id == member.id)
        numbers = db.session.execute(statement).one()
    return {one.entry: Waiting(number, one.words) for one, number in zip(badges, numbers, strict=True) if number}


def _own_data(member: Member, now: datetime) -> ColumnElement[int]:
    missing = int(open_tasks.needs_check(member, now)) + int(open_tasks.needs_bsn(member))
    return literal(missing)


def _availability(member: Member, now: datetime) -> ColumnElement[int]:
    return _how_many(open_tasks.asked_elections(member, now))


def _left_imports(kind: str) -> Callable[[Any, datetime], ColumnElement[int]]:
    return lambda _member, now: _how_many(select(ImportRun.id).where(ImportRun.kind == kind, is_left(now)))


def _same_bsn(_member: Any, _now: datetime) -> ColumnElement[int]:
    return _how_many(select(Member.id).where(Member.bsn_duplicate))


def _how_many(wanted: Any) -> ColumnElement[int]:
    found: ColumnElement[int] = wanted.with_only_columns(func.count()).order_by(None).scalar_subquery()
    return found


def _notifications(member: Member, _now: datetime) -> ColumnElement[int]:
    return _how_many(select(Notification.id).where(Notification.member_id == member.id, is_open()))


def _news(member: Member, now: datetime, groups: ShownGroups) -> ColumnElement[int]:
    shown = own_news.visible_to(member.id, now, groups.news)
    return _how_many(select(NewsItem.id).where(shown, own_news.is_unread(member.id)).correlate(None))


def _documents(member: Member, now: datetime, groups: ShownGroups) -> ColumnElement[int]:
    shown = for_member.visible_to(member.id, now, groups.documents)
    return _how_many(select(Document.id).where(shown, for_member.is_unread(member.id)).correlate(None))


def _unread_answers(member: Member, _now: datetime) -> ColumnElement[int]:
    return _how_many(threads.unread_by_member(member.id))


def _waiting_questions(_member: Any, _now: datetime) -> ColumnElement[int]:
    return _how_many(threads.waiting_for_team())


MEMBER: list[Badge] = [
    Badge("Message box", phrase("to read"), _unread_answers),
    Badge("My notifications", phrase("new or to do"), _notifications),
    Badge("News", phrase("not read yet"), _news, asks_groups=True),
    Badge("My documents", phrase("not read yet"), _documents, asks_groups=True),
    Badge("My availability", TO_DO, _availability),
    Badge("My data", TO_DO, _own_data),
]
TEAM: list[Badge] = [
    Badge("Questions", phrase("questions that wait for an answer"), _waiting_questions),
    Badge("All members", phrase("with the same BSN as another member"), _same_bsn),
    Badge("Import members", phrase("imports that wait for you"), _left_imports(ROSTER)),
    Badge("All elections", phrase("imports that wait for you"), _left_imports(STATIONS)),
]
