"""Places of people in words: where, in which function and when, and what becomes of one when the plan is published."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _

from app.clock import local
from app.i18n import write_date, write_hours
from app.models import PollingStation
from app.services.planning.versions.differences import Kind
from app.views.labels.audit import AuditWords
from app.views.labels.availability import shift_label
from app.views.labels.planning.plan import CENTRAL
from app.views.parts.markdown import in_language

DIFFERENCES: Final[dict[Kind, Any]] = {
    Kind.ADDED: _("new"),
    Kind.CHANGED: _("changed"),
    Kind.REMOVED: _("ends"),
}


def write_station(station: PollingStation | None) -> str:
    """Its number and name; without one it is the central count."""
    return f"{station.number} {station.name}" if station else str(CENTRAL)


def write_times(place: Any) -> str:
    """The day and the own times of a place, on the Dutch clock: "wo 18 maart 2026, 7.00–14.30 uur"."""
    starts, ends = local(place.starts_at), local(place.ends_at)
    return f"{write_date(starts.date())}, {write_hours(starts.time(), ends.time())}"


def write_place(place: Any) -> str:
    """All of it in a line."""
    return ", ".join((write_station(place.station), in_language(place.function, "name"), write_times(place)))


# Columns that every list of places has.
PLACE_LABELS: Final = {
    "member": _("Member"),
    "member_number": _("Member number"),
    "election": _("Election"),
    "station": _("Polling station"),
    "shift": _("Shift"),
    "function": _("Function"),
    "times": _("From and until"),
}
PLACE_CELLS: Final[dict[str, Any]] = {
    "member": lambda place: place.member.full_name,
    "member_number": lambda place: place.member.member_number or "",
    "station": lambda place: write_station(place.station),
    "shift": lambda place: shift_label(place.shift),
    "function": lambda place: in_language(place.function, "name"),
    "times": write_times,
}

AUDIT_WORDS = AuditWords(
    "plan_version",
    _("Published plans"),
    {"plan.published": _("plan published")},
    details={"version": _("Version")},
)
