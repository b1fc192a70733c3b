"""Filters of the list of members by what they did at earlier elections."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement
from wtforms import SelectField

from app.services.experience.audience_kinds import has_worked, list_worked, worked_as, worked_at
from app.views.tables.filters.by_column import ANY, Filter

NEVER, EVER = "never", "ever"


def experience_filters() -> list[Filter]:
    """By function, or whether at all; and by election. One statement."""
    functions, elections = list_worked()
    names = {NEVER: gettext("never worked"), EVER: gettext("worked before")}
    names |= {str(key): gettext("as %(function)s", function=name) for key, name in functions}

    def has_done(value: str) -> ColumnElement[bool]:
        if value in (NEVER, EVER):
            return has_worked() if value == EVER else ~has_worked()
        return worked_as([int(value)])

    what = SelectField(_("Experience"), choices=[("", ANY), *names.items()], default="")
    found = [Filter("experience", _("Experience"), what, has_done, names.__getitem__, tuple(names.items()))]
    if elections:
        where = SelectField(_("Worked at"), choices=[("", ANY), *((name, name) for name in elections)], default="")
        found.append(
            Filter("worked_at", _("Worked at"), where, lambda value: worked_at([value]), str, tuple(elections))
        )
    return found
