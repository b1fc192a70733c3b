"""What the team's page of one member tells beside the data: the latest of each subject. One statement each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Answer,
    AuditEvent,
    Availability,
    AvailabilityShift,
    Election,
    ElectionState,
    Member,
    MergedMember,
    Notification,
    OutboundMail,
    ProfileChange,
    Thread,
    UserSession,
)
from app.services.elections.candidacy import declared_candidacy

SHOWN: Final = 10  # of each subject; the list behind it shows all


_MEMBER: Any = bindparam("member_id")
_USER: Any = bindparam("user_id")


def _count_shifts(answer: Answer) -> ColumnElement[int]:
    given = (AvailabilityShift.availability_id == Availability.id) & (AvailabilityShift.answer == answer)
    return select(func.count(AvailabilityShift.id)).where(given).correlate(Availability).scalar_subquery()


# Built once: to make them anew at each visit costs more than the database needs to answer.
_ANSWERS: Final = (
    select(
        Election,
        Availability,
        *(_count_shifts(answer).label(answer.value) for answer in Answer),
        declared_candidacy(_MEMBER, Election.id, of=Election).label("is_candidate"),
    )
    .outerjoin(Availability, (Availability.election_id == Election.id) & (Availability.member_id == _MEMBER))
    .where(or_(Availability.id.is_not(None), Election.state != ElectionState.DRAFT))
    .order_by(Election.voting_on.desc(), Election.id.desc())
    .limit(SHOWN)
)
_THREADS: Final = (
    select(Thread)
    .where(Thread.member_id == _MEMBER, Thread.merged_into_id.is_(None))
    .order_by(Thread.last_message_at.desc(), Thread.id.desc())
    .options(joinedload(Thread.assignee))
    .limit(SHOWN)
)
_NOTIFICATIONS: Final = (
    select(Notification)
    .where(Notification.member_id == _MEMBER)
    .order_by(Notification.created_at.desc(), Notification.id.desc())
    .options(joinedload(Notification.campaign))
    .limit(SHOWN)
)
_MAILS: Final = select(OutboundMail).where(OutboundMail.user_id == _USER).order_by(OutboundMail.id.desc()).limit(SHOWN)
_CHANGES: Final = (
    select(ProfileChange)
    .where(ProfileChange.member_id == _MEMBER)
    .order_by(ProfileChange.changed_at.desc(), ProfileChange.id.desc())
    .options(joinedload(ProfileChange.changed_by))
    .limit(SHOWN)
)
_EVENTS: Final = (
    select(AuditEvent)
    .where(
        or_(
            AuditEvent.actor_user_id == _USER,
            AuditEvent.actor_name == bindparam("user_name"),
            AuditEvent.actor_user_id.in_(select(MergedMember.old_user_id).where(MergedMember.member_id == _MEMBER)),
        ),
        AuditEvent.action.in_(bindparam("actions", expanding=True)),
    )
    .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
    .limit(SHOWN)
)
_SESSIONS: Final = (
    select(UserSession).where(UserSession.user_id == _USER).order_by(UserSession.last_seen_at.desc()).limit(SHOWN)
)


def list_answers(member: Member) -> Sequence[Any]:
    """Rows of (Election, the Availability or None, yes, maybe, no: shifts, is_candidate), the next election first.

    Elections that were never asked for are left out, unless the member answered.
    """
    return db.session.execute(_ANSWERS, {"member_id": member.id}).all()


def list_threads(member_id: int) -> Sequence[Thread]:
    """The latest conversations with this member; one that was merged is part of another."""
    return db.session.scalars(_THREADS, {"member_id": member_id}).all()


def list_notifications(member_id: int) -> Sequence[Notification]:
    """What this member was told last, with its texts; what was withdrawn as well."""
    return db.session.scalars(_NOTIFICATIONS, {"member_id": member_id}).all()


def list_mails(user_id: int) -> Sequence[OutboundMail]:
    """The latest mails to this person: what left, waits and failed."""
    return db.session.scalars(_MAILS, {"user_id": user_id}).all()


def list_changes(member_id: int) -> Sequence[ProfileChange]:
    """What changed last in this member's data."""
    return db.session.scalars(_CHANGES, {"member_id": member_id}).all()


def list_events(member: Member, actions: Sequence[str]) -> Sequence[AuditEvent]:
    """The latest of these events by this member; before signing in only the account's number was written down."""
    given = {
        "user_id": member.user_id,
        "user_name": member.user.username,
        "member_id": member.id,
        "actions": actions,
    }
    return db.session.scalars(_EVENTS, given).all()


def list_sessions(user_id: int) -> Sequence[UserSession]:
    """The browsers in which this person signed in and did not sign out, the last used first."""
    return db.session.scalars(_SESSIONS, {"user_id": user_id}).all()
