"""Words for what comes after an election: hours, questions afterwards, and notes of chairs."""

from __future__ import annotations

from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _

from app.models import HoursSource, HoursState, QuestionKind, SurveyState
from app.views.labels.audit import AuditWords

HOURS_STATES = {HoursState.OPEN.value: _("to be confirmed"), HoursState.CONFIRMED.value: _("confirmed")}
HOURS_SOURCES = {
    HoursSource.PLAN.value: _("the published plan"),
    HoursSource.ATTENDANCE.value: _("the attendance of the day"),
    HoursSource.TEAM.value: _("a correction of the team"),
}


SURVEY_STATES = {
    SurveyState.DRAFT.value: _("not asked yet"),
    SurveyState.OPEN.value: _("asked"),
    SurveyState.CLOSED.value: _("closed"),
}
QUESTION_KINDS = {
    QuestionKind.SCALE.value: _("scale of 1 to 5"),
    QuestionKind.YES_NO.value: _("yes or no"),
    QuestionKind.REMARK.value: _("remark"),
}
SCALE = {"1": _("1: bad"), "2": "2", "3": _("3: fair"), "4": "4", "5": _("5: very good")}


def write_mean(mean: float | None) -> str:
    """`4,2 of 5`; a dash where too few answered."""
    if mean is None:
        return "–"
    return gettext("%(mean)s of 5", mean=format_decimal(mean, format="0.0", locale=get_locale()))


def write_share(share: float | None) -> str:
    """`85 % yes`; a dash where too few answered."""
    return "–" if share is None else gettext("%(share)s%% yes", share=round(100 * share))


def write_minutes(minutes: Any) -> str:
    """`7 h 30 min`, `7 h`, `45 min`; a word for none."""
    hours, rest = divmod(int(minutes or 0), 60)
    if not hours:
        return gettext("%(minutes)s min", minutes=rest) if rest else gettext("none")
    if not rest:
        return gettext("%(hours)s h", hours=hours)
    return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)


AUDIT_WORDS = AuditWords(
    "evaluation",
    _("After an election"),
    {
        "hours.collected": _("hours taken over"),
        "hours.confirmed": _("hours confirmed"),
        "hours.taken_back": _("confirmation of hours taken back"),
        "hours.added": _("hours added of somebody who was not planned"),
        "hours.corrected": _("hours corrected"),
        "hours.exported": _("hours exported for the payroll"),
        "survey.created": _("questions after an election made"),
        "survey.changed": _("thanks after an election changed"),
        "survey.questions_written": _("questions after an election changed"),
        "survey.opened": _("members thanked and asked"),
        "survey.closed": _("questions after an election closed"),
        "survey.answered": _("questions after an election answered"),
        "chair_note.written": _("note of a chair written"),
        "chair_note.changed": _("note of a chair changed"),
        "survey.exported": _("answers after an election exported"),
    },
    subjects={"WorkedHours": _("hours"), "Survey": _("questions after an election"), "ChairNote": _("note of a chair")},
    details={"minutes": _("Minutes"), "was": _("Minutes before"), "was_absent": _("Was not there, before")},
)
