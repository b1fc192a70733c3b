"""A filter on one election, for lists of its parts."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement
from wtforms import SelectField

from app.services.elections.elections import list_names
from app.views.tables.filters import ANY, Filter


def election_filter(criterion: Callable[[int], ColumnElement[bool]]) -> Filter:
    """The filter `election` of a list; `criterion` says of an election's id what it asks of a row. One statement."""
    names = {str(key): name for key, name in list_names()}
    field = SelectField(_("Election"), choices=[("", ANY), *names.items()], default="")
    return Filter("election", _("Election"), field, lambda value: criterion(int(value)), lambda value: names[value])
