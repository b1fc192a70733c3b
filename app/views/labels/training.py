"""Words for trainings: sessions, places in them, and results."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _

from app.models import ResultSource, SeatOutcome, SeatState, SessionKind, SessionState
from app.views.labels.audit import AuditWords

SESSION_KINDS: Final[dict[str, Any]] = {
    SessionKind.PLACE.value: _("at a place"),
    SessionKind.LINK.value: _("online"),
}
SESSION_STATES: Final[dict[str, Any]] = {
    SessionState.OPEN.value: _("goes on"),
    SessionState.CANCELLED.value: _("called off"),
}
SEAT_STATES: Final[dict[str, Any]] = {
    SeatState.SIGNED_UP.value: _("signed up"),
    SeatState.WAITING.value: _("on the waiting list"),
    SeatState.CANCELLED.value: _("does not come"),
}
SEAT_OUTCOMES: Final[dict[str, Any]] = {
    SeatOutcome.NONE.value: _("not filled in"),
    SeatOutcome.PRESENT.value: _("was there"),
    SeatOutcome.ABSENT.value: _("was not there"),
    SeatOutcome.PASSED.value: _("passed"),
    SeatOutcome.FAILED.value: _("did not pass"),
}
RESULT_SOURCES: Final[dict[str, Any]] = {
    ResultSource.SESSION.value: _("session"),
    ResultSource.E_LEARNING.value: _("e-learning"),
    ResultSource.NOTED.value: _("noted by the team"),
}
AUDIT_WORDS = AuditWords(
    "training",
    _("Trainings"),
    {
        "training_session.created": _("session of a training added"),
        "training_session.changed": _("session of a training changed"),
        "training_session.cancelled": _("session of a training cancelled"),
        "training_session.deleted": _("session of a training deleted"),
        "training_session.reminded": _("reminders of a training sent"),
        "training_seat.signed_up": _("signed up for a training"),
        "training_seat.queued": _("put on the waiting list of a training"),
        "training_seat.moved": _("moved to another session of a training"),
        "training_seat.promoted": _("got a place from the waiting list of a training"),
        "training_seat.cancelled": _("gave up a place in a training"),
        "training_seat.marked": _("attendance or result of a training filled in"),
        "training_result.added": _("result of a training added"),
        "training_result.changed": _("result of a training changed"),
        "training_result.removed": _("result of a training taken away"),
        "training_results.imported": _("results of trainings imported"),
    },
    subjects={
        "TrainingSession": _("session of a training"),
        "TrainingSeat": _("place in a training"),
        "TrainingResult": _("result of a training"),
    },
    details={
        "session_id": _("Session"),
        "outcome": _("What became of it"),
        "source": _("By which way"),
        "members": _("Members"),
        "refused": _("Rows not taken"),
    },
    values={**SEAT_OUTCOMES, **RESULT_SOURCES},
    fields={"functions": _("For which functions"), "passed_on": _("Passed on"), "valid_until": _("Last valid day")},
)
