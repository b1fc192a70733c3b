"""What all screens share: no history cookie, a safe way back, and the sign-in page for who is not signed in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import abort, current_app, request, url_for
from flask_appbuilder import BaseView
from flask_appbuilder.hooks import before_request

from app.auth.visitor import current_visitor
from app.views.tables.saving import Saves
from app.views.typed.keeping import ask_to_sign_in


def safe_next(target: str | None) -> str | None:
    """`target` when it is a path within the portal, else None: never a way to another site."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or not target.isprintable():
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc or "\\" in target else target


class Page(Saves, BaseView):
    """Base of every page of ours. FAB's `page_history` is a readable cookie that keeps search terms: not kept here."""

    default_view = "show"

    def update_redirect(self) -> None:
        """Nothing is remembered in the cookie."""

    def get_redirect(self) -> str:
        """Where a form returns to: a `next` within the portal, else this view's first page."""
        return self.read_next() or self._first_page()

    def read_next(self) -> str | None:
        """The `next` of the request when it is a path within the portal.

        One that is only a search is of this view's first page: rows of a list say no more, to be light.
        """
        wanted = request.values.get("next", "")
        return safe_next(f"{self._first_page()}{wanted}" if wanted.startswith("?") else wanted)

    def _first_page(self) -> str:
        """This view's first page: of the same row or election, where its address names one.

        This page where there is none, or where this address does not say of what.
        """
        endpoint = f"{self.endpoint}.{self.default_view}"
        if endpoint not in current_app.view_functions:
            return request.path
        given = request.view_args or {}
        wanted = [rule.arguments for rule in current_app.url_map.iter_rules(endpoint)]
        if not any(names <= given.keys() for names in wanted):
            return request.path
        return url_for(endpoint, **{name: given[name] for name in given.keys() & set().union(*wanted)})

    @before_request
    def _ask_to_sign_in(self) -> Any:
        """Who is not signed in comes back here after signing in; a page that asks no permission is left alone.

        Who lacks the permission is refused here already: FAB's own refusal sends to a sign-in page that is not there
        (`sm.auth_view`) when Flask-Login does not know the visitor, as with a forged `remember_token` cookie.
        """
        method = (request.endpoint or "").rsplit(".", 1)[-1]
        if not hasattr(getattr(self, method, None), "_permission_name"):
            return None
        if current_visitor() is None:
            return ask_to_sign_in()
        permission = f"can_{self.get_method_permission(method)}"
        if not self.appbuilder.sm.has_access(permission, self.class_permission_name):
            abort(403)
        return None
