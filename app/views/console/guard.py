"""Flask-Admin behind our doors: every route asks a permission of the security manager, and what asks none is no route.

What Flask-Admin does by itself: it answers everybody with 200, registers each `@expose` of its base classes however the
`can_…` switches stand, serves its own scripts, and runs a view twice when it raises a TypeError. See docs/decisions.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, request, url_for
from flask_admin import Admin, BaseView

from app.auth.visitor import current_visitor
from app.views.tables.columns import WronglyDeclared
from app.views.typed.keeping import ask_to_sign_in


class ConsoleView(BaseView):
    """A page of the console. Nobody gets in, unless a role has the permission that the route names.

    A route is a method with `@expose(…)` and `@permission_name(…)`; one without a permission stops the portal from
    starting. To the security manager it is a view as those of Flask-AppBuilder are: `class_permission_name`,
    `base_permissions` and `get_method_permission` are what it and the guard tests ask of a view.
    """

    title: Any = ""
    tab: Any = ""  # among the pages of the console, where the title would repeat its name
    path: str
    default_view = "index_view"
    covers: set[str]  # of the first page: the views whose pages belong to its entry in the menu

    def __init__(self, *arguments: Any) -> None:
        name = type(self).__name__
        super().__init__(*arguments, name=name, endpoint=name, url=self.path)

    @property
    def class_permission_name(self) -> str:
        """The view's part of its pairs in `app.permissions`."""
        return type(self).__name__

    @property
    def base_permissions(self) -> set[str]:
        """Every permission of the view, with FAB's `can_`."""
        return {f"can_{self.get_method_permission(method)}" for _url, method, _methods in self._urls}

    def get_method_permission(self, method: str) -> str:
        """The permission that a route asks. Raises WronglyDeclared for a route without."""
        asked = getattr(getattr(self, method, None), "_permission_name", None)
        if asked is None:
            raise WronglyDeclared(f"{type(self).__name__}: {method} asks no permission")
        return str(asked)

    def get_uninit_inner_views(self) -> list[Any]:
        """No views within this one (Flask-AppBuilder asks each view when another is added)."""
        return []

    def create_blueprint(self, admin: Admin) -> Blueprint:
        """The routes. Raises WronglyDeclared when one of them asks no permission, or files would be served."""
        if self.static_folder or not self.base_permissions:
            raise WronglyDeclared(f"{type(self).__name__}: the console serves no files")
        blueprint: Blueprint = super().create_blueprint(admin)
        return blueprint

    def can(self, method: str) -> bool:
        """Whether the visitor may use this route of the view."""
        permission = f"can_{self.get_method_permission(method)}"
        granted: bool = current_app.extensions["appbuilder"].sm.has_access(permission, self.class_permission_name)
        return granted

    def is_accessible(self) -> bool:
        """Whether the visitor may use the route of this request; of another view's, or of none: no."""
        view, _, method = (request.endpoint or "").rpartition(".")
        return view == self.endpoint and self.can(method)

    def is_visible(self) -> bool:
        """Whether the visitor sees it among the pages of the console."""
        return self.can(self.default_view)

    def _handle_view(self, name: str, **_values: Any) -> Any:
        """Who is not signed in comes back here after signing in; who lacks the permission is refused."""
        if current_visitor() is None:
            return ask_to_sign_in()
        return None if self.is_accessible() else abort(403)

    def _run_view(self, view: Any, *arguments: Any, **values: Any) -> Any:
        """Once, whatever it raises."""
        return view(self, *arguments, **values)

    def page(self, template: str, **values: Any) -> str:
        """A page of ours in the portal's frame, with the other pages of the console that the visitor may see."""
        pages = dict.fromkeys([self.admin.index_view, self])
        crumbs = [(page.title, url_for(f"{page.endpoint}.{page.default_view}")) for page in pages]
        if values["title"] == self.title:
            crumbs.pop()
        tabs = [view for view in self.admin._views if view.is_visible()]
        given = {"view": self, "tabs": tabs, "breadcrumbs": [*crumbs, (values["title"], None)]}
        return str(self.render(template, **{**given, **values}))
