"""Words for the states of questions, as the team reads them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.models import ThreadState
from app.views.labels.audit import AuditWords

THREAD_STATES = {
    ThreadState.NEW.value: _("new"),
    ThreadState.IN_PROGRESS.value: _("in progress"),
    ThreadState.ANSWERED.value: _("answered"),
    ThreadState.CLOSED.value: _("closed"),
}
AUDIT_WORDS = AuditWords(
    "question",
    _("Message box"),
    {
        "thread.asked": _("question asked"),
        "thread.replied": _("question gone on with"),
        "thread.refused": _("question of somebody else refused"),
        "thread.read": _("question read by the team"),
        "thread.started": _("message to a member sent"),
        "thread.answered": _("question answered"),
        "thread.taken": _("question taken"),
        "thread.released": _("question given back to the team"),
        "thread.assigned": _("question given to a colleague"),
        "thread.closed": _("question closed without answer"),
        "thread.noted": _("note for colleagues written"),
        "thread.merged": _("questions merged"),
        "thread.changed": _("subject or election of a question changed"),
        "team_question.created": _("question to members made"),
        "team_question.changed": _("question to members changed"),
        "team_question.deleted": _("question to members deleted"),
        "team_question.asked": _("question asked to members"),
        "team_question.withdrawn": _("question to members taken back"),
        "faq.created": _("frequently asked question added"),
        "faq.changed": _("frequently asked question changed"),
        "faq.deleted": _("frequently asked question deleted"),
        "canned_answer.created": _("standard answer added"),
        "canned_answer.changed": _("standard answer changed"),
        "canned_answer.deleted": _("standard answer deleted"),
        "subject_choice.created": _("subject added"),
        "subject_choice.changed": _("subject changed"),
        "subject_choice.deleted": _("subject deleted"),
    },
    subjects={
        "Thread": _("question"),
        "TeamQuestion": _("question to members"),
        "Faq": _("frequently asked question"),
        "CannedAnswer": _("standard answer"),
        "SubjectChoice": _("subject"),
    },
    details={"duplicate": _("Number of the question that went into it"), "thread": _("Number of the question")},
)
