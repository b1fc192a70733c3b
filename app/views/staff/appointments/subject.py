"""Appointments: the decisions on a published plan, their letters and answers."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload

from app.mail.mails import Mail
from app.models import Appointment
from app.services.appointments import open_tasks, reminders
from app.services.appointments.appointing import MAIL
from app.services.appointments.lists import found_by_words
from app.services.appointments.replacement import ask_ends, reserves
from app.services.appointments.replacement import open_tasks as replacement_tasks
from app.services.appointments.replacement.mails import MAIL as REPLACEMENT_MAIL
from app.services.appointments.rights import find_logo_right
from app.services.members.search import ONLY_BEGINNINGS
from app.services.search.query import Search
from app.services.search.ranking import Best, find_best
from app.services.waiting import TO_DO, Badge
from app.views.addresses import kept_url
from app.views.labels.appointments import APPOINTMENT_STATES, AUDIT_WORDS
from app.views.labels.replacement import AUDIT_WORDS as REPLACEMENT_WORDS
from app.views.member.work.appointments import MyAppointmentsView
from app.views.member.work.calendar import CalendarFeedView, MyCalendarView
from app.views.member.work.replacement import MyReplacementView
from app.views.parts.search_groups import Hit, SearchGroup
from app.views.staff.appointments.appoint import AppointView
from app.views.staff.appointments.appointments import AppointmentsView
from app.views.staff.appointments.letter_texts import LetterTextsView
from app.views.staff.appointments.replacement.asks import ReplacementAsksView
from app.views.staff.appointments.replacement.leaving import LeavingView
from app.views.staff.appointments.replacement.reserves import ReservesView
from app.views.staff.appointments.replacement.vacancies import VacanciesView
from app.views.staff.appointments.setups import AppointmentSetupsView
from app.views.subject import PLANNING, FileRule, HomeTotals, Screen, Subject, SubjectMail, Task


def _count_own(member_id: Any, now: Any) -> ColumnElement[int]:
    """What waits at My appointment: decisions without an answer, and questions to help out."""
    return open_tasks.count_unanswered(member_id, now) + replacement_tasks.count_asks(member_id, now)


def _list_of(only: dict[str, Any]) -> str:
    """The list behind a number of the team's home."""
    return kept_url("AppointmentsView.list", state="issued", **only)


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
        Screen(MyReplacementView),
        Screen(MyCalendarView),
        Screen(CalendarFeedView),
        Screen(AppointmentSetupsView, "Appointing", _("Appointing"), PLANNING, 168),
        Screen(AppointmentsView, "Appointments", _("Appointments"), PLANNING, 169),
        Screen(LetterTextsView),
        Screen(VacanciesView, "Replacement", _("Replacement"), PLANNING, 169),
        Screen(LeavingView),
        Screen(ReplacementAsksView),
        Screen(ReservesView, "Reserves", _("Reserves"), PLANNING, 169),
        Screen(AppointView),
    ],
    badges=[Badge("My appointment", TO_DO, _count_own)],
    tasks={
        "appointment": Task(open_tasks.find_tasks, lambda task: url_for("MyAppointmentsView.list")),
        "replacement": Task(
            open_tasks.find_tasks, lambda task: url_for("MyReplacementView.show", ask_id=task.about.id)
        ),
    },
    totals=[
        HomeTotals(open_tasks.total_answers, _list_of),
        HomeTotals(replacement_tasks.total_open, lambda only: kept_url("VacanciesView.list", **only)),
    ],
    bulk_acts={
        "AppointmentsView.remind": reminders.REMIND,
        "ReservesView.take_off": reserves.TAKE_OFF,
        "ReplacementAsksView.withdraw": ask_ends.WITHDRAW,
    },
    file_rules=[FileRule(find_logo_right, ("can_show", "AppointmentSetupsView"))],
    search=[SearchGroup(_("Appointments"), "AppointmentsView", _find, _write, ONLY_BEGINNINGS)],
    audit=[AUDIT_WORDS, REPLACEMENT_WORDS],
    mails=[
        SubjectMail(Mail(MAIL, "/mijn-benoeming/", needs_names=True), _("appointment")),
        SubjectMail(Mail(REPLACEMENT_MAIL, "/inspringen/", needs_names=True), _("question to help out")),
    ],
)
