"""A filter on one election, for lists of its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement
from wtforms import SelectField

from app.services.elections.elections import list_names
from app.views.tables.filters.by_column import ANY, Filter


def elections_now() -> list[tuple[int, str, str]]:
    """Id, name and code of every election, read once for a page."""
    if "elections" not in g:
        g.elections = list_names()
    known: list[tuple[int, str, str]] = g.elections
    return known


def election_crumbs() -> list[tuple[Any, str]]:
    """The way back to the election that the address narrows a list to: labels and addresses. None: nothing."""
    asked = request.args.get("election", "")
    crumbs = [
        (name, url_for("ElectionsView.show", pk=code)) for key, name, code in elections_now() if str(key) == asked
    ]
    return [(gettext("Elections"), url_for("ElectionsView.list")), *crumbs] if crumbs else []


def election_filter(criterion: Callable[[int], ColumnElement[bool]]) -> Filter:
    """The filter `election` of a list; `criterion` says of an election's id what it asks of a row. One statement."""
    names = {str(key): name for key, name, _code in elections_now()}
    field = SelectField(_("Election"), choices=[("", ANY), *names.items()], default="")
    return Filter(
        "election", _("Election"), field, lambda value: criterion(int(value)), names.__getitem__, tuple(names.items())
    )
