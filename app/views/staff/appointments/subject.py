"""Appointments: the decisions on a published plan, their letters and answers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.mail.mails import Mail
from app.services.appointments.appointing import MAIL
from app.services.appointments.rights import find_logo_right
from app.views.labels.appointments import AUDIT_WORDS
from app.views.staff.appointments.appoint import AppointView
from app.views.staff.appointments.appointments import AppointmentsView
from app.views.staff.appointments.letter_texts import LetterTextsView
from app.views.staff.appointments.setups import AppointmentSetupsView
from app.views.subject import PLANNING, FileRule, Screen, Subject, SubjectMail

SUBJECT = Subject(
    "appointments",
    screens=[
        Screen(AppointmentSetupsView, "Appointing", _("Appointing"), PLANNING, 168),
        Screen(AppointmentsView, "Appointments", _("Appointments"), PLANNING, 169),
        Screen(LetterTextsView),
        Screen(AppointView),
    ],
    file_rules=[FileRule(find_logo_right, ("can_show", "AppointmentSetupsView"))],
    audit=[AUDIT_WORDS],
    mails=[SubjectMail(Mail(MAIL, "/mijn-benoeming/", needs_names=True), _("appointment"))],
)
