"""After an election: hours, thanks with questions, notes of chairs."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload

from app.models import ChairNote
from app.services.evaluation.chair_notes import found_by_words
from app.services.evaluation.hours.confirming import CONFIRM, TAKE_BACK
from app.services.evaluation.surveys import replies
from app.services.evaluation.surveys.surveys import KINDS
from app.services.search.query import Search
from app.services.search.ranking import Best, find_best
from app.services.waiting import TO_DO, Badge
from app.views.labels.evaluation import AUDIT_WORDS
from app.views.labels.planning.places import write_station
from app.views.member.work.chair_notes import MyChairNotesView
from app.views.member.work.experience import MyExperienceView
from app.views.member.work.survey import MySurveyView
from app.views.parts.search_groups import Hit, SearchGroup
from app.views.staff.evaluation.added_hours import AddedHoursPage
from app.views.staff.evaluation.certificates import CertificatesView
from app.views.staff.evaluation.chair_notes import ChairNotesView
from app.views.staff.evaluation.hours import HoursView
from app.views.staff.evaluation.hours_page import HoursPage
from app.views.staff.evaluation.surveys import SurveysView
from app.views.subject import ELECTIONS, Screen, Subject, Task


def _find(search: Search) -> Best:
    known = [joinedload(ChairNote.station), joinedload(ChairNote.about), joinedload(ChairNote.election)]
    return find_best(ChairNote, found_by_words(search), order=(ChairNote.id.desc(),), options=known)


def _write(row: Any) -> Hit:
    note = row.ChairNote
    about = note.about.full_name if note.about else ""
    return Hit(note.id, write_station(note.station), (about, note.election.name), note.body)


SUBJECT = Subject(
    "evaluation",
    screens=[
        Screen(HoursView, "Worked hours", _("Worked hours"), ELECTIONS, 127),
        Screen(HoursPage),
        Screen(AddedHoursPage),
        Screen(CertificatesView),
        Screen(SurveysView, "Questions afterwards", _("Questions after an election"), ELECTIONS, 128),
        Screen(MyExperienceView, "My experience", _("My experience"), place=16),
        Screen(MySurveyView),
        Screen(ChairNotesView, "Notes of chairs", _("Notes of chairs"), ELECTIONS, 129),
        Screen(MyChairNotesView),
    ],
    badges=[Badge("My experience", TO_DO, replies.count_waiting)],
    tasks={
        "survey": Task(replies.find_waiting, lambda task: url_for("MySurveyView.show", survey_id=task.about.id)),
    },
    search=[SearchGroup(_("Notes of chairs"), "ChairNotesView", _find, _write)],
    audience_kinds=KINDS,
    audit=[AUDIT_WORDS],
    bulk_acts={"HoursView.confirm": CONFIRM, "HoursView.take_back": TAKE_BACK},
)
