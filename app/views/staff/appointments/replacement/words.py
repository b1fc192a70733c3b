"""Vacancies in words: the place, and how many were asked for it."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from app.models import Vacancy
from app.services.appointments.replacement.summary import AskCounts
from app.views.labels.planning.places import write_station
from app.views.parts.markdown import in_language


def write_vacancy(vacancy: Vacancy) -> str:
    """The function and the station."""
    return f"{in_language(vacancy.function, 'name')}, {write_station(vacancy.station)}"


def say_asked(counts: AskCounts | None) -> str:
    """How many were asked, how many of those still think about it, and how many said no."""
    if counts is None:
        return str(gettext("nobody yet"))
    parts = [ngettext("%(num)s asked", "%(num)s asked", counts.total)]
    if counts.waiting:
        parts.append(ngettext("%(num)s answer awaited", "%(num)s answers awaited", counts.waiting))
    if counts.no:
        parts.append(ngettext("%(num)s cannot come", "%(num)s cannot come", counts.no))
    return ", ".join(parts)
