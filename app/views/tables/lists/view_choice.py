"""How the signed-in colleague looks at a list: its columns, and searches that are kept under a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import abort, g, redirect, request
from sqlalchemy.orm import Query

from app.auth.visitor import signed_in_visitor
from app.models import SavedView
from app.services import saved_views
from app.views.tables.lists.page import select_count

OWN, NO_VIEW = "view", "0"  # the argument that says which view is shown, and its value for none
NOT_KEPT = {"page", "next", OWN}  # what an address says that is no part of a search


@dataclass(frozen=True, slots=True)
class ShownView:
    """A view in the menu of a list. `id` is None for one that comes with the portal."""

    id: int | None
    name: str
    url: str
    is_current: bool
    is_default: bool


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column that the list can show."""

    name: str
    label: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class ViewChoice:
    """All that the menu of views asks."""

    screen: str
    views: list[ShownView]
    columns: list[ShownColumn]
    query: str
    current_name: str


def search_in(arguments: Mapping[str, Any]) -> str:
    """The part of an address that says what is searched, as it is kept."""
    return urlencode({name: value for name, value in arguments.items() if name not in NOT_KEPT and value})


class ChoosesViews:
    """For a StaffView. `more_columns` may be shown beside the usual ones, `standard_views` come with the portal."""

    more_columns: Sequence[str] = ()
    standard_views: Sequence[tuple[Any, Mapping[str, str]]] = ()  # a name, and the arguments of the address

    def usual_columns(self) -> list[str]:
        """The columns of the list as it is declared; a subclass adds those that depend on the page."""
        return list(self.list_columns)  # type: ignore[attr-defined]

    def offered_columns(self) -> list[str]:
        """All columns that can be shown, in their order. The first one names the row, and is always there."""
        return [*self.usual_columns(), *self.more_columns]

    def is_column(self, name: str) -> bool:
        """Whether the list can show it, on some page."""
        return name in self.list_columns or name in self.more_columns  # type: ignore[attr-defined]

    def columns_of_list(self) -> list[str]:
        """The columns that are shown in this request."""
        chosen: frozenset[str] | None = g.get("shown_columns")
        if not chosen:
            return self.usual_columns()
        first, *others = self.offered_columns()
        return [first, *(name for name in others if name in chosen)]

    def all_url(self) -> str:
        """The list without search and filters, also where it opens with a default view."""
        return str(self.address("list", {OWN: NO_VIEW} if g.get("has_default_view") else {}))  # type: ignore[attr-defined]

    def count_rows(self, query: Query[Any]) -> int:
        """How many rows there are; the views of who asks are read with it."""
        count = select_count(query, self.model)  # type: ignore[attr-defined]
        g.kept_views, number = saved_views.list_views(signed_in_visitor().user.id, type(self).__name__, count)
        return number

    def choose_view(self) -> ViewChoice:
        """Show the columns of the view that the address names, after `count_rows`.

        A list of which nothing is asked opens with the person's default view, by a redirect to its address.
        """
        screen, kept = type(self).__name__, g.kept_views
        named = [view for view in kept if view.name]
        default = next((view for view in named if view.is_default), None)
        if default and not request.args:
            abort(redirect(self._open(default.query, default.id)))
        g.has_default_view = default is not None
        asked = request.args.get(OWN, "")
        current = next((view for view in named if str(view.id) == asked), None)
        own_columns: list[str] = next((view.columns for view in kept if not view.name), [])
        g.shown_columns = frozenset(current.columns if current and current.columns else own_columns)
        return ViewChoice(
            screen,
            [*self._standard(), *(self._shown(view, current) for view in named)],
            self._columns(),
            search_in(request.args),
            current.name if current else "",
        )

    def _open(self, query: str, view_id: int | None) -> str:
        arguments = {**dict(parse_qsl(query)), OWN: view_id}
        url: str = self.address("list", arguments)  # type: ignore[attr-defined]
        return url

    def _standard(self) -> list[ShownView]:
        asked = search_in(request.args)
        return [
            ShownView(None, str(name), self.address("list", arguments), asked == urlencode(arguments), False)  # type: ignore[attr-defined]
            for name, arguments in self.standard_views
        ]

    def _shown(self, view: SavedView, current: SavedView | None) -> ShownView:
        return ShownView(view.id, view.name, self._open(view.query, view.id), view is current, view.is_default)

    def _columns(self) -> list[ShownColumn]:
        shown = set(self.columns_of_list())
        return [
            ShownColumn(name, str(self.label(name)), name in shown)  # type: ignore[attr-defined]
            for name in self.offered_columns()
        ]
