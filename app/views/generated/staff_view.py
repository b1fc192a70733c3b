"""The base of the team's generated screens: list, show, add, edit and delete of one table, and acts on its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, current_app, flash, g, redirect, request, url_for
from flask_appbuilder import ModelView, expose, has_access
from flask_appbuilder.models.filters import BaseFilterConverter
from flask_babel import gettext
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Query

from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import say
from app.services.audit import record_event
from app.texts import RuleBroken
from app.views.generated.acts import ActsOnRows
from app.views.generated.columns import check_not_secret, loading, value_of, write_value
from app.views.generated.converter import FormPlan, build_form
from app.views.generated.declaration import check_declared
from app.views.generated.filters import Filter, asked, make_filters, quick_criterion, read_form, say_filter
from app.views.generated.listing import Column, Listing, Row, read_order, read_page, read_size
from app.views.generated.saving import explain_at_field
from app.views.page import Page, safe_next

INT_MAX = 2**31 - 1  # a larger key in an address is no row, and no error of the database


class NoFilters(BaseFilterConverter):  # type: ignore[misc]
    """FAB's search is not used; `generated.filters` is ours."""

    def convert(self, col_name: str) -> None:
        """No filter, and no warning in the log."""


class StaffView(ActsOnRows, Page, ModelView):  # type: ignore[misc]
    """A generated screen on a table. Every column list is written out, or the portal does not start.

    Declare `datamodel`, `one` and `many` (lazy, lower case: "function", "functions"), `base_order`, `label_columns`
    and the column lists. `choices` gives the words for a column that holds codes. What carries a rule overrides
    `create_row`, `change_row` or `delete_row` and calls a service; RuleBroken comes out at its field.
    """

    default_view = "list"
    one: Any = ""
    many: Any = ""
    quick_search: tuple[str, ...] = ()
    choices: dict[str, dict[str, Any]] = {}
    list_template = "generated/list.html"
    show_template = "generated/show.html"
    add_template = edit_template = "generated/form.html"
    delete_template = "generated/delete.html"
    filters: list[Filter]
    label_columns: dict[str, Any]
    exclude_route_methods: set[str] = set()
    add_form: Any = None
    edit_form: Any = None

    def __init__(self, **kwargs: Any) -> None:
        check_declared(self)
        self.datamodel.filter_converter_class = NoFilters
        self.label_columns = dict(self.label_columns)  # FAB adds English labels to it, for columns that are not shown
        self.exclude_route_methods = {*self.exclude_route_methods, "download"}
        super().__init__(**kwargs)
        if not self.actions:
            self.exclude_route_methods |= {"action", "action_post"}

    def _init_forms(self) -> None:
        shown = (self.list_columns, self.show_columns, self.add_columns, self.edit_columns, self.search_columns)
        check_not_secret(type(self).__name__, self.datamodel.obj, (name for columns in shown for name in columns or ()))
        self.search_form = None
        self.add_form = self.add_form or self._build(self.add_columns, self.add_form_extra_fields)
        self.edit_form = self.edit_form or self._build(self.edit_columns, self.edit_form_extra_fields)
        self.filters = make_filters(self.datamodel.obj, self.search_columns, self.label_columns, self.choices)

    def _build(self, columns: list[str], extra: dict[str, Any]) -> Any:
        plan = FormPlan(
            columns,
            self.label_columns,
            hints=self.description_columns,
            choices=self.choices,
            validators=self.validators_columns,
            extra_fields=extra,
        )
        return build_form(self.datamodel.obj, plan)

    # --- what a subclass may replace ---------------------------------------------------------------------------------

    def row_name(self, item: Any) -> str:
        """What a row is called in titles and links."""
        return str(item)

    def create_row(self, form: Any) -> Any:
        """Make the row that the form describes; flushed, not committed."""
        item = self.datamodel.obj()
        form.populate_obj(item)
        db.session.add(item)
        db.session.flush()
        self._record("created", item)
        return item

    def change_row(self, item: Any, form: Any) -> None:
        """Change the row as the form says; flushed, not committed."""
        form.populate_obj(item)
        changed = [attribute.key for attribute in inspect(item).attrs if attribute.history.has_changes()]
        db.session.flush()
        self._record("changed", item, fields=changed)

    def delete_row(self, item: Any) -> None:
        """Delete the row; flushed, not committed."""
        self._record("deleted", item)
        db.session.delete(item)
        db.session.flush()

    def _record(self, verb: str, item: Any, **details: Any) -> None:
        action = f"{self.datamodel.obj.__tablename__}.{verb}"
        record_event(current_actor(), action, now=g.now, subject=item, **details)

    # --- reading -----------------------------------------------------------------------------------------------------

    def can(self, name: str) -> bool:
        """Whether the visitor may use this route of the view, and it exists."""
        return f"{self.endpoint}.{name}" in current_app.view_functions and self.appbuilder.sm.has_access(
            f"can_{name}", self.class_permission_name
        )

    def rows(self) -> Query[Any]:
        """All rows of this view, its base filters applied."""
        query: Query[Any] = self._base_filters.apply_all(db.session.query(self.datamodel.obj))
        return query

    def found_rows(self) -> tuple[Query[Any], Any, list[tuple[Filter, Any]]]:
        """The rows that search and filters of the address leave, the filter form, and what is asked."""
        form = read_form(self.filters, request.args)
        answers = asked(self.filters, form)
        query = self.rows().filter(*(one.criterion(value) for one, value in answers))
        quick = quick_criterion(self.datamodel.obj, self.quick_search, request.args.get("q", ""))
        return (query if quick is None else query.filter(quick)), form, answers

    def find_row(self, key: str) -> Any:
        """The row with this key, if the view's filters leave it; else 404."""
        if not key.isascii() or not key.isdecimal() or int(key) > INT_MAX:
            abort(404)
        columns = [*self.show_columns, *self.edit_columns]
        query = self.rows().filter(self.datamodel.get_pk() == int(key)).options(*loading(self.datamodel.obj, columns))
        return query.one_or_none() or abort(404)

    def cell(self, item: Any, name: str) -> Any:
        """A value of a row as a person reads it."""
        value = value_of(item, name)
        formatter = self.formatters_columns.get(name)
        return formatter(value) if formatter else write_value(value, self.choices.get(name))

    def _url(self, **changes: Any) -> str:
        """This list with other arguments; an argument that becomes None is left out, as are empty ones."""
        arguments = {name: value for name, value in {**request.args, **changes}.items() if value not in (None, "")}
        return url_for(f"{self.endpoint}.list", **arguments)

    def _listing(self) -> Listing:
        query, form, answers = self.found_rows()
        order = read_order(request.args.get("sort", ""), self.order_columns, self.base_order)
        size = read_size(request.args.get("size", type=int), self.page_size)
        wanted = max(1, request.args.get("page", 1, type=int))
        found, total, is_more, page = read_page(
            query, self.datamodel.obj, self.list_columns, order=order, page=wanted, size=size
        )
        chips = [(say_filter(one, value), self._url(page=None, **{one.argument: None})) for one, value in answers]
        return Listing(
            columns=[self._column(name, order) for name in self.list_columns],
            rows=[self._row(item) for item in found],
            typed=request.args.get("q", ""),
            filter_form=form,
            chips=chips,
            total=total,
            is_more=is_more,
            page=page,
            pages=max(1, -(-total // size)),
            size=size,
            sort=request.args.get("sort", ""),
            page_url=lambda number: self._url(page=number),
            clear_url=url_for(f"{self.endpoint}.list"),
        )

    def _column(self, name: str, order: tuple[str, str]) -> Column:
        is_sorted = name == order[0]
        turned = f"-{name}" if is_sorted and order[1] == "asc" else name
        url = self._url(sort=turned, page=None) if name in self.order_columns else None
        direction = "descending" if order[1] == "desc" else "ascending"
        return Column(name, str(self.label_columns[name]), url, direction if is_sorted else None)

    def _row(self, item: Any) -> Row:
        key, back = self.datamodel.get_pk_value(item), self._url()
        show = url_for(f"{self.endpoint}.show", pk=key, next=back) if self.can("show") else None
        edit = url_for(f"{self.endpoint}.edit", pk=key, next=back) if self.can("edit") else None
        return Row(key, self.row_name(item), [self.cell(item, name) for name in self.list_columns], show or edit, edit)

    # --- routes ------------------------------------------------------------------------------------------------------

    @expose("/list/", methods=["GET"])
    @has_access
    def list(self):
        """A page of the list; search, filters, order and page stand in the address."""
        return self._answer(self.list_template, title=sentence(self.many), listing=self._listing())

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str):
        """One row."""
        item = self.find_row(pk)
        facts = [(self.label_columns[name], self.cell(item, name)) for name in self.show_columns]
        return self._answer(self.show_template, title=self.row_name(item), item=item, pk=pk, facts=facts)

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self):
        """A form for a new row."""
        form, title = self.add_form(), sentence(gettext("Add %(thing)s", thing=self.one))
        if form.validate_on_submit() and self._try(lambda: self.create_row(form), form):
            flash(sentence(gettext("%(thing)s added.", thing=self.one)), "success")
            return redirect(self.get_redirect())
        return self._answer(self.add_template, title=title, form=form, fieldsets=self.add_fieldsets)

    @expose("/edit/<pk>", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str):
        """A form on one row."""
        item = self.find_row(pk)
        name, form = self.row_name(item), self.edit_form(obj=item)
        if form.validate_on_submit() and self._try(lambda: self.change_row(item, form), form):
            flash(gettext("%(name)s is saved.", name=self.row_name(item)), "success")
            return redirect(self.get_redirect())
        title = sentence(gettext("Change %(thing)s: %(name)s", thing=self.one, name=name))
        return self._answer(self.edit_template, title=title, form=form, pk=pk, fieldsets=self.edit_fieldsets)

    @expose("/delete/<pk>", methods=["GET", "POST"])
    @has_access
    def delete(self, pk: str):
        """A page that asks whether it is sure (GET changes nothing); the POST deletes."""
        item = self.find_row(pk)
        name = self.row_name(item)
        if request.method == "POST" and self._try(lambda: self.delete_row(item), None):
            flash(gettext("%(name)s is deleted.", name=name), "success")
            return redirect(self.get_redirect())
        title = sentence(gettext("Delete %(thing)s: %(name)s", thing=self.one, name=name))
        return self._answer(self.delete_template, title=title, pk=pk)

    def _answer(self, template: str, **values: Any) -> str:
        here = [] if template == self.list_template else [(sentence(self.many), url_for(f"{self.endpoint}.list"))]
        crumbs = [*here, (values["title"], None)]
        back = safe_next(request.values.get("next")) or url_for(f"{self.endpoint}.list")
        page: str = self.render_template(template, view=self, breadcrumbs=crumbs, back=back, **values)
        return page

    def _try(self, work: Callable[[], Any], form: Any) -> bool:
        """Do the work and commit; what a rule or the database refuses is said at its field, and nothing is kept."""
        try:
            work()
            db.session.commit()
        except RuleBroken as error:
            db.session.rollback()
            form.refuse(error) if form else flash(say(error.text), "error")
        except IntegrityError as error:
            db.session.rollback()
            if form:
                explain_at_field(error, form, self.datamodel.obj)
            else:
                flash(gettext("This is still in use, so it cannot be deleted."), "error")
        else:
            return True
        return False


def sentence(words: Any) -> str:
    """With a capital in front: nouns are declared in lower case."""
    plain = str(words)
    return plain[:1].upper() + plain[1:]
