"""Appointments: the decisions on a published plan, their letters and answers."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload

from app.mail.mails import Mail
from app.models import Appointment
from app.services.appointments import open_tasks, reminders
from app.services.appointments.appointing import MAIL
from app.services.appointments.lists import found_by_words
from app.services.appointments.rights import find_logo_right
from app.services.members.search import ONLY_BEGINNINGS
from app.services.search.query import Search
from app.services.search.ranking import Best, find_best
from app.services.waiting import TO_DO, Badge
from app.views.labels.appointments import APPOINTMENT_STATES, AUDIT_WORDS
from app.views.member.appointments import MyAppointmentsView
from app.views.member.calendar import CalendarFeedView, MyCalendarView
from app.views.parts.search_groups import Hit, SearchGroup
from app.views.staff.appointments.appoint import AppointView
from app.views.staff.appointments.appointments import AppointmentsView
from app.views.staff.appointments.letter_texts import LetterTextsView
from app.views.staff.appointments.setups import AppointmentSetupsView
from app.views.subject import PLANNING, FileRule, HomeTotals, Screen, Subject, SubjectMail, Task


def _list_of(only: dict[str, Any]) -> str:
    """The list behind a number of the team's home."""
    return url_for("AppointmentsView.list", state="issued", **only)


def _find(search: Search) -> Best:
    known = [joinedload(Appointment.member), joinedload(Appointment.election)]
    return find_best(Appointment, found_by_words(search), order=(Appointment.id.desc(),), options=known)


def _write(row: Any) -> Hit:
    found = row.Appointment
    name = f"{found.decision_number}, {found.member.full_name}"
    return Hit(found.id, name, (found.election.name, APPOINTMENT_STATES[found.state]))


SUBJECT = Subject(
    "appointments",
    screens=[
        Screen(MyAppointmentsView, "My appointment", _("My appointment"), place=15),
        Screen(MyCalendarView),
        Screen(CalendarFeedView),
        Screen(AppointmentSetupsView, "Appointing", _("Appointing"), PLANNING, 168),
        Screen(AppointmentsView, "Appointments", _("Appointments"), PLANNING, 169),
        Screen(LetterTextsView),
        Screen(AppointView),
    ],
    badges=[Badge("My appointment", TO_DO, open_tasks.count_unanswered)],
    tasks={"appointment": Task(open_tasks.find_unanswered, lambda task: url_for("MyAppointmentsView.list"))},
    totals=[HomeTotals(open_tasks.total_answers, _list_of)],
    bulk_acts={"AppointmentsView.remind": reminders.REMIND},
    file_rules=[FileRule(find_logo_right, ("can_show", "AppointmentSetupsView"))],
    search=[SearchGroup(_("Appointments"), "AppointmentsView", _find, _write, ONLY_BEGINNINGS)],
    audit=[AUDIT_WORDS],
    mails=[SubjectMail(Mail(MAIL, "/mijn-benoeming/", needs_names=True), _("appointment"))],
)
