"""Words for what comes after an election: hours, questions afterwards, and notes of chairs."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.models import HoursSource, HoursState
from app.views.labels.audit import AuditWords

HOURS_STATES = {HoursState.OPEN.value: _("to be confirmed"), HoursState.CONFIRMED.value: _("confirmed")}
HOURS_SOURCES = {
    HoursSource.PLAN.value: _("the published plan"),
    HoursSource.ATTENDANCE.value: _("the attendance of the day"),
    HoursSource.TEAM.value: _("a correction of the team"),
}


def write_minutes(minutes: Any) -> str:
    """`7 h 30 min`, `7 h`, `45 min`; a word for none."""
    hours, rest = divmod(int(minutes or 0), 60)
    if not hours:
        return gettext("%(minutes)s min", minutes=rest) if rest else gettext("none")
    if not rest:
        return gettext("%(hours)s h", hours=hours)
    return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)


AUDIT_WORDS = AuditWords(
    "evaluation",
    _("After an election"),
    {
        "hours.collected": _("hours taken over"),
        "hours.confirmed": _("hours confirmed"),
        "hours.taken_back": _("confirmation of hours taken back"),
        "hours.corrected": _("hours corrected"),
        "hours.exported": _("hours exported for the payroll"),
    },
    subjects={"WorkedHours": _("hours")},
    details={"minutes": _("Minutes"), "was": _("Minutes before"), "was_absent": _("Was not there, before")},
)
