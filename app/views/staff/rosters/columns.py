"""The form that asks which column of a roster is which field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, Field, SelectField

from app.importing.rosters.columns import FIELDS, column_titles
from app.views.forms.forms import PortalForm
from app.views.labels.members import TEAM_FIELD_LABELS


class ColumnsForm(PortalForm):
    """A choice per field; only a column of this file can be chosen. And which of two values counts."""

    is_newer = BooleanField(
        lazy_gettext("This file is newer than what the team corrected by hand"),
        description=lazy_gettext(
            "Then the file wins from those corrections. What members changed themselves always stays."
        ),
    )

    class Meta(PortalForm.Meta):  # noqa: D106 (WTForms wants this name)
        def is_optional(self, field: Field) -> bool:
            """Nobody needs to read behind every choice that it may be left out: it says so itself."""
            return False

    def chosen(self) -> dict[str, int]:
        """Field → index of the column; an empty choice is no column."""
        return {name: int(self[name].data) for name in FIELDS if self[name].data and not self[name].errors}


def show_titles(header: Sequence[str]) -> list[str]:
    """What the columns are called on screen."""
    named = zip(header, column_titles(header), strict=True)
    return [title if heading.strip() else gettext("column %(column)s", column=title) for heading, title in named]


def columns_form(header: Sequence[str], known: Mapping[str, int], *, is_newer: bool = False) -> ColumnsForm:
    """The form of a file with this header, filled in with the columns that are known until it is sent."""
    titles = enumerate(show_titles(header))
    choices = [("", gettext("not in the file")), *((str(index), title) for index, title in titles)]
    fields: dict[str, Any] = {
        name: SelectField(TEAM_FIELD_LABELS[name], choices=choices, name=f"column-{name}", default="")
        for name in FIELDS
    }
    cls = type("RosterColumnsForm", (ColumnsForm,), fields)
    form: ColumnsForm = cls()
    if not form.is_submitted():
        form.process(data={"is_newer": is_newer, **{name: str(index) for name, index in known.items()}})
    return form
