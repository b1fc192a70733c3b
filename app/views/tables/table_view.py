"""What every screen on a table shares: declared in full, rows that may be reached, values in words, one row, a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from flask import abort, current_app, flash, g, redirect, request
from flask_appbuilder import ModelView
from flask_appbuilder.models.filters import BaseFilterConverter
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, bindparam, inspect, select
from sqlalchemy.orm import Query
from sqlalchemy.orm.interfaces import ORMOption

from app.auth.visitor import current_actor
from app.extensions import db
from app.services.audit import record_event
from app.views.addresses import kept_url, row_urls
from app.views.forms.fields import read_key
from app.views.page import Page
from app.views.tables.columns import check_not_secret, loading, value_of, write_value
from app.views.tables.converter import FormPlan, build_form
from app.views.tables.declaration import check_declared, columns_of
from app.views.tables.lists.page import Row
from app.views.tables.lists.search_list import PagedList
from app.views.tables.words import sentence
from app.views.typed.seen import start_watching

ROW_KEY: Final = "row_key"


class NoFilters(BaseFilterConverter):
    """FAB's search is not used; `generated.filters` is ours."""

    def convert(self, col_name: str) -> None:
        """No filter, and no warning in the log."""


class TableView(PagedList, Page, ModelView):
    """The base of `StaffView` and `MemberModelView`. It has no routes of its own: those name what they offer.

    Declare `datamodel`, `singular` and `plural` (lazy, lower case: "function", "functions"), `base_order`,
    `label_columns` and the column lists (or `show_fieldsets`, `add_fieldsets`, `edit_fieldsets`: lists with headings,
    as FAB writes them). `choices` gives the words for a column that holds codes, `cells` writes what is not shown as it
    is stored. What carries a rule overrides `change_row` and calls a service; RuleBroken comes out at its field.
    """

    default_view = "list"
    singular: Any = ""
    plural: Any = ""
    choices: dict[str, dict[str, Any]] = {}
    cells: Mapping[str, Callable[[Any], Any]] = {}
    label_columns: dict[str, Any]
    show_columns: Any = None
    add_columns: Any = None
    edit_columns: Any = None
    exclude_route_methods: set[str] = set()
    list_template: str
    show_template: str
    edit_template: str
    add_form: Any = None
    edit_form: Any = None
    shows_its_row_only = False  # whether the form to change a row shows nothing but columns of that row

    def __init__(self, **kwargs: Any) -> None:
        self.show_columns = columns_of(self.show_fieldsets) or self.show_columns
        self.add_columns = columns_of(self.add_fieldsets) or self.add_columns
        self.edit_columns = columns_of(self.edit_fieldsets) or self.edit_columns
        self._check_declared()
        self.datamodel.filter_converter_class = NoFilters
        self.label_columns = dict(self.label_columns)  # FAB adds English labels to it, for columns that are not shown
        self.exclude_route_methods = {*self.exclude_route_methods, "download"}
        super().__init__(**kwargs)

    def _check_declared(self) -> None:
        check_declared(self)

    def _check_shown(self, *shown: Iterable[str] | None) -> None:
        check_not_secret(type(self).__name__, self.datamodel.obj, (name for names in shown for name in names or ()))

    def _build(self, columns: list[str], extra: dict[str, Any]) -> Any:
        plan = FormPlan(
            columns,
            self.label_columns,
            hints=self.description_columns,
            choices=self.choices,
            validators=self.validators_columns,
            extra_fields=extra,
            screen=type(self).__name__,
        )
        return build_form(self.datamodel.obj, plan)

    # --- what a subclass may replace ---------------------------------------------------------------------------------

    def row_name(self, item: Any) -> str:
        """What a row is called in titles and links."""
        return str(item)

    def row_key(self, item: Any) -> Any:
        """What stands for a row in addresses."""
        return self.datamodel.get_pk_value(item)

    def has_key(self, key: str) -> ColumnElement[bool] | None:
        """What the key of an address asks of a row; None for what cannot be a key."""
        try:
            return self.datamodel.get_pk() == read_key(key)
        except ValueError:
            return None

    def can_edit(self, item: Any) -> bool:
        """Whether this row has a link to its form."""
        return self.can("edit")

    def edit_word(self, item: Any) -> str:
        """What the way to the form of this row is called."""
        return str(gettext("Change"))

    def rows(self) -> Query[Any]:
        """All rows of this view, its base filters applied."""
        query: Query[Any] = self._base_filters.apply_all(db.session.query(self.datamodel.obj))
        return query

    def fill_form(self, item: Any) -> Any:
        """The form to change this row, filled in."""
        return self.edit_form(obj=item)

    def change_row(self, item: Any, form: Any) -> Any:
        """Change the row as the form says; flushed, not committed. `say_changed` gets what it returns."""
        form.populate_obj(item)
        changed = [attribute.key for attribute in inspect(item).attrs if attribute.history.has_changes()]
        db.session.flush()
        self._record("changed", item, fields=changed)

    def say_changed(self, item: Any, outcome: Any) -> str:
        """What the person is told after the change."""
        return str(gettext("%(name)s is saved.", name=self.row_name(item)))

    def _record(self, verb: str, item: Any, **details: Any) -> None:
        action = f"{self.datamodel.obj.__tablename__}.{verb}"
        record_event(current_actor(), action, now=g.now, subject=item, **details)

    @property
    def model(self) -> Any:
        """The class of the rows."""
        return self.datamodel.obj

    # --- reading -----------------------------------------------------------------------------------------------------

    def can(self, name: str) -> bool:
        """Whether the visitor may use this route of the view, and it exists: asked once, for each row asks it."""
        known: dict[tuple[Any, str], bool] = g.setdefault("may_use", {})
        key = self.endpoint, name
        if key not in known:
            known[key] = f"{self.endpoint}.{name}" in current_app.view_functions and self.appbuilder.sm.has_access(
                f"can_{name}", self.class_permission_name
            )
        return known[key]

    def find_row(self, key: str) -> Any:
        """The row with this key, if the view's filters leave it; else 404."""
        by_key = _select_by_key(self)
        if by_key is not None:
            return _find(by_key, key) or abort(404)
        wanted = self.has_key(key)
        if wanted is None:
            abort(404)
        query = self.rows().filter(wanted).options(*self.loaded_with())
        return query.one_or_none() or abort(404)

    def loaded_with(self) -> list[ORMOption]:
        """What the pages of one row show beside its own columns."""
        return loading(self.model, [*self.show_columns, *self.edit_columns])

    def cell(self, item: Any, name: str) -> Any:
        """A value of a row as a person reads it."""
        if name in self.cells:
            return self.cells[name](item)
        value = value_of(item, name)
        formatter = self.formatters_columns.get(name)
        return formatter(value) if formatter else write_value(value, self.choices.get(name))

    def facts(self, item: Any, columns: Iterable[str]) -> list[tuple[Any, Any]]:
        """Labels and values of a row."""
        return [(self.label(name), _spoken(name, self.cell(item, name))) for name in columns]

    def _rows(self, items: list[Any]) -> list[Row]:
        columns, back = self.columns_of_list(), self._way_back()
        show_url = row_urls(f"{self.endpoint}.show") if self.can("show") else None
        edit_url = row_urls(f"{self.endpoint}.edit") if self.can("edit") else None

        def write(item: Any) -> Row:
            key = self.row_key(item)
            show = show_url(key) + back if show_url else None
            edit = edit_url(key) + back if edit_url and self.can_edit(item) else None
            cells = [self.cell(item, name) for name in columns]
            return Row(key, self.row_name(item), cells, show or edit, edit, self.edit_word(item))

        return [write(item) for item in items]

    def _way_back(self) -> str:
        """What the links of rows say of the search that they lead back to (`get_redirect`): nothing for a bare list."""
        asked = self._url().partition("?")[2]
        return f"?next=?{quote(asked, safe='=/:')}" if asked else ""

    # --- pages, for the routes of subclasses --------------------------------------------------------------------------

    def _show_page(self, item: Any, **more: Any) -> str:
        self.look_up([item])
        fieldsets = self.show_fieldsets or [(None, {"fields": self.show_columns})]
        groups = [(heading, self.facts(item, group["fields"])) for heading, group in fieldsets]
        given = {"title": self.row_name(item), "item": item, "facts": [fact for _, facts in groups for fact in facts]}
        return self._render(self.show_template, **{**given, "groups": groups, **more})

    def _edit_page(self, item: Any, *, title: str, **more: Any) -> Any:
        form, outcome = self.fill_form(item), []
        start_watching(form, item if self.shows_its_row_only else None)

        def change() -> None:
            self.require_seen(item, form, lambda: self.fill_form(item))
            outcome.append(self.change_row(item, form))

        if form.validate_on_submit() and self._commit_or_refuse(change, form):
            flash(self.say_changed(item, outcome[0]), "success")
            return redirect(self.get_redirect())
        return self._render(self.edit_template, title=title, form=form, fieldsets=self.edit_fieldsets, **more)

    def _render(self, template: str, **values: Any) -> str:
        first = kept_url(f"{self.endpoint}.{self.default_view}")
        here = [] if request.path == first else [(sentence(self.plural), first)]
        crumbs = [*here, (values["title"], None)]
        given = {"view": self, "breadcrumbs": crumbs, "back": self.read_next() or first}
        page: str = self.render_template(template, **{**given, **values})
        return page

    def do_step(self, step: Callable[[], Any], done: Any) -> bool:
        """A step without a form: `done` is said when it was done, else why not."""
        if not self._commit_or_refuse(step, None):
            return False
        flash(str(done), "success")
        return True

    @staticmethod
    def by_whom() -> dict[str, Any]:
        """Who acts, and when: what most verbs of the services ask."""
        return {"actor": current_actor(), "now": g.now}


@lru_cache(maxsize=200)
def _select_by_key(view: TableView) -> Select[Any] | None:
    """Made once for a view that has all rows of its table, by their own key."""
    is_plain = type(view).rows is TableView.rows and type(view).has_key is TableView.has_key
    if not is_plain or view.base_filters:
        return None
    return select(view.model).where(view.datamodel.get_pk() == bindparam(ROW_KEY)).options(*view.loaded_with())


def _find(by_key: Select[Any], key: str) -> Any:
    try:
        return db.session.scalars(by_key, {ROW_KEY: read_key(key)}).one_or_none()
    except ValueError:
        return None


def _spoken(name: str, value: Any) -> Any:
    """What stands in an English column is read aloud as English."""
    is_english = name.endswith("_en") and value not in (None, "")
    return Markup('<span lang="en">{}</span>').format(value) if is_english else value
