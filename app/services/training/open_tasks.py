"""What waits in trainings: a member who has to choose one, and for the team who waits and what was not filled in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, exists, func, select

from app.models import Member, SeatOutcome, SeatState, TrainingSeat, TrainingSession
from app.models.base import UtcDateTime
from app.phrases import counted, phrase
from app.services.training.called_off import count_lost, list_lost
from app.services.training.for_member import count_needed, list_needed
from app.services.waiting import NOW, OpenTask, Total, asked_of

WAITING: Final = counted("member on a waiting list of a training", "members on a waiting list of a training")
UNMARKED: Final = counted("training without results yet", "trainings without results yet")
ASKED_FOR: Final = timedelta(days=60)  # after that nobody fills them in any more


def find_tasks(member: Member, now: datetime) -> list[OpenTask]:
    """A training to choose: for an election, or in place of one that was called off."""
    return _find_needed(member, now) or _find_called_off(member, now)


def count_tasks(member_id: Any, now: Any) -> ColumnElement[int]:
    """How many these are, for the number in the menu."""
    return count_needed(member_id, now) + count_lost(member_id, now)


def _find_called_off(member: Member, now: datetime) -> list[OpenTask]:
    why = phrase("The training for which you signed up does not go on. Choose another day and time.")
    return [
        OpenTask(
            "training", phrase("Choose another training: %(training)s", training=session.title), why, until, session
        )
        for session, until in list_lost(member.id, now)
    ]


def _find_needed(member: Member, now: datetime) -> list[OpenTask]:
    why = phrase("Your function needs a training. Choose a day and time that suit you.")
    return [
        OpenTask("training", phrase("Choose a training: %(election)s", election=election.name), why, until, election)
        for election, until in list_needed(member.id, now)
    ]


_ASKED_SINCE: Final[Any] = bindparam("results_asked_since", type_=UtcDateTime())
_UNKNOWN: Final = exists().where(
    TrainingSeat.session_id == TrainingSession.id,
    TrainingSeat.state == SeatState.SIGNED_UP,
    TrainingSeat.outcome == SeatOutcome.NONE,
)
_WAITING: Final = (
    select(func.coalesce(func.sum(TrainingSession.waiting), 0))
    .where(TrainingSession.is_open, TrainingSession.starts_at > NOW)
    .scalar_subquery()
)
_UNMARKED: Final = (
    select(func.count(TrainingSession.id))
    .where(TrainingSession.is_open, TrainingSession.ends_at < NOW, TrainingSession.ends_at > _ASKED_SINCE, _UNKNOWN)
    .scalar_subquery()
)


def total_open(now: datetime) -> list[Total]:
    """For the team's home: who waits for a place, and sessions that are over and of which nothing is known."""
    given = {**asked_of(None, now), _ASKED_SINCE.key: now - ASKED_FOR}
    return [
        Total(WAITING, _WAITING, {"how": "waiting"}, given),
        Total(UNMARKED, _UNMARKED, {"how": "unmarked"}, given),
    ]
