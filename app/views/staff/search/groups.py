"""What the search page looks through: one line in GROUPS per subject, the most wanted first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload

from app.i18n import translate, write_moment
from app.models import Document, Member, MemberState, NewsItem, Thread
from app.phrases import Phrase
from app.services.members import search as member_search
from app.services.members.fields import show_phone
from app.services.message_box import search as thread_search
from app.services.search.highlighting import Part, excerpt, mark
from app.services.search.query import Search, holds
from app.services.search.ranking import Best, find_best
from app.views.labels.documents import DOCUMENT_CATEGORIES, DOCUMENT_STATES
from app.views.labels.members import MEMBER_STATES
from app.views.labels.message_box import THREAD_STATES
from app.views.labels.news import NEWS_STATES


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that was found: its name, what is told of it on one line, and a longer text that may hold the words."""

    key: int
    name: str
    details: Sequence[Any]
    body: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A subject: the generated view whose rows and list it leads to, and whose permissions it asks."""

    name: Any
    view: str
    find: Callable[[Search], Best]
    write: Callable[[Any], Hit]
    short: Phrase | None = None  # said instead of nothing, of a search with fewer than three letters


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit as the page shows it."""

    url: str
    name: list[Part]
    details: list[list[Part]]
    body: list[Part]


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group as the page shows it. `all_url` is the generated list with the same search."""

    id: str
    name: Any
    hits: list[ShownHit]
    total: int
    is_more: bool
    all_url: str
    note: str


def search_in(group: Group, search: Search, *, typed: str, back: str) -> ShownGroup:
    """What this group finds: one statement."""
    found = group.find(search)
    hits = [_show(group, group.write(row), search, back) for row in found.rows]
    note = translate(group.short) if group.short is not None and search.is_short else ""
    every = url_for(f"{group.view}.list", q=typed)
    return ShownGroup(group.view.lower(), group.name, hits, found.total, found.is_more, every, note)


def may_see(group: Group, pairs: frozenset[tuple[str, str]]) -> bool:
    """Whether a role with these (permission, view) pairs may read the rows of this group."""
    return {("can_list", group.view), ("can_show", group.view)} <= pairs


def _show(group: Group, hit: Hit, search: Search, back: str) -> ShownHit:
    details = [mark(_say(detail), search.words) for detail in hit.details if detail not in ("", None)]
    url = url_for(f"{group.view}.show", pk=hit.key, next=back)
    return ShownHit(url, mark(hit.name, search.words), details, excerpt(hit.body, search.words))


def _say(detail: Any) -> str:
    return write_moment(detail) if isinstance(detail, datetime) else str(detail)


# --- the subjects ----------------------------------------------------------------------------------------------------


def _find_members(search: Search) -> Best:
    return find_best(Member, member_search.best_first(search), order=(Member.surname, Member.id))


def _write_member(row: Any) -> Hit:
    member = row.Member
    state = "" if member.state == MemberState.ACTIVE else MEMBER_STATES[member.state]
    phones = [show_phone(number) for number in (member.mobile, member.phone) if number]
    return Hit(member.id, member.full_name, (state, member.member_number, member.city, member.email, *phones))


def _find_threads(search: Search) -> Best:
    return find_best(
        Thread,
        thread_search.best_first(search),
        order=(Thread.last_message_at.desc(), Thread.id.desc()),
        further=[thread_search.found_text(search).label("body")],
        options=[joinedload(Thread.member)],
        is_expensive=True,
    )


def _write_thread(row: Any) -> Hit:
    thread = row.Thread
    details = (thread.member.full_name, THREAD_STATES[thread.state], thread.last_message_at)
    return Hit(thread.id, thread.subject, details, row.body or "")


def _find_documents(search: Search) -> Best:
    return find_best(Document, [holds(Document, search)], order=(Document.changed_at.desc(), Document.id.desc()))


def _write_document(row: Any) -> Hit:
    item = row.Document
    return Hit(
        item.id, item.title, (DOCUMENT_CATEGORIES[item.category], DOCUMENT_STATES[item.state], item.visible_from)
    )


def _find_news(search: Search) -> Best:
    return find_best(NewsItem, [holds(NewsItem, search)], order=(NewsItem.changed_at.desc(), NewsItem.id.desc()))


def _write_news(row: Any) -> Hit:
    item = row.NewsItem
    return Hit(item.id, item.title, (NEWS_STATES[item.state], item.publish_from), item.body)


GROUPS: list[Group] = [
    Group(_("Members"), "MembersView", _find_members, _write_member, member_search.ONLY_BEGINNINGS),
    Group(_("Questions"), "ThreadsView", _find_threads, _write_thread, thread_search.ONLY_BEGINNINGS),
    Group(_("Documents"), "DocumentsView", _find_documents, _write_document),
    Group(_("General messages"), "NewsItemsView", _find_news, _write_news),
]
