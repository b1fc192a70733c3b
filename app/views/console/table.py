"""A table in the console: a list with search, filters and order, and the page of a row. Nothing can be written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_admin import expose
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy import inspect

from app.extensions import db
from app.i18n import translate
from app.phrases import RuleBroken
from app.views.console.read_only import PortalFilter, ReadOnlyView
from app.views.page import safe_next
from app.views.tables.columns import check_not_secret
from app.views.tables.filters import Filter, asked, make_filters, read_form, say_filter
from app.views.tables.listing import Column, Row, SearchListing, read_order, read_page, read_size
from app.views.tables.table_view import INT_MAX
from app.views.tables.words import lower_first, sentence


class ConsoleTable(ReadOnlyView):
    """Declare `table`, `title`, `path`, `row_name` and Flask-Admin's `column_…` lists, with a label for each column."""

    column_labels: dict[str, Any]
    column_list: Any
    column_details_list: Any
    column_sortable_list: Any = []
    column_searchable_list: Any = []
    list_template = "console/list.html"
    details_template = "console/details.html"
    page_size = 50
    quick_label: Any = ""  # what the search box searches in, where the label of its column does not say so

    latest_first = "id"  # the order of a list that nobody sorted
    filter_columns: Sequence[str] = ()  # a filter for each, as the generated lists make them
    choices: dict[str, dict[str, Any]] = {}
    tones: dict[str, str] = {}  # of a state: "error" or "success", beside its words
    actions: dict[str, Any] = {}  # the template of generated lists asks for them

    def __init__(self) -> None:
        shown = [*self.column_list, *self.column_details_list, *self.filter_columns, *self.column_searchable_list]
        check_not_secret(type(self).__name__, self.table, shown)
        self.column_choices = {name: list(words.items()) for name, words in self.choices.items()}
        self.questions = [
            *make_filters(self.table, list(self.filter_columns), self.column_labels, self.choices),
            *self.more_filters(),
        ]
        key = inspect(self.table).primary_key[0]
        self.column_filters = [PortalFilter(question, getattr(self.table, key.key)) for question in self.questions]
        super().__init__(self.table, db)

    # --- what a subclass may replace ---------------------------------------------------------------------------------

    def more_filters(self) -> list[Filter]:
        """Filters beside those on columns."""
        return []

    def row_name(self, item: Any) -> str:
        """What a row is called in titles and links."""
        return str(item)

    def look_up(self, items: list[Any]) -> None:
        """Read at once what the cells of these rows need beside their columns; kept in `g`, a view is shared."""

    def offers(self, item: Any) -> list[tuple[Any, str]]:
        """What may be done with this row: label and address of the page that asks whether it is sure."""
        return []

    # --- reading -----------------------------------------------------------------------------------------------------

    @property
    def quick_search(self) -> Any:
        """The columns of the search box, for the template of generated lists."""
        return self.column_searchable_list

    @property
    def order_columns(self) -> list[str]:
        """The columns that may be sorted by."""
        return list(self.column_sortable_list)

    @property
    def label_columns(self) -> dict[str, Any]:
        """Labels, for the template of generated lists."""
        return self.column_labels

    def can(self, method: str) -> bool:
        """Whether the visitor may use this route; the template of generated lists also asks for add and edit."""
        return method not in ("add", "edit") and super().can(method)

    def search_label(self) -> str:
        """What the search box searches in."""
        if self.quick_label:
            return str(self.quick_label)
        names = " / ".join(lower_first(self.column_labels[name]) for name in self.column_searchable_list)
        return str(gettext("Search by %(words)s", words=names))

    def cell(self, item: Any, name: str) -> Any:
        """A value of a row as a person reads it; a state of which one should know stands out."""
        written = self._get_list_value(None, item, name, self.column_formatters, self.column_type_formatters)
        tone = self.tones.get(item.state) if name == "state" and self.tones else None
        return Markup('<span class="badge badge-{}">{}</span>').format(tone, written) if tone else written

    def find_row(self, key: int) -> Any:
        """The row with this key, if the view's query leaves it; else 404."""
        found = self.get_query().filter(getattr(self.table, self._primary_key) == key) if key <= INT_MAX else None
        return (found and found.one_or_none()) or abort(404)

    def _url(self, **changes: Any) -> str:
        arguments = {name: value for name, value in {**request.args, **changes}.items() if value not in (None, "")}
        return url_for(f"{self.endpoint}.index_view", **arguments)

    def _listing(self) -> SearchListing:
        form, typed = read_form(self.questions, request.args), request.args.get("q", "")
        answers = asked(self.questions, form)
        places = [(self.questions.index(one), one.argument, value) for one, value in answers]
        _count, query = self.get_list(None, None, False, typed, places, execute=False, page_size=0)
        order = read_order(request.args.get("sort", ""), self.order_columns, (self.latest_first, "desc"))
        size = read_size(request.args.get("size", type=int), self.page_size)
        wanted = max(1, request.args.get("page", 1, type=int))
        items, total, is_more, page = read_page(
            query, self.table, list(self.column_list), order=order, page=wanted, size=size
        )
        self.look_up(items)
        return SearchListing(
            columns=[self._column(name, order) for name in self.column_list],
            rows=[self._row(item) for item in items],
            total=total,
            is_more=is_more,
            page=page,
            pages=max(1, -(-total // size)),
            size=size,
            page_url=lambda number: self._url(page=number),
            typed=typed,
            filter_form=form,
            chips=[(say_filter(one, value), self._url(page=None, **{one.argument: None})) for one, value in answers],
            sort=request.args.get("sort", ""),
            clear_url=url_for(f"{self.endpoint}.index_view"),
        )

    def _column(self, name: str, order: tuple[str, str]) -> Column:
        is_sorted = name == order[0]
        turned = f"-{name}" if is_sorted and order[1] == "asc" else name
        url = self._url(sort=turned, page=None) if name in self.order_columns else None
        direction = "descending" if order[1] == "desc" else "ascending"
        return Column(name, str(self.column_labels[name]), url, direction if is_sorted else None)

    def _row(self, item: Any) -> Row:
        key = getattr(item, self._primary_key)
        url = url_for(f"{self.endpoint}.details_view", key=key, next=self._url())
        return Row(key, self.row_name(item), [self.cell(item, name) for name in self.column_list], url, None, "")

    def back(self) -> str:
        """The list as it was searched."""
        return safe_next(request.values.get("next")) or url_for(f"{self.endpoint}.index_view")

    # --- routes ------------------------------------------------------------------------------------------------------

    @expose("/")
    @permission_name("list")
    def index_view(self) -> str:
        """A page of the list; search, filters, order and page stand in the address."""
        return self.page(self.list_template, title=sentence(self.title), listing=self._listing())

    @expose("/<int:key>")
    @permission_name("show")
    def details_view(self, key: int) -> str:
        """One row."""
        item = self.find_row(key)
        self.look_up([item])
        facts = [(self.column_labels[name], self.cell(item, name)) for name in self.column_details_list]
        offers = self.offers(item)
        title = sentence(self.row_name(item))
        return self.page(self.details_template, title=title, facts=facts, offers=offers, back=self.back())

    def sure(self, key: int, *, title: str, question: str, button: str, act: Callable[[], str]) -> Any:
        """GET asks whether it is sure; the POST does it. `act` commits and gives the sentence that tells so."""
        done = url_for(".details_view", key=key, next=self.back())
        if request.method != "POST":
            return self.page("console/sure.html", title=title, question=question, button=button, back=done)
        try:
            flash(act(), "success")
        except RuleBroken as error:
            db.session.rollback()
            flash(translate(error.text), "error")
        return redirect(done if self.exists(key) else self.back())

    def exists(self, key: int) -> bool:
        """Whether the row is still there."""
        found = self.get_query().filter(getattr(self.table, self._primary_key) == key)
        return found.with_entities(getattr(self.table, self._primary_key)).scalar() is not None
