"""What a group asks of a member, as SQL: the kinds of condition, each with its words and its criterion."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from app.clock import utc_now
from app.extensions import db
from app.models import (
    ANSWERED,
    Answer,
    Availability,
    AvailabilityShift,
    Campaign,
    Condition,
    Document,
    Function,
    Group,
    Member,
    MemberState,
    Notification,
    NotificationKind,
    PreferredFunction,
    Shift,
    Thread,
)
from app.phrases import Phrase, phrase
from app.services.audiences.document_criteria import has_file_of, has_read
from app.services.elections.candidacy import declared_candidacy
from app.services.members.data_review import is_unchecked


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of condition is called, what it asks for, and what it asks of a member."""

    label: Phrase
    criterion: Callable[[Condition], ColumnElement[bool]]
    needs_election: bool = False
    picks: type[Any] | None = None  # the table whose rows `ids` name


def _answered(election_id: int | None) -> ColumnElement[bool]:
    return exists().where(
        Availability.member_id == Member.id,
        Availability.election_id == election_id,
        Availability.state.in_(ANSWERED),
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
        Availability.state.in_(ANSWERED),
    )


def _prefers(asked: Condition) -> ColumnElement[bool]:
    return exists().where(
        PreferredFunction.member_id == Member.id,
        PreferredFunction.function_id.in_(asked.ids),
        PreferredFunction.availability_id == Availability.id,
        Availability.election_id == asked.election_id,
        Availability.state.in_(ANSWERED),
    )


def _was_asked(asked: Condition) -> ColumnElement[bool]:
    return exists().where(Thread.member_id == Member.id, Thread.team_question_id.in_(asked.ids))


def _granted(asked: Condition) -> ColumnElement[bool]:
    return has_file_of(asked.ids)


def _not_read(asked: Condition) -> ColumnElement[bool]:
    """Whom the documents are for, who did not open the version of now."""
    documents = db.session.scalars(select(Document).where(Document.id.in_(asked.ids)))
    return or_(false(), *(and_(criterion_of(document.group), ~has_read(document)) for document in documents))


# Planning and training add their own kinds here.
KINDS: Final[dict[str, Kind]] = {
    "everybody": Kind(phrase("All active members"), lambda asked: Member.id.is_not(None)),
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
    "unchecked": Kind(phrase("Has to check the personal data"), lambda asked: is_unchecked(utc_now())),
    "bsn_needed": Kind(phrase("BSN still needed"), lambda asked: Member.bsn_known_at.is_(None)),
    "civil_servant": Kind(phrase("Civil servants"), lambda asked: Member.is_civil_servant.is_(True)),
    "not_civil_servant": Kind(phrase("No civil servants"), lambda asked: Member.is_civil_servant.is_(False)),
    "team_question": Kind(phrase("Was asked a question in the message box"), _was_asked),
    # The portal makes these two itself; no form offers them, so that no document can be for who did not read itself.
    "granted": Kind(phrase("Has a personal file of this document"), _granted),
    "not_read": Kind(phrase("Did not read the document yet"), _not_read),
    "picked": Kind(phrase("Picked by hand"), lambda asked: Member.id.in_(asked.ids), picks=Member),
}


def criterion_of(group: Group, *, states: Collection[MemberState] = (MemberState.ACTIVE,)) -> ColumnElement[bool]:
    """What the group asks of a row of `Member`. A group without conditions has nobody in it."""
    parts = [criterion_of_condition(condition) for condition in group.conditions]
    if not parts:
        return false()
    return and_(Member.state.in_(states), and_(*parts) if group.is_all else or_(*parts))


def criterion_of_condition(condition: Condition) -> ColumnElement[bool]:
    """What one condition asks of a row of `Member`."""
    kind = KINDS.get(condition.kind)
    return kind.criterion(condition) if kind else false()
