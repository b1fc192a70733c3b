"""What the search page of the team shows of a subject: its best rows, marked, and the way to all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from app.i18n import translate, write_moment
from app.phrases import Phrase
from app.services.search.highlighting import Part, excerpt, mark
from app.services.search.query import Search
from app.services.search.ranking import Asked, Best, find_each


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that was found: its name, what is told of it on one line, and a longer text that may hold the words."""

    key: int
    name: str
    details: Sequence[Any]
    body: str = ""


@dataclass(frozen=True, slots=True)
class SearchGroup:
    """A subject: the generated view whose rows and list it leads to, and whose permissions it asks."""

    name: Any
    view: str
    find: Callable[[Search], Best | Asked]  # what is only asked is answered with that of other groups, at once
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


def search_all(groups: Sequence[SearchGroup], search: Search, *, typed: str, back: str) -> list[ShownGroup]:
    """What these groups find: one statement for each that finds for itself, and one for the others together."""
    found = [group.find(search) for group in groups]
    together = iter(find_each([part for part in found if isinstance(part, Asked)]))
    best = [next(together) if isinstance(part, Asked) else part for part in found]
    return [_show_group(group, part, search, typed, back) for group, part in zip(groups, best, strict=True)]


def _show_group(group: SearchGroup, found: Best, search: Search, typed: str, back: str) -> ShownGroup:
    hits = [_show(group, group.write(row), search, back) for row in found.rows]
    note = translate(group.short) if group.short is not None and search.is_short else ""
    every = url_for(f"{group.view}.list", q=typed)
    return ShownGroup(group.view.lower(), group.name, hits, found.total, found.is_more, every, note)


def may_see(group: SearchGroup, pairs: frozenset[tuple[str, str]]) -> bool:
    """Whether a role with these (permission, view) pairs may read the rows of this group."""
    return {("can_list", group.view), ("can_show", group.view)} <= pairs


def _show(group: SearchGroup, hit: Hit, search: Search, back: str) -> ShownHit:
    details = [mark(_say(detail), search.words) for detail in hit.details if detail not in ("", None)]
    url = url_for(f"{group.view}.show", pk=hit.key, next=back)
    return ShownHit(url, mark(hit.name, search.words), details, excerpt(hit.body, search.words))


def _say(detail: Any) -> str:
    return write_moment(detail) if isinstance(detail, datetime) else str(detail)
