"""No stock screen slips in: what FAB brings along is not accessible, not Dutch and not narrow enough (SECURITY §2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_appbuilder import AppBuilder
from flask_appbuilder.baseviews import BaseModelView

from app.views.base import MemberModelView, Page, StaffView
from app.views.console import ConsoleView
from app.views.tables.columns import WronglyDeclared
from app.views.tables.declaration import is_of_fab

STOCK = "appbuilder/"  # FAB's folder of templates


def check_views(builder: AppBuilder) -> None:
    """Raises WronglyDeclared when a registered view is a stock one, has a stock route or would show a stock page."""
    for view in builder.baseviews:
        if isinstance(view, ConsoleView):
            continue  # it checks its own routes
        for fault in _faults_of(view):
            raise WronglyDeclared(f"{type(view).__name__}: {fault}")


def _faults_of(view: Any) -> Iterator[str]:
    if not isinstance(view, Page):
        yield "is no Page of ours"
    if isinstance(view, BaseModelView) and not isinstance(view, (StaffView, MemberModelView)):
        yield "a view on a table is a StaffView or a MemberModelView"
    yield from (f"{route} is a route of FAB" for route in _routes_of(view) if is_of_fab(view, route))
    for name in dir(view):
        if name.endswith("_template") and str(getattr(view, name)).startswith(STOCK):
            yield f"{name} is {getattr(view, name)}"


def _routes_of(view: Any) -> Iterator[str]:
    """The methods that FAB made a route of."""
    included, excluded = view.include_route_methods, view.exclude_route_methods
    for name in dir(view):
        if hasattr(getattr(view, name), "_urls") and name not in excluded and (included is None or name in included):
            yield name
