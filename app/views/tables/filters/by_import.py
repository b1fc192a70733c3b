"""A filter on one import, for lists of what imports made or changed; the page of an import links to it."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement
from wtforms import SelectField

from app.i18n import write_moment
from app.models import ImportKind, ImportRun
from app.services.import_runs import list_imported
from app.views.tables.filters.by_column import ANY, Filter


def import_filter(kind: ImportKind, criterion: Callable[[int], ColumnElement[bool]]) -> Filter:
    """The filter `import` of a list; `criterion` says of an import's number what it asks of a row. One statement."""
    names = {str(run.id): _name(run) for run in list_imported(kind)}
    label = _("From the import")
    field = SelectField(label, choices=[("", ANY), *names.items()], default="")
    return Filter("import", label, field, lambda value: criterion(int(value)), names.__getitem__, tuple(names.items()))


def _name(run: ImportRun) -> str:
    name = run.original_name or gettext("file")
    return f"{name}, {write_moment(run.finished_at or run.created_at)}"
