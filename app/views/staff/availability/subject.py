"""Availability: what members answer, and how the team reads it."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _

from app.services.availability import bulk_acts, open_tasks
from app.services.availability.audience_kinds import KINDS
from app.services.waiting import TO_DO, Badge
from app.views.labels.availability import AUDIT_WORDS
from app.views.member.availability import AvailabilityView
from app.views.staff.availability.answers import AnswersView
from app.views.subject import Screen, Subject, Task

SUBJECT = Subject(
    "availability",
    screens=[Screen(AvailabilityView, "My availability", _("My availability"), place=10), Screen(AnswersView)],
    badges=[Badge("My availability", TO_DO, open_tasks.count_asked_elections)],
    tasks={
        "availability": Task(
            open_tasks.find_availability, lambda task: url_for("AvailabilityView.edit", code=task.about.code)
        )
    },
    audit=[AUDIT_WORDS],
    audience_kinds=KINDS,
    bulk_acts={"AnswersView.reopen": bulk_acts.REOPEN},
)
