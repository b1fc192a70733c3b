"""Words for appointments: decisions, letters, answers and calendars."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.models import AppointmentState, LegalCapacity, MemberAnswer, NoReason, RunState
from app.views.labels.audit import AuditWords

LETTER_LANGUAGES = {"nl": _("Dutch"), "en": _("English")}
APPOINTMENT_STATES = {
    AppointmentState.ISSUED.value: _("issued"),
    AppointmentState.SUPERSEDED.value: _("superseded by a later decision"),
    AppointmentState.WITHDRAWN.value: _("withdrawn"),
}
MEMBER_ANSWERS = {
    MemberAnswer.NONE.value: _("no answer yet"),
    MemberAnswer.ACCEPTED.value: _("accepted"),
    MemberAnswer.DECLINED.value: _("declined"),
    MemberAnswer.CANCELLED.value: _("cannot come after all"),
}
NO_REASONS = {
    NoReason.BUSY.value: _("Work, study or another appointment"),
    NoReason.AWAY.value: _("Away that day"),
    NoReason.PERSONAL.value: _("Personal circumstances"),
    NoReason.UNSUITED.value: _("The place, the times or the function does not suit"),
    NoReason.OTHER.value: _("Something else"),
}
CAPACITIES = {
    LegalCapacity.CHAIR.value: _("chair of the polling station"),
    LegalCapacity.MEMBER.value: _("ordinary member of the polling station"),
    LegalCapacity.SUBSTITUTE.value: _("substitute member"),
    LegalCapacity.CIVIL_SERVANT.value: _("designated civil servant"),
    LegalCapacity.SUPPORTER.value: _("supporter"),
}
RUN_STATES = {
    RunState.WAITING.value: _("waiting"),
    RunState.RUNNING.value: _("running"),
    RunState.DONE.value: _("done"),
    RunState.STOPPED.value: _("stopped"),
    RunState.FAILED.value: _("failed"),
}


def say_reason(kept: str) -> str:
    """Why somebody does not come: a kind, or the words."""
    return str(NO_REASONS.get(kept, kept))


AUDIT_WORDS = AuditWords(
    "appointment",
    _("Appointments"),
    {
        "appointment_setup.created": _("settings of appointments added"),
        "appointment_setup.changed": _("settings of appointments changed"),
        "appointment_setup.logo": _("logo on letters changed"),
        "letter_text.changed": _("text of the letter of appointment changed"),
        "appointment_run.started": _("appointing started"),
        "appointment_run.stopped": _("appointing stopped"),
        "appointment_run.finished": _("appointing finished"),
        "appointment.issued": _("member appointed"),
        "appointment.withdrawn": _("appointment withdrawn"),
        "appointment.accepted": _("appointment accepted"),
        "appointment.declined": _("appointment declined"),
        "appointment.cancelled": _("member cannot come after all"),
        "appointment.reminded": _("reminder of an appointment sent"),
        "calendar_link.made": _("private address of a calendar made"),
        "calendar_link.ended": _("private address of a calendar ended"),
        "appointment.printed": _("letters of appointment prepared for printing"),
    },
    subjects={
        "Appointment": _("appointment"),
        "AppointmentRun": _("appointing"),
        "AppointmentSetup": _("settings of appointments"),
        "LetterText": _("text of the letter of appointment"),
    },
    details={"language": _("Language"), "is_there": _("There is one")},
    values=LETTER_LANGUAGES,
)
