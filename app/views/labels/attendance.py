"""Words for the day itself: how somebody stands, and how a station does."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from app.i18n import write_time
from app.models import AttendanceKind, AttendanceState
from app.services.attendance.bureau import Bureau, BureauState
from app.services.attendance.people import Person
from app.views.labels.audit import AuditWords
from app.views.labels.planning.coverage import say_moment

ATTENDANCE_STATES: Final[dict[str, Any]] = {
    AttendanceState.EXPECTED.value: _("nothing noted"),
    AttendanceState.LATE.value: _("comes later"),
    AttendanceState.HERE.value: _("is here"),
    AttendanceState.ABSENT.value: _("does not come"),
    AttendanceState.GONE.value: _("went home"),
}
BUREAU_STATES: Final[dict[str, Any]] = {
    BureauState.FAULT.value: _("no legal bureau"),
    BureauState.SILENT.value: _("nothing noted yet"),
    BureauState.WARNED.value: _("legal, a deputy presides"),
    BureauState.LEGAL.value: _("legal"),
    BureauState.CLOSED.value: _("nobody needed now"),
}
BUREAU_BADGES: Final = {
    BureauState.FAULT.value: "badge-error",
    BureauState.SILENT.value: "badge-warning",
    BureauState.WARNED.value: "badge-success",
    BureauState.LEGAL.value: "badge-success",
}
TAPS: Final[dict[str, Any]] = {
    AttendanceKind.HERE.value: _("Is here"),
    AttendanceKind.LATE.value: _("Comes later"),
    AttendanceKind.ABSENT.value: _("Does not come"),
    AttendanceKind.GONE.value: _("Goes home"),
}
MANY: Final = 77  # stands in a sentence where the page puts its own number
# Which taps make sense in which state, the likely one first.
OFFERED: Final[dict[str, tuple[str, ...]]] = {
    AttendanceState.EXPECTED.value: ("here", "late", "absent"),
    AttendanceState.LATE.value: ("here", "absent"),
    AttendanceState.HERE.value: ("gone",),
    AttendanceState.ABSENT.value: ("here",),
    AttendanceState.GONE.value: ("here",),
}


def say_person(person: Person) -> str:
    """How somebody stands, with the time: "is er sinds 7.03 uur"."""
    spell = person.spells[-1] if person.spells else None
    if person.state == AttendanceState.HERE and spell is not None and spell.since is not None:
        return str(gettext("is here since %(time)s", time=write_time(spell.since)))
    if person.state == AttendanceState.GONE and spell is not None and spell.until is not None:
        if spell.since is None:
            return str(gettext("went home at %(time)s, no arrival noted", time=write_time(spell.until)))
        since = write_time(spell.since)
        return str(gettext("was here from %(since)s until %(until)s", since=since, until=write_time(spell.until)))
    if person.state == AttendanceState.LATE and person.expected_at is not None:
        return str(gettext("comes at %(time)s", time=write_time(person.expected_at)))
    return str(ATTENDANCE_STATES[person.state])


def tap_words() -> dict[str, str]:
    """What the page itself says after a tap, before the portal has it; "%t" is the time."""
    return {
        "time": gettext("%(hour)s:%(minute)s", hour="%h", minute="%m"),
        "here": gettext("is here since %(time)s", time="%t"),
        "late": str(ATTENDANCE_STATES["late"]),
        "late_at": gettext("comes at %(time)s", time="%t"),
        "absent": str(ATTENDANCE_STATES["absent"]),
        "gone": gettext("went home at %(time)s", time="%t"),
        "undo": gettext("undone"),
        "waits": gettext("waits for a connection"),
        "one": _waiting(1),
        "more": _waiting(MANY).replace(str(MANY), "%n"),
        "offline": gettext("There is no connection: leave this page open. You can go on tapping."),
        "sent": gettext("Everything is sent."),
        "ended": gettext(
            "You are signed out. What you tapped is kept on this device, and is sent when you are signed in again."
        ),
        "refused": gettext("You may not keep this list now. Call the election team."),
        "unkept": gettext("This device cannot keep what you tap. Leave this page open until everything is sent."),
        "legal": gettext("There is a legal polling station."),
        "fault": gettext("There is no legal polling station now."),
        "short_one": _short(1),
        "short_more": _short(MANY).replace(str(MANY), "%n"),
        "nobody": gettext("nobody may preside"),
    }


def _waiting(number: int) -> str:
    return str(
        ngettext(
            "%(num)s tap waits for a connection. It is kept on this device and sent by itself.",
            "%(num)s taps wait for a connection. They are kept on this device and sent by themselves.",
            number,
        )
    )


def _short(number: int) -> str:
    return str(ngettext("%(num)s person too few", "%(num)s people too few", number))


def say_bureau(bureau: Bureau) -> str:
    """How a station stands, in a sentence with what is short and the articles."""
    if bureau.state == BureauState.CLOSED:
        return str(gettext("Nobody has to be here at this moment."))
    if bureau.state == BureauState.SILENT:
        return str(gettext("Nothing is noted yet. Tap for each person who is here."))
    articles = ", ".join(bureau.articles)
    what = say_moment(bureau.moment)
    if bureau.state == BureauState.FAULT:
        told = gettext(
            "There is no legal polling station now: %(what)s (Kieswet %(articles)s).", what=what, articles=articles
        )
        return str(told)
    if bureau.state == BureauState.WARNED:
        return str(
            gettext("There is a legal polling station: %(what)s (Kieswet %(articles)s).", what=what, articles=articles)
        )
    return str(gettext("There is a legal polling station: three or more are here, and the chair is one of them."))


AUDIT_WORDS = AuditWords(
    "attendance",
    _("On the day"),
    {
        "attendance.here": _("noted: is here"),
        "attendance.late": _("noted: comes later"),
        "attendance.absent": _("noted: does not come"),
        "attendance.gone": _("noted: went home"),
        "attendance.undone": _("note of attendance undone"),
        "attendance.voter": _("noted: a voter sits in"),
        "attendance.exported": _("attendance exported"),
        "attendance.sheets": _("sheets of polling stations made"),
        "attendance.record": _("record of staffing made"),
        "attendance.voters_forgotten": _("names of voters who sat in taken away"),
        "station_access.given": _("may keep the attendance of a station"),
        "station_access.ended": _("may no longer keep the attendance of a station"),
    },
    subjects={"Attendance": _("attendance"), "StationAccess": _("keeping the attendance of a station")},
    details={"station": _("Polling station"), "stations": _("Polling stations")},
)
