"""A generated view says everything itself; FAB would fill in what is missing, hidden columns included."""

from __future__ import annotations

from typing import Any

from app.views.tables.columns import WronglyDeclared

HOOKS = ("pre_add", "post_add", "pre_update", "post_update", "pre_delete", "post_delete")


def columns_of(fieldsets: Any) -> list[str]:
    """The columns in FAB's fieldsets: lists with a heading."""
    return [name for _heading, group in fieldsets or () for name in group["fields"]]


def check_declared(view: Any) -> None:
    """Raises WronglyDeclared when a column list, a label, the order or a name is missing, or a hook is used."""
    name = type(view).__name__
    needed = {"singular", "plural", "base_order", "list_columns", "show_columns", "label_columns"}
    writes = {"add": "add_columns", "edit": "edit_columns"}
    routes = view.include_route_methods
    needed |= {columns for route, columns in writes.items() if routes is None or route in routes}
    missing = sorted(attribute for attribute in needed if not getattr(view, attribute))
    if missing or view.search_columns is None or view.order_columns is None:
        raise WronglyDeclared(f"{name}: declare {', '.join(missing) or 'search_columns and order_columns'}")
    unlabelled = {
        column for attribute in needed if attribute.endswith("_columns") for column in getattr(view, attribute)
    }
    unlabelled |= {*view.search_columns, *view.order_columns, *getattr(view, "more_columns", ())}
    if unlabelled - set(view.label_columns):
        raise WronglyDeclared(f"{name}: no label for {', '.join(sorted(unlabelled - set(view.label_columns)))}")
    hooks = [
        hook
        for hook in HOOKS
        if any(hook in vars(base) for base in type(view).__mro__ if "appbuilder" not in base.__module__)
    ]
    if hooks:
        raise WronglyDeclared(f"{name}: {hooks[0]} is not called; override create_row, change_row or delete_row")
    view.add_columns, view.edit_columns = view.add_columns or [], view.edit_columns or []


def is_of_fab(view: Any, route: str) -> bool:
    """Whether FAB wrote this route: its pages, its messages and its changes by GET are not ours."""
    return str(getattr(view, route).__module__).startswith("flask_appbuilder")
