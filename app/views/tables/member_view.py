"""The base of members' screens on a table: their own rows only, and only the routes that the view names."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from sqlalchemy import inspect
from sqlalchemy.orm import Query

from app.auth.visitor import signed_in_member
from app.models.base import MemberOwned
from app.views.tables.columns import WronglyDeclared
from app.views.tables.declaration import is_of_fab
from app.views.tables.lists.page import Column, Listing
from app.views.tables.table_view import TableView
from app.views.tables.words import sentence

OWNERS = {"member", "member_id", "user", "user_id"}  # whose a row is comes from the session, never from a form


class MemberModelView(TableView):
    """A restricted screen on a table with an owner. Whose rows: the session says, here and in the row guard beneath.

    `include_route_methods` names every route that exists; list, show and edit are here, a step with a rule is a route
    of the subclass over a service. No search, no sorting, no download; a change is never made by GET.
    """

    page_size = 25
    search_columns: list[str] = []
    order_columns: list[str] = []
    list_template = "member/list.html"
    show_template = "member/show.html"
    add_template = edit_template = "member/form.html"

    def _check_declared(self) -> None:
        check_own_rows(self)
        super()._check_declared()

    def _init_forms(self) -> None:
        declared = type(self)
        self._check_shown(self.list_columns, self.show_columns, self.edit_columns)
        self.search_form = self.add_form = None
        if "edit" in self.include_route_methods and self.edit_columns and declared.edit_form is None:
            self.edit_form = self._build(self.edit_columns, self.edit_form_extra_fields)

    # --- reading -----------------------------------------------------------------------------------------------------

    def rows(self) -> Query[Any]:
        """The rows of the signed-in member."""
        model = self.datamodel.obj
        return super().rows().filter(getattr(model, model.owner_column) == signed_in_member().id)

    def _listing(self) -> Listing:
        columns = [Column(name, str(self.label_columns[name]), None, None) for name in self.list_columns]
        return Listing(columns=columns, **self._page_of(self.rows(), self.base_order, self.page_size))

    # --- routes ------------------------------------------------------------------------------------------------------

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> ResponseReturnValue:
        """A page of the member's rows."""
        return self._render(self.list_template, title=sentence(self.plural), listing=self._listing())

    @expose("/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """One row."""
        return self._show_page(self.find_row(pk), pk=pk)

    @expose("/<pk>/wijzigen", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str) -> ResponseReturnValue:
        """A form on one row."""
        item = self.find_row(pk)
        title = sentence(gettext("Change %(thing)s: %(name)s", thing=self.singular, name=self.row_name(item)))
        return self._edit_page(item, title=title, pk=pk)


def check_own_rows(view: Any) -> None:
    """Raises WronglyDeclared for a screen whose routes are not named, whose rows are nobody's, or whose form could
    give a row away.
    """
    name, model, routes = type(view).__name__, view.datamodel.obj, view.include_route_methods
    if not routes:
        raise WronglyDeclared(f"{name}: name its routes in include_route_methods")
    unknown = sorted(
        route for route in routes if not hasattr(getattr(view, route, None), "_urls") or is_of_fab(view, route)
    )
    if unknown:
        raise WronglyDeclared(f"{name}: {unknown[0]} is no route of ours")
    if not issubclass(model, MemberOwned):
        raise WronglyDeclared(f"{name}: no member owns a row of {model.__name__}")
    asked = {*(view.edit_columns or ()), *(view.add_columns or ()), *_fields_of(view.edit_form)}
    if given_away := asked & (OWNERS | _owner_relations(model)):
        raise WronglyDeclared(f"{name}: {sorted(given_away)[0]} says whose the row is")
    if view.edit_form is not None and _fields_of(view.edit_form) != set(view.edit_columns or ()):
        raise WronglyDeclared(f"{name}: edit_columns and the fields of the form are not the same")


def _owner_relations(model: Any) -> set[str]:
    """The owner's column, and every relationship that would write it."""
    mapper = inspect(model)
    owner = mapper.columns[model.owner_column]
    return {model.owner_column} | {
        relationship.key for relationship in mapper.relationships if owner in relationship.local_columns
    }


def _fields_of(form: Any) -> set[str]:
    return {name for name in dir(form) if hasattr(getattr(form, name), "_formfield")} if form else set()
