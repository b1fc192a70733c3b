"""One page of a generated list: found, sorted, counted and cut, with the addresses of its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, inspect, select
from sqlalchemy.orm import Query, raiseload

from app.views.tables.columns import attribute_of, loading
from app.views.tables.filters.row import FilterRow

# Counting further takes longer than anybody looks; the pages behind it are reached by a search or the other order.
COUNT_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    label: str
    sort_url: str | None
    direction: str | None  # "ascending" or "descending" where the list is sorted by it


@dataclass(frozen=True, slots=True)
class Row:
    key: Any
    name: str
    cells: list[Any]
    url: str | None
    edit_url: str | None
    edit_word: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list."""

    columns: list[Column]
    rows: list[Row]
    total: int
    is_more: bool
    page: int
    pages: int
    size: int
    page_url: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class SearchListing(Listing):
    """All that `generated/list.html` reads: the page, and what was searched."""

    typed: str
    filters: FilterRow
    chips: list[tuple[str, str]]
    sort: str
    clear_url: str
    sizes: Sequence[int]  # how many rows a page of it may have
    titles: str  # style rules that show the titles of columns on a phone
    asks_more: bool = False  # whether a filter that is one click away asks something
    note: str = ""  # what is said about this search
    acts: Mapping[str, Any] = field(default_factory=dict)  # what can be done with rows that are ticked, or all found
    choice: Any = None  # the menu of views, where there is one


def sorted_by(
    query: Query[Any], model: type[Any], order: tuple[str, str], keys: Mapping[str, Any] | None = None
) -> Query[Any]:
    """The query in this order, the key as tie breaker: else a row is on two pages, or on none.

    `keys` say by what a name is sorted that is no column of the model, one column or several; rows without the first
    come last.
    """
    name, direction = order
    last = [getattr(model, column.key) for column in inspect(model).primary_key]
    if keys and name in keys:
        first, *more = keys[name] if isinstance(keys[name], tuple) else (keys[name],)
        key = _turned(first, direction)
        may_be_empty = inspect(first).property.columns[0].nullable or first.class_ is not model
        then = (_turned(column, direction) for column in (*more, *last))
        return query.order_by(key.nulls_last() if may_be_empty else key, *then)
    root, _, leaf = name.partition(".")
    if leaf:
        query = query.outerjoin(getattr(model, root))
    return query.order_by(*(_turned(key, direction) for key in (attribute_of(model, name), *last)))


def _turned(key: Any, direction: str) -> Any:
    return key.desc() if direction == "desc" else key.asc()


def select_count(query: Query[Any], model: type[Any]) -> Select[int]:
    """How many rows there are, counted up to one more than COUNT_LIMIT."""
    own = [getattr(model, column.key) for column in inspect(model).primary_key]
    counted = query.order_by(None).with_entities(*own).limit(COUNT_LIMIT + 1).subquery()
    return select(func.count()).select_from(counted)


def with_relations(query: Query[Any], model: type[Any], columns: list[str]) -> Query[Any]:
    """The query with the relations that these columns name; no other may be loaded row by row."""
    return query.options(*loading(model, columns), raiseload("*"))


def read_order(given: str, allowed: list[str], default: tuple[str, str]) -> tuple[str, str]:
    """`name` or `-name` if that column may be sorted by; any other would be an oracle on what is not shown."""
    name = given.removeprefix("-")
    return (name, "desc" if given.startswith("-") else "asc") if name in allowed else default
