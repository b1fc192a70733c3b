"""How the team reads an election, and the filter on elections that lists of its parts have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement
from wtforms import SelectField

from app.models import Counting, ElectionState, ElectionType
from app.services.elections.elections import list_names
from app.views.tables.filters import ANY, Filter

TYPES: dict[str, Any] = {
    ElectionType.TK.value: _("House of Representatives"),
    ElectionType.PS.value: _("Provincial council"),
    ElectionType.WS.value: _("Water authority"),
    ElectionType.GR.value: _("Municipal council"),
    ElectionType.EP.value: _("European Parliament"),
    ElectionType.ER.value: _("Island council or electoral college"),
    ElectionType.IR.value: _("Other election"),
}
STATES: dict[str, Any] = {
    ElectionState.DRAFT.value: _("being prepared"),
    ElectionState.RECRUITING.value: _("asks for availability"),
    ElectionState.PLANNING.value: _("being planned"),
    ElectionState.PUBLISHED.value: _("plan published"),
    ElectionState.RUNNING.value: _("going on"),
    ElectionState.SETTLING.value: _("being settled"),
    ElectionState.CLOSED.value: _("closed"),
}
COUNTINGS: dict[str, Any] = {
    Counting.DSO.value: _("At the polling station (DSO)"),
    Counting.CSO.value: _("Centrally (CSO)"),
}


def election_filter(criterion: Callable[[int], ColumnElement[bool]]) -> Filter:
    """The filter `election` of a list; `criterion` says of an election's id what it asks of a row. One statement."""
    names = {str(key): name for key, name in list_names()}
    field = SelectField(_("Election"), choices=[("", ANY), *names.items()], default="")
    return Filter("election", _("Election"), field, lambda value: criterion(int(value)), lambda value: names[value])
