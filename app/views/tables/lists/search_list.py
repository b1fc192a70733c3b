"""A list that can be searched: what the address asks becomes rows, a page and chips. The same for team and console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import g, request
from flask_babel import gettext
from sqlalchemy import ColumnElement, false
from sqlalchemy.orm import Query

from app.extensions import db
from app.i18n import translate
from app.phrases import Phrase
from app.services.search.query import read_search
from app.views.addresses import kept_url
from app.views.parts.paging import Listed
from app.views.tables.filters.by_column import Filter, asked, faulty, quick_criterion, say_faulty, say_filter
from app.views.tables.filters.row import FilterRow, filter_row
from app.views.tables.lists.page import (
    COUNT_LIMIT,
    Column,
    Row,
    SearchListing,
    read_order,
    select_count,
    sorted_by,
    with_relations,
)
from app.views.tables.lists.weight import fitting_sizes, read_size, title_rules
from app.views.tables.words import lower_first


class PagedList:
    """A page of the rows of `model`, with the addresses of its neighbours. The view says how a row is written."""

    endpoint: Any
    model: Any
    page_size: Any
    list_route = "list"
    order_keys: dict[str, Any] = {}  # what a column is sorted by, where that is not a column of the table itself
    list_columns: Any
    label_columns: Any

    def columns_of_list(self) -> list[str]:
        """The columns of the list; a subclass adds those that depend on the page."""
        return list(self.list_columns)

    def label(self, name: str) -> Any:
        """The label of a column."""
        return self.label_columns[name]

    def look_up(self, items: list[Any]) -> None:
        """Read at once what the cells of these rows need beside their columns; kept in `g`, a view is shared."""

    def _rows(self, items: list[Any]) -> list[Row]:
        raise NotImplementedError

    def _url(self, **changes: Any) -> str:
        """This list with other arguments; an argument that becomes None is left out, as are empty ones."""
        return self.address(self.list_route, {**request.args, **changes})

    def address(self, route: str, arguments: Mapping[str, Any]) -> str:
        """A route of this view with these arguments, the empty ones left out.

        Written by hand: `url_for` has names of its own (`_scheme`, `endpoint`), and these come from an address.
        """
        asked = {name: value for name, value in arguments.items() if value not in (None, "")}
        url = kept_url(f"{self.endpoint}.{route}")
        return f"{url}?{urlencode(asked)}" if asked else url

    def count_rows(self, query: Query[Any]) -> int:
        """How many rows there are, counted up to one more than COUNT_LIMIT."""
        return db.session.scalar(select_count(query, self.model)) or 0

    def _page_of(
        self, query: Query[Any], order: tuple[str, str], size: int, counted: int | None = None
    ) -> dict[str, Any]:
        """The page of the list that the address asks, in two statements: the fields of a `Listing`, but its columns.

        `counted` is how many rows there are, where that is known.
        """
        number = self.count_rows(query) if counted is None else counted
        total, is_more = min(number, COUNT_LIMIT), number > COUNT_LIMIT
        found = with_relations(
            sorted_by(query, self.model, order, self.order_keys),
            self.model,
            [*self.list_columns, *self.columns_of_list()],
        )
        listed = Listed(
            lambda limit, offset: found.limit(limit).offset(offset).all(),
            total,
            size=size,
            page_url=lambda number: self._url(page=number),
        )
        self.look_up(listed.items)
        return {
            "rows": self._rows(listed.items),
            "total": total,
            "is_more": is_more,
            "page": listed.page,
            "pages": max(1, listed.pages),
            "size": size,
            "page_url": listed.page_url,
        }


class Found(NamedTuple):
    """What search and filters of the address leave: the rows, the filters, what is asked, and what is no answer."""

    rows: Query[Any]
    filters: FilterRow
    answers: list[tuple[Filter, Any]]
    refused: list[tuple[Filter, str]]


class SearchList(PagedList):
    """With a search box over `quick_search`, filters, and columns that it may be sorted by."""

    quick_search: Any = ()
    main_filters: Sequence[str] = ()  # that stand first; the others are one click away
    quick_label: Any = ""  # what the search box searches in; without it the labels of `quick_search` say so
    short_search: Phrase | None = None  # said of a search with fewer than three letters, where that finds less
    filters: list[Filter]
    can: Any  # whether the visitor may use a route of the view, and it exists
    order_columns: Any
    base_order: Any

    def rows(self) -> Query[Any]:
        """All rows of this view."""
        raise NotImplementedError

    def filters_now(self) -> list[Filter]:
        """The filters of this request; a subclass adds those whose choices are rows."""
        return self.filters

    def search_label(self) -> str:
        """What the search box searches in: "Search by name or code"."""
        if self.quick_label:
            return str(self.quick_label)
        labels = type(self).label_columns  # as declared: FAB adds English ones to those of the instance
        names = [lower_first(labels[name]) for name in self.quick_search if name in labels]
        if not names:
            return str(gettext("Search"))
        *most, last = names
        words = gettext("%(most)s or %(last)s", most=", ".join(most), last=last) if most else last
        return str(gettext("Search by %(words)s", words=words))

    def search_note(self, typed: str) -> str:
        """What the list says about this search; empty for most."""
        is_short = self.short_search is not None and read_search(typed).is_short
        return translate(self.short_search) if is_short and typed.strip() and self.short_search else ""

    def acts_on_list(self) -> dict[str, Any]:
        """What the visitor may do with rows that are ticked, or with all that is found."""
        return {}

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """What the search box asks of a row; None for nothing."""
        return quick_criterion(self.model, tuple(self.quick_search), typed)

    def found_rows(self) -> Found:
        """What the address asks for.

        A filter with an answer that it does not know leaves no row: else an act on all that is found would reach
        everybody.
        """
        filters = self.filters_now()
        row = filter_row(filters, self.filters, self.main_filters, str(self.endpoint))
        answers, refused = asked(filters, row.form), faulty(filters, row.form)
        query = self.rows().filter(*(question.criterion(value) for question, value in answers))
        quick = self.find_quickly(request.args.get("q", ""))
        criteria = [false()] if refused else [] if quick is None else [quick]
        return Found(query.filter(*criteria), row, answers, refused)

    def all_url(self) -> str:
        """The list without search and filters."""
        return self.address(self.list_route, {})

    def choose_view(self) -> Any:
        """The menu of views of this list, for a list that has one."""
        return None

    def _listing(self) -> SearchListing:
        found = self.found_rows()
        counted = self.count_rows(found.rows)
        choice = self.choose_view()
        g.form_refused = g.filter_refused = bool(found.refused)
        order = read_order(request.args.get("sort", ""), self.order_columns, self.base_order)
        columns, acts = [self._column(name, order) for name in self.columns_of_list()], self.acts_on_list()
        has_boxes = bool(acts)
        sizes = fitting_sizes(len(columns), has_boxes=has_boxes, has_ways=self.can("edit"))
        size = read_size(request.args.get("size", type=int), self.page_size, sizes)
        return SearchListing(
            columns=columns,
            acts=acts,
            sizes=tuple(sizes),
            titles=title_rules([column.label for column in columns[1:]], first=3 if has_boxes else 2),
            typed=request.args.get("q", ""),
            filters=found.filters,
            asks_more=self._asks_more(found),
            chips=self._chips(found),
            sort=self._asked_order(),
            clear_url=self.all_url(),
            note=self.search_note(request.args.get("q", "")),
            choice=choice,
            **self._page_of(found.rows, order, size, counted),
        )

    @staticmethod
    def _asks_more(found: Found) -> bool:
        asked = {question.argument for question, _value in (*found.answers, *found.refused)}
        return any(field.name in asked for field in found.filters.more)

    def _asked_order(self) -> str:
        """What the address asks to sort by, where the list can be."""
        asked = request.args.get("sort", "")
        return asked if asked.removeprefix("-") in self.order_columns else ""

    def _chips(self, found: Found) -> list[tuple[str, str]]:
        """What is asked in words, each with the list that does not ask it."""
        said = [(question, say_filter(question, value)) for question, value in found.answers]
        said += [(question, say_faulty(question, typed)) for question, typed in found.refused]
        return [(words, self._url(page=None, **{question.argument: None})) for question, words in said]

    def _column(self, name: str, order: tuple[str, str]) -> Column:
        is_sorted = name == order[0]
        turned = f"-{name}" if is_sorted and order[1] == "asc" else name
        url = self._url(sort=turned, page=None) if name in self.order_columns else None
        direction = "descending" if order[1] == "desc" else "ascending"
        return Column(name, str(self.label(name)), url, direction if is_sorted else None)
