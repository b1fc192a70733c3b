"""The base of the team's generated screens: list, show, add, edit and delete of one table, and acts on its rows."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext

from app.extensions import db
from app.phrases import RuleBroken
from app.views.tables.filters.by_column import make_filters
from app.views.tables.lists.acts import ActsOnRows, in_order_of_declaration
from app.views.tables.lists.export import ExportsFound
from app.views.tables.lists.search_list import SearchList
from app.views.tables.lists.view_choice import ChoosesViews
from app.views.tables.table_view import TableView
from app.views.tables.words import sentence


class StaffView(ChoosesViews, ExportsFound, ActsOnRows, TableView, SearchList):
    """A generated screen on a table. Every column list is written out, or the portal does not start.

    What carries a rule overrides `create_row`, `change_row` or `delete_row` and calls a service; RuleBroken comes out
    at its field.
    """

    list_template = "tables/list.html"
    show_template = "tables/show.html"
    add_template = edit_template = "tables/form.html"
    delete_template = "tables/delete.html"
    search_columns: Any = None
    names_others = True
    order_columns: Any = None

    def __init__(self, **kwargs: Any) -> None:
        named: set[str] | None = getattr(type(self), "include_route_methods", None)
        if named is not None:
            self.include_route_methods = {*named, "export", "use_found"}
        if not self.member_of:
            self.exclude_route_methods = {*self.exclude_route_methods, "use_found"}
        super().__init__(**kwargs)
        self.actions = in_order_of_declaration(type(self), self.actions)
        if not self.actions:
            self.exclude_route_methods |= {"action", "action_post"}

    def _init_forms(self) -> None:
        routes, declared = self.include_route_methods, type(self)
        # Where a list is empty FAB has put every column.
        self.search_columns, self.order_columns = [*declared.search_columns], [*declared.order_columns]
        if routes is not None and "add" not in routes:
            self.add_columns = []
        self._check_shown(
            self.list_columns,
            self.more_columns,
            self.show_columns,
            self.add_columns,
            self.edit_columns,
            self.search_columns,
        )
        self.search_form = None
        if routes is None or "add" in routes:
            self.add_form = self.add_form or self._build(self.add_columns, self.add_form_extra_fields)
        if routes is None or "edit" in routes:
            self.edit_form = self.edit_form or self._build(self.edit_columns, self.edit_form_extra_fields)
        self.filters = make_filters(self.datamodel.obj, self.search_columns, self.label_columns, self.choices)

    # --- what a subclass may replace ---------------------------------------------------------------------------------

    def offers(self, act: str, item: Any) -> bool:
        """Whether the page of this row has a button for the act. A service decides whether it may be done."""
        return True

    def check_goes(self, item: Any) -> None:
        """Raises RuleBroken for a row that cannot be deleted, with why. It changes nothing."""

    def can_delete(self, item: Any) -> bool:
        """Whether the page of this row has a button to delete it."""
        return self.can("delete") and self._why_it_stays(item) is None

    def _why_it_stays(self, item: Any) -> Any:
        try:
            self.check_goes(item)
        except RuleBroken as refused:
            return refused.text
        return None

    def create_row(self, form: Any) -> Any:
        """Make the row that the form describes; flushed, not committed."""
        item = self.datamodel.obj()
        form.populate_obj(item)
        db.session.add(item)
        db.session.flush()
        self._record("created", item)
        return item

    def say_added(self, item: Any) -> str:
        """What the person is told after adding."""
        return sentence(gettext("%(thing)s added.", thing=self.singular))

    def after_adding(self, item: Any) -> str:
        """Where the person goes then: back to the list, as it was."""
        return self.get_redirect()

    def delete_row(self, item: Any) -> None:
        """Delete the row; flushed, not committed."""
        self._record("deleted", item)
        db.session.delete(item)
        db.session.flush()

    # --- routes ------------------------------------------------------------------------------------------------------

    @expose("/list/", methods=["GET"])
    @has_access
    def list(self) -> ResponseReturnValue:
        """A page of the list; search, filters, order and page stand in the address."""
        return self._render(self.list_template, title=sentence(self.plural), listing=self._listing())

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """One row."""
        return self._show_page(self.find_row(pk), pk=pk)

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> ResponseReturnValue:
        """A form for a new row."""
        form, title, added = self.add_form(), sentence(gettext("Add %(thing)s", thing=self.singular)), []
        if form.validate_on_submit() and self._commit_or_refuse(lambda: added.append(self.create_row(form)), form):
            flash(self.say_added(added[0]), "success")
            return redirect(self.after_adding(added[0]))
        return self._render(self.add_template, title=title, form=form, fieldsets=self.add_fieldsets)

    @expose("/edit/<pk>", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str) -> ResponseReturnValue:
        """A form on one row."""
        item = self.find_row(pk)
        title = sentence(gettext("Change %(thing)s: %(name)s", thing=self.singular, name=self.row_name(item)))
        return self._edit_page(item, title=title, pk=pk)

    @expose("/delete/<pk>", methods=["GET", "POST"])
    @has_access
    def delete(self, pk: str) -> ResponseReturnValue:
        """A page that asks whether it is sure (GET changes nothing); the POST deletes."""
        item = self.find_row(pk)
        name = self.row_name(item)
        if request.method == "POST" and self._commit_or_refuse(lambda: self.delete_row(item), None):
            flash(gettext("%(name)s is deleted.", name=name), "success")
            return redirect(self.get_redirect())
        title = sentence(gettext("Delete %(thing)s: %(name)s", thing=self.singular, name=name))
        return self._render(self.delete_template, title=title, pk=pk, why_it_stays=self._why_it_stays(item))
