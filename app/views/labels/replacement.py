"""Words for replacement: vacancies, questions to members, and reserves."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.i18n import write_moment
from app.models import AskChannel, AskState, ReplacementAsk, ReserveState, VacancyCause, VacancyState
from app.views.labels.audit import AuditWords

VACANCY_STATES: Final[dict[str, Any]] = {
    VacancyState.OPEN.value: _("somebody is looked for"),
    VacancyState.FILLED.value: _("filled again"),
    VacancyState.CLOSED.value: _("nobody is looked for any more"),
}
VACANCY_CAUSES: Final[dict[str, Any]] = {
    VacancyCause.DECLINED.value: _("declined the appointment"),
    VacancyCause.CANCELLED.value: _("cannot come after all"),
    VacancyCause.ABSENT.value: _("cannot come"),
}
ASK_STATES: Final[dict[str, Any]] = {
    AskState.ASKED.value: _("no answer yet"),
    AskState.YES.value: _("comes"),
    AskState.NO.value: _("cannot come"),
    AskState.TOO_LATE.value: _("somebody else was first"),
    AskState.WITHDRAWN.value: _("taken back"),
    AskState.EXPIRED.value: _("did not answer in time"),
    AskState.MISSED.value: _("not reached"),
}
ASK_CHANNELS: Final[dict[str, Any]] = {
    AskChannel.MAIL.value: _("by e-mail"),
    AskChannel.PHONE.value: _("by telephone"),
}
RESERVE_STATES: Final[dict[str, Any]] = {
    ReserveState.ON.value: _("in reserve"),
    ReserveState.OFF.value: _("no longer in reserve"),
}


def say_ask(ask: ReplacementAsk | None) -> str:
    """How it stands with a question, in a line; empty where nothing was asked."""
    if ask is None:
        return ""
    if ask.state == AskState.ASKED:
        return str(gettext("asked, answer before %(until)s", until=write_moment(ask.until)))
    words = str(ASK_STATES[ask.state])
    return f"{words} ({write_moment(ask.answered_at)})" if ask.answered_at else words


AUDIT_WORDS = AuditWords(
    "replacement",
    _("Replacement"),
    {
        "vacancy.opened": _("place came free"),
        "vacancy.filled": _("place that came free was filled"),
        "vacancy.closed": _("nobody is looked for any more"),
        "vacancy.reopened": _("somebody is looked for again"),
        "replacement_ask.asked": _("member asked for a place that came free"),
        "replacement_ask.yes": _("member who was asked comes"),
        "replacement_ask.no": _("member who was asked cannot come"),
        "replacement_ask.too_late": _("member who was asked heard that somebody else was first"),
        "replacement_ask.withdrawn": _("question to a member taken back"),
        "replacement_ask.expired": _("member who was asked did not answer in time"),
        "replacement_ask.missed": _("member was called and not reached"),
        "reserve.on": _("member put in reserve"),
        "reserve.off": _("member no longer in reserve"),
    },
    subjects={
        "Vacancy": _("place that came free"),
        "ReplacementAsk": _("question to take a place"),
        "Reserve": _("reserve"),
    },
)
