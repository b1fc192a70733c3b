"""Each colleague's own views of the lists: choosing columns, keeping a search under a name, forgetting it."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext

from app.auth.visitor import signed_in_visitor
from app.services import saved_views
from app.views.base import Page, StaffView, safe_next
from app.views.forms.fields import read_key

MOST_COLUMNS = 100


class SavedViewsView(Page):
    """Steps of the menu of views above a list. Each leads back to that list."""

    route_base = "/weergaven"
    default_view = "columns"

    @expose("/<screen>/kolommen", methods=["POST"])
    @has_access
    def columns(self, screen: str) -> ResponseReturnValue:
        """Show these columns of the list from now on."""
        view = _find_screen(screen)
        wanted = [] if "usual" in request.form else _columns_of_form(view)

        def choose() -> None:
            saved_views.choose_columns(_user_id(), screen, wanted, now=g.now)

        self._commit_or_refuse(choose, None)
        return redirect(self._back())

    @expose("/<screen>/bewaren", methods=["POST"])
    @has_access
    def save(self, screen: str) -> ResponseReturnValue:
        """Keep what is asked of the list, and its columns, under a name."""
        view, form = _find_screen(screen), request.form

        def keep() -> None:
            saved_views.save_view(
                _user_id(),
                screen,
                form.get("name", ""),
                query=form.get("query", ""),
                columns=_columns_of_form(view),
                is_default="default" in form,
                now=g.now,
            )

        if self._commit_or_refuse(keep, None):
            flash(gettext("The view has been saved."), "success")
        return redirect(self._back())

    @expose("/<int:pk>/standaard", methods=["POST"])
    @has_access
    def default(self, pk: int) -> ResponseReturnValue:
        """Let the list open with this view, or no longer."""
        kept = _find_own(pk)
        self._commit_or_refuse(lambda: saved_views.turn_default(kept), None)
        return redirect(self._back())

    @expose("/<int:pk>/verwijderen", methods=["POST"])
    @has_access
    def delete(self, pk: int) -> ResponseReturnValue:
        """Forget it."""
        kept = _find_own(pk)
        if self._commit_or_refuse(lambda: saved_views.delete_view(kept), None):
            flash(gettext("The view has been deleted."), "success")
        return redirect(self._back())

    def _back(self) -> str:
        return safe_next(request.form.get("next")) or "/"


def _user_id() -> int:
    return int(signed_in_visitor().user.id)


def _find_own(pk: int) -> Any:
    key = read_key(str(pk)) if len(str(pk)) < 10 else 0
    return saved_views.find_view(_user_id(), key) or abort(404)


def _find_screen(name: str) -> StaffView:
    """The list of this name, if the visitor may open it."""
    builder = current_app.extensions["appbuilder"]
    found = [view for view in builder.baseviews if isinstance(view, StaffView) and type(view).__name__ == name]
    if not found or not builder.sm.has_access("can_list", found[0].class_permission_name):
        abort(404)
    return found[0]


def _columns_of_form(view: StaffView) -> list[str]:
    ticked = dict.fromkeys(request.form.getlist("column"))
    return [name for name in ticked if view.is_column(name)][:MOST_COLUMNS]
