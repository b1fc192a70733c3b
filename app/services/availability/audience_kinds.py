"""Groups by what a member answered for an election, or did not."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, exists

from app.models import (
    Answer,
    Availability,
    AvailabilityShift,
    Campaign,
    Condition,
    Function,
    Member,
    Notification,
    NotificationKind,
    PreferredFunction,
    Shift,
)
from app.phrases import phrase
from app.services.audience_kinds import Kind
from app.services.elections.candidacy import declared_candidacy


def _answered(election_id: int | None) -> ColumnElement[bool]:
    return exists().where(
        Availability.member_id == Member.id,
        Availability.election_id == election_id,
        Availability.is_answered,
    )


def _invited(election_id: int | None) -> ColumnElement[bool]:
    return exists().where(
        Notification.member_id == Member.id,
        Notification.withdrawn_at.is_(None),
        Notification.campaign_id == Campaign.id,
        Campaign.election_id == election_id,
        Campaign.kind.in_((NotificationKind.GIVE_AVAILABILITY, NotificationKind.PREFER_FUNCTION)),
    )


def _declared_candidate(election_id: int | None) -> ColumnElement[bool]:
    return declared_candidacy(Member.id, election_id, of=Member)


def _available(asked: Condition) -> ColumnElement[bool]:
    return exists().where(
        AvailabilityShift.member_id == Member.id,
        AvailabilityShift.shift_id.in_(asked.ids),
        AvailabilityShift.answer.in_((Answer.YES, Answer.MAYBE)),
        AvailabilityShift.availability_id == Availability.id,
        Availability.is_answered,
    )


def _prefers(asked: Condition) -> ColumnElement[bool]:
    return exists().where(
        PreferredFunction.member_id == Member.id,
        PreferredFunction.function_id.in_(asked.ids),
        PreferredFunction.availability_id == Availability.id,
        Availability.election_id == asked.election_id,
        Availability.is_answered,
    )


KINDS: Final[dict[str, Kind]] = {
    "invited": Kind(
        phrase("Was asked for availability by a notification"),
        lambda asked: _invited(asked.election_id),
        needs_election=True,
    ),
    "answered": Kind(phrase("Gave availability"), lambda asked: _answered(asked.election_id), needs_election=True),
    "not_answered": Kind(
        phrase("Did not give availability yet"),
        lambda asked: ~_answered(asked.election_id) & ~_declared_candidate(asked.election_id),
        needs_election=True,
    ),
    "candidate": Kind(
        phrase("Is a candidate or sitting member"),
        lambda asked: _declared_candidate(asked.election_id),
        needs_election=True,
    ),
    "available": Kind(phrase("Can help in a shift (yes or maybe)"), _available, needs_election=True, picks=Shift),
    "prefers": Kind(phrase("Prefers a function"), _prefers, needs_election=True, picks=Function),
}
