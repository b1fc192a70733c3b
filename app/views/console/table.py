"""A table in the console: a list with search, filters and order, and the page of a row. Nothing can be written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, request, url_for
from flask_admin import expose
from flask_appbuilder.security.decorators import permission_name
from markupsafe import Markup
from sqlalchemy import inspect
from sqlalchemy.orm import Query

from app.extensions import db
from app.views.console.read_only import ReadOnlyView
from app.views.page import safe_next
from app.views.tables.columns import check_not_secret
from app.views.tables.filters.by_column import Filter, make_filters
from app.views.tables.lists.page import Row
from app.views.tables.lists.search_list import SearchList
from app.views.tables.words import sentence


class ConsoleTable(SearchList, ReadOnlyView):
    """Declare `model`, `title`, `path`, `row_name` and Flask-Admin's `column_…` lists, with a label for each column.

    Flask-Admin writes the values and knows the routes; the list is searched as those of the team (`SearchList`).
    """

    label_columns: dict[str, Any]
    column_list: Any
    column_details_list: Any
    page_size = 50
    list_route = "index_view"
    base_order = ("id", "desc")
    order_columns: Any = ()
    filter_columns: Sequence[str] = ()  # a filter for each, as the generated lists make them
    choices: dict[str, dict[str, Any]] = {}
    tones: dict[str, str] = {}  # of a state: "error" or "success", beside its words
    actions: dict[str, Any] = {}  # the template of generated lists asks for them

    def __init__(self) -> None:
        shown = [*self.column_list, *self.column_details_list, *self.filter_columns, *self.quick_search]
        check_not_secret(type(self).__name__, self.model, shown)
        self.list_columns = self.column_list
        self.column_choices = {name: list(words.items()) for name, words in self.choices.items()}
        filters = make_filters(self.model, list(self.filter_columns), self.label_columns, self.choices)
        self.filters = [*filters, *self.more_filters()]
        super().__init__(self.model, db)

    # --- what a subclass may replace ---------------------------------------------------------------------------------

    def more_filters(self) -> list[Filter]:
        """Filters beside those on columns."""
        return []

    def row_name(self, item: Any) -> str:
        """What a row is called in titles and links."""
        return str(item)

    def offers(self, item: Any) -> list[tuple[Any, str]]:
        """What may be done with this row: label and address of the page that asks whether it is sure."""
        return []

    # --- reading -----------------------------------------------------------------------------------------------------

    def can(self, method: str) -> bool:
        """Whether the visitor may use this route; the template of generated lists also asks for add and edit."""
        return method not in ("add", "edit") and super().can(method)

    def rows(self) -> Query[Any]:
        """All rows of this view, as Flask-Admin asks for them."""
        query: Query[Any] = self.get_query()
        return query

    def find_row(self, key: int) -> Any:
        """The row with this key, if the view's query leaves it; else 404."""
        column = inspect(self.model).primary_key[0]
        return self.rows().filter(column == key).one_or_none() or abort(404)

    def cell(self, item: Any, name: str) -> Any:
        """A value of a row as a person reads it; a state of which one should know stands out."""
        written = self._get_list_value(None, item, name, self.column_formatters, self.column_type_formatters)
        tone = self.tones.get(item.state) if name == "state" and self.tones else None
        return Markup('<span class="badge badge-{}">{}</span>').format(tone, written) if tone else written

    def _rows(self, items: list[Any]) -> list[Row]:
        back = self._url()

        def write(item: Any) -> Row:
            url = url_for(f"{self.endpoint}.details_view", key=item.id, next=back)
            cells = [self.cell(item, name) for name in self.column_list]
            return Row(item.id, self.row_name(item), cells, url, None, "")

        return [write(item) for item in items]

    def back(self) -> str:
        """The list as it was searched."""
        return safe_next(request.values.get("next")) or url_for(f"{self.endpoint}.index_view")

    # --- routes ------------------------------------------------------------------------------------------------------

    @expose("/")
    @permission_name("list")
    def index_view(self) -> str:
        """A page of the list; search, filters, order and page stand in the address."""
        return self.page("console/list.html", title=sentence(self.title), listing=self._listing())

    @expose("/<int:key>")
    @permission_name("show")
    def details_view(self, key: int) -> str:
        """One row."""
        item = self.find_row(key)
        self.look_up([item])
        facts = [(self.label(name), self.cell(item, name)) for name in self.column_details_list]
        given = {"facts": facts, "offers": self.offers(item), "back": self.back()}
        return self.page("console/details.html", title=sentence(self.row_name(item)), **given)
