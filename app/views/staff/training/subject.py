"""Trainings: sessions, who takes part, and what they passed."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import and_, or_

from app.mail.mails import Mail
from app.models import TrainingSession
from app.services.search.query import Search
from app.services.search.ranking import Best, find_best
from app.services.training import bulk_acts, open_tasks
from app.services.training.audience_kinds import KINDS
from app.services.training.telling import MAIL
from app.services.waiting import TO_DO, Badge
from app.views.addresses import kept_url
from app.views.labels.training import AUDIT_WORDS, SESSION_STATES
from app.views.member.work.training import MyTrainingView
from app.views.parts.search_groups import Hit, SearchGroup
from app.views.staff.training.imports import TrainingImportView
from app.views.staff.training.participants import TrainingParticipantsView
from app.views.staff.training.results import TrainingResultsView
from app.views.staff.training.seats import TrainingSeatsView
from app.views.staff.training.sessions import TrainingSessionsView
from app.views.subject import Category, HomeTotals, Screen, Subject, SubjectMail, Task

TRAINING = Category("Training", _("Training"))


def _list_of(only: dict[str, Any]) -> str:
    """The list behind a number of the team's home."""
    return kept_url("TrainingSessionsView.list", **only)


def _find(search: Search) -> Best:
    texts = (TrainingSession.title, TrainingSession.title_en, TrainingSession.place)
    found = or_(
        *(
            and_(*(or_(*(text.icontains(word, autoescape=True) for text in texts)) for word in words))
            for words in search.alternatives
        )
    )
    order = (TrainingSession.starts_at.desc(), TrainingSession.id)
    return find_best(TrainingSession, [found], order=order)


def _write(row: Any) -> Hit:
    session = row.TrainingSession
    return Hit(session.id, session.title, (session.starts_at, session.place, SESSION_STATES[session.state]))


SUBJECT = Subject(
    "training",
    screens=[
        Screen(MyTrainingView, "My training", _("My training"), place=18),
        Screen(TrainingSessionsView, "Trainings", _("Trainings"), TRAINING, 170),
        Screen(TrainingSeatsView, "Participants", _("Participants"), TRAINING, 171),
        Screen(TrainingResultsView, "Training results", _("Results"), TRAINING, 172),
        Screen(TrainingParticipantsView),
        Screen(TrainingImportView),
    ],
    badges=[Badge("My training", TO_DO, open_tasks.count_tasks)],
    tasks={"training": Task(open_tasks.find_tasks, lambda task: url_for("MyTrainingView.list"))},
    totals=[HomeTotals(open_tasks.total_open, _list_of)],
    bulk_acts=bulk_acts.ACTS,
    search=[SearchGroup(_("Trainings"), "TrainingSessionsView", _find, _write)],
    audit=[AUDIT_WORDS],
    audience_kinds=KINDS,
    mails=[SubjectMail(Mail(MAIL, "/mijn-training/", needs_names=True), _("training"))],
)
