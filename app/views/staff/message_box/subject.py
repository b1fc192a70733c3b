"""The message box: questions of members and to members, and what helps to answer them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload

from app.models import Thread
from app.phrases import phrase
from app.services.message_box import bulk_acts, open_tasks
from app.services.message_box.attachments import find_message_right
from app.services.message_box.audience_kinds import KINDS
from app.services.message_box.search import ONLY_BEGINNINGS, best_first, found_text
from app.services.search.query import Search
from app.services.search.ranking import Best, find_best
from app.services.waiting import Badge, Total
from app.views.addresses import kept_url
from app.views.labels.messages.message_box import AUDIT_WORDS, THREAD_STATES
from app.views.member.message_box import MessageBoxView
from app.views.parts.search_groups import Hit, SearchGroup
from app.views.staff.message_box.reference_tables import CannedAnswersView, FaqsView, SubjectChoicesView
from app.views.staff.message_box.team_questions import TeamQuestionsView
from app.views.staff.message_box.threads import ThreadsView
from app.views.subject import MESSAGE_BOX, FileRule, HomeTotals, Screen, Subject


def _find(search: Search) -> Best:
    return find_best(
        Thread,
        best_first(search),
        order=(Thread.last_message_at.desc(), Thread.id.desc()),
        further=[found_text(search).label("body")],
        options=[joinedload(Thread.member)],
        is_expensive=True,
    )


def _write(row: Any) -> Hit:
    thread = row.Thread
    details = (thread.member.full_name, THREAD_STATES[thread.state], thread.last_message_at)
    return Hit(thread.id, thread.subject, details, row.body or "")


def _total_late(now: datetime) -> Sequence[Total]:
    return open_tasks.total_late(now, answer_within=timedelta(days=current_app.config["ANSWER_WITHIN_DAYS"]))


SUBJECT = Subject(
    "message_box",
    screens=[
        Screen(MessageBoxView),
        Screen(ThreadsView, "Questions", _("Questions"), MESSAGE_BOX, 140),
        Screen(TeamQuestionsView, "Questions to members", _("Questions to members"), MESSAGE_BOX, 141),
        Screen(FaqsView, "Frequently asked questions", _("Frequently asked questions"), MESSAGE_BOX, 142),
        Screen(CannedAnswersView, "Standard answers", _("Standard answers"), MESSAGE_BOX, 143),
        Screen(SubjectChoicesView, "Subjects", _("Subjects"), MESSAGE_BOX, 144),
    ],
    badges=[
        Badge(
            "Questions",
            phrase("questions that wait for an answer"),
            open_tasks.count_waiting_questions,
            is_of_team=True,
        ),
    ],
    totals=[HomeTotals(_total_late, lambda only: kept_url("ThreadsView.list"))],
    file_rules=[FileRule(find_message_right, ("can_show", "ThreadsView"))],
    search=[SearchGroup(_("Questions"), "ThreadsView", _find, _write, ONLY_BEGINNINGS)],
    audit=[AUDIT_WORDS],
    audience_kinds=KINDS,
    bulk_acts={"ThreadsView.take_chosen": bulk_acts.TAKE, "ThreadsView.close_chosen": bulk_acts.CLOSE},
)
