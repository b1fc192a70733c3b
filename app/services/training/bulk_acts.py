"""What the team does to many places at once: fill in what became of them, or give them up."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import exists

from app.clock import utc_now
from app.models import SeatOutcome, SeatState, TrainingSeat, TrainingSession
from app.phrases import phrase
from app.services.bulk_acts import BulkAct, Reason, Work
from app.services.training import attendance, seats

GONE: Final = phrase("These places were given up already.")
BEGUN: Final = phrase("The session has begun already.")
NOT_BEGUN: Final = phrase("The session has not begun yet.")


def _marking(outcome: SeatOutcome) -> Work:
    def mark(seat: TrainingSeat, *, actor: Any, now: datetime) -> None:
        attendance.mark(seat, outcome, actor=actor, now=now)

    return mark


def _give_up(seat: TrainingSeat, *, actor: Any, now: datetime) -> None:
    seats.give_up(seat.id, actor=actor, now=now)


def _of_session(*asked: Any) -> Any:
    return exists().where(TrainingSession.id == TrainingSeat.session_id, *asked).correlate(TrainingSeat)


def _not_marked() -> list[Reason]:
    return [
        Reason(TrainingSeat.state != SeatState.SIGNED_UP, attendance.NO_PLACE),
        Reason(_of_session(TrainingSession.starts_at > utc_now()), NOT_BEGUN),
    ]


def _not_given_up() -> list[Reason]:
    return [
        Reason(TrainingSeat.state.not_in(seats.OPEN), GONE),
        Reason(_of_session(TrainingSession.starts_at <= utc_now()), BEGUN),
    ]


MARKS: Final = (SeatOutcome.PRESENT, SeatOutcome.ABSENT, SeatOutcome.PASSED, SeatOutcome.FAILED)
ACTS: Final[dict[str, BulkAct]] = {
    **{
        f"TrainingSeatsView.{outcome.value}": BulkAct(TrainingSeat, each=_marking(outcome), reasons=_not_marked)
        for outcome in MARKS
    },
    "TrainingSeatsView.give_up": BulkAct(TrainingSeat, each=_give_up, reasons=_not_given_up),
}
