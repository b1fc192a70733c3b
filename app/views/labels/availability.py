"""How the team reads answers: on screen, in the export, the filters on them, and the acts in the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement
from wtforms import SelectField

from app.clock import local
from app.i18n import write_moment, write_short_date, write_time
from app.importing.spreadsheets.sheets_out import Cell
from app.member_fields import show_phone
from app.models import Answer, Availability, Function, Member, Shift
from app.services.availability import lists
from app.services.availability.lists import Details
from app.views.labels.audit import AuditWords
from app.views.parts.markdown import in_language
from app.views.tables.filters.by_column import ANY, Filter

AUDIT_WORDS = AuditWords(
    "availability",
    _("Availability"),
    {
        "availability.opened": _("availability opened for answers"),
        "availability.submitted": _("availability given"),
        "availability.changed": _("availability changed"),
        "availability.entered": _("availability entered for a member"),
        "availability.candidacy_declared": _("declared to be a candidate"),
        "availability.reopened": _("availability opened again for a member"),
        "availability.locked": _("availability fixed"),
        "availability.read": _("answer of a member read"),
        "availability.exported": _("answers exported"),
    },
    subjects={"Availability": _("availability")},
)

ANSWERS: dict[str, Any] = {Answer.YES.value: _("Yes"), Answer.MAYBE.value: _("Maybe"), Answer.NO.value: _("No")}
YES_NO: dict[str, Any] = {"yes": _("Yes"), "no": _("No")}
LABELS = {
    "sort_name": _("Name"),
    "state": _("Answered"),
    "when": _("When"),
    "changed_at": _("When"),
    "reopened_until": _("Reopened until"),
    "functions": _("Functions"),
    "stations": _("Polling stations"),
    "remark": _("Remark"),
    "candidate": _("Candidate"),
    "is_civil_servant": _("Civil servant"),
    "mobile": _("Mobile number"),
    "phone": _("Telephone number"),
    "email": _("E-mail address"),
}


def yes_or_no(value: bool) -> str:
    """In the reader's language."""
    return str(gettext("Yes") if value else gettext("No"))


def shift_label(shift: Shift) -> str:
    """The day and the name of a shift."""
    return f"{write_short_date(shift.day.date)} {in_language(shift, 'name')}"


def write(name: str, member: Member, row: Availability | None, details: Details) -> Any:
    """A column of the answer as a person reads it."""
    if name in ("functions", "stations"):
        return "; ".join(in_language(chosen, "name") for chosen in getattr(details, name))
    found = _WRITERS.get(name)
    return found(member, row, details) if found else getattr(member, name) or ""


def _when(row: Availability | None, write_at: Callable[[Any], str]) -> str:
    if row is None or not row.is_answered:
        return str(gettext("not answered"))
    if not row.entered_by_user_id:
        return write_at(row.changed_at)
    return str(gettext("%(moment)s (by the team)", moment=write_at(row.changed_at)))


def _shortly(instant: datetime) -> str:
    """Without the year: an election is asked for within months."""
    return f"{write_short_date(local(instant).date())}, {write_time(instant)}"


_WRITERS: dict[str, Callable[[Member, Availability | None, Details], Any]] = {
    "state": lambda member, row, details: yes_or_no(row is not None and row.is_answered),
    "when": lambda member, row, details: _when(row, _shortly),
    "changed_at": lambda member, row, details: _when(row, write_moment),
    "reopened_until": lambda member, row, details: write_moment(row.reopened_until) if row else "",
    "remark": lambda member, row, details: row.remark if row else "",
    "candidate": lambda member, row, details: yes_or_no(details.is_candidate),
    "is_civil_servant": lambda member, row, details: yes_or_no(member.is_civil_servant),
    "mobile": lambda member, row, details: show_phone(member.mobile),
    "phone": lambda member, row, details: show_phone(member.phone),
}


STOPPED: Final = "stopped"


def make_filters(shifts: Sequence[Shift], functions: Sequence[Function], *, prefix: str) -> list[Filter]:
    """Answered, each shift, preferred function, civil servant and candidate."""
    names = {str(function.id): in_language(function, "name") for function in functions}
    return [
        _filter("answered", _("Answered"), YES_NO, _yes(lists.has_answered())),
        *(_filter(f"{prefix}{shift.id}", shift_label(shift), ANSWERS, _said(shift.id)) for shift in shifts),
        _filter("function", _("Preferred function"), names, lambda value: lists.prefers(int(value))),
        _filter("servant", _("Civil servant"), YES_NO, _yes(Member.is_civil_servant.is_(True))),
        _filter(STOPPED, _("Answered and then stopped"), YES_NO, _yes(lists.has_stopped())),
        _filter("candidate", _("Candidate"), YES_NO, _yes(lists.is_candidate())),
    ]


def _filter(
    name: str, label: Any, answers: Mapping[str, Any], criterion: Callable[[str], ColumnElement[bool]]
) -> Filter:
    field = SelectField(label, choices=[("", ANY), *answers.items()], default="")
    return Filter(name, label, field, criterion, lambda value: str(answers[value]))


def _yes(criterion: ColumnElement[bool]) -> Callable[[str], ColumnElement[bool]]:
    return lambda value: criterion if value == "yes" else ~criterion


def _said(shift_id: int) -> Callable[[str], ColumnElement[bool]]:
    return lambda value: lists.said(shift_id, value)


REACHED_BY = ("email", "mobile", "phone")  # for who is called


def export_header(shifts: Sequence[Shift]) -> list[str]:
    """The titles of the columns."""
    first = [gettext("Member number"), gettext("Name"), gettext("Answered"), gettext("When")]
    days = [f"{shift.day.date:%d-%m} {in_language(shift, 'name')}" for shift in shifts]
    return [
        *first,
        *days,
        gettext("Reasons"),
        gettext("Functions"),
        gettext("Polling stations"),
        gettext("Remark"),
        gettext("Civil servant"),
        gettext("Candidate"),
        *(str(LABELS[name]) for name in REACHED_BY),
    ]


def export_line(member: Member, row: Availability | None, details: Details, shifts: Sequence[Shift]) -> list[Cell]:
    """One member, in the order of `export_header`."""
    said = {shift_id: answer for shift_id, (answer, _reason) in details.shifts.items()}
    return [
        member.member_number or "",
        member.sort_name,
        yes_or_no(row is not None and row.is_answered),
        local(row.changed_at) if row and row.changed_at else None,
        *(str(ANSWERS.get(said.get(shift.id, ""), "")) for shift in shifts),
        "; ".join(reason for _render, reason in details.shifts.values() if reason),
        write("functions", member, row, details),
        write("stations", member, row, details),
        row.remark if row else "",
        yes_or_no(member.is_civil_servant),
        yes_or_no(details.is_candidate),
        *(write(name, member, row, details) for name in REACHED_BY),
    ]
