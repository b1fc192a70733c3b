"""Groups of members by their training: whether one counts on voting day, and whether they chose a session."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, exists, or_, select

from app.clock import utc_now
from app.models import Condition, Election, Member, TrainingSeat, TrainingSession
from app.models.base import is_any_of
from app.phrases import phrase
from app.services.audience_kinds import Kind
from app.services.certificates.results import is_trained_on
from app.services.training.seats import OPEN


def _is_trained(asked: Condition) -> ColumnElement[bool]:
    voting_on = select(Election.voting_on).where(Election.id == asked.election_id).scalar_subquery()
    return is_trained_on(voting_on)


def has_chosen(election_id: Any) -> ColumnElement[bool]:
    """Of a row of `Member`: has a place in a coming session for this election or any, or waits for one."""
    return (
        exists()
        .where(
            TrainingSeat.member_id == Member.id,
            is_any_of(TrainingSeat.state, OPEN),
            TrainingSession.id == TrainingSeat.session_id,
            TrainingSession.ends_at > utc_now(),
            or_(TrainingSession.election_id.is_(None), TrainingSession.election_id == election_id),
        )
        .correlate(Member)
    )


KINDS: Final[dict[str, Kind]] = {
    "trained": Kind(phrase("Is trained on voting day"), _is_trained, needs_election=True),
    "not_trained": Kind(phrase("Is not trained on voting day"), lambda asked: ~_is_trained(asked), needs_election=True),
    "training_chosen": Kind(
        phrase("Chose a training that is to come"),
        lambda asked: has_chosen(asked.election_id),
        needs_election=True,
        is_lasting=False,
    ),
    "training_not_chosen": Kind(
        phrase("Chose no training that is to come"),
        lambda asked: ~has_chosen(asked.election_id),
        needs_election=True,
        is_lasting=False,
    ),
}
