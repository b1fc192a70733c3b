"""Appointments: the decisions on a published plan, their letters and answers."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _

from app.mail.mails import Mail
from app.services.appointments import open_tasks, reminders
from app.services.appointments.appointing import MAIL
from app.services.appointments.rights import find_logo_right
from app.services.waiting import TO_DO, Badge
from app.views.labels.appointments import AUDIT_WORDS
from app.views.member.appointments import MyAppointmentsView
from app.views.member.calendar import CalendarFeedView, MyCalendarView
from app.views.staff.appointments.appoint import AppointView
from app.views.staff.appointments.appointments import AppointmentsView
from app.views.staff.appointments.letter_texts import LetterTextsView
from app.views.staff.appointments.setups import AppointmentSetupsView
from app.views.subject import PLANNING, FileRule, HomeTotals, Screen, Subject, SubjectMail, Task


def _list_of(only: dict[str, Any]) -> str:
    """The list behind a number of the team's home."""
    return url_for("AppointmentsView.list", state="issued", **only)


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
    audit=[AUDIT_WORDS],
    mails=[SubjectMail(Mail(MAIL, "/mijn-benoeming/", needs_names=True), _("appointment"))],
)
