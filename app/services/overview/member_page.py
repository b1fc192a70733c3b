"""What the team's page of one member tells beside the data: the latest of each subject. One statement each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Answer,
    AuditEvent,
    Availability,
    AvailabilityShift,
    Campaign,
    Election,
    ElectionState,
    Member,
    Notification,
    OutboundMail,
    ProfileChange,
    Thread,
    UserSession,
)
from app.services.elections.candidacy import declared_candidacy

SHOWN: Final = 10  # of each subject; the list behind it shows all


def list_answers(member: Member) -> Sequence[Any]:
    """Rows of (Election, the Availability or None, yes, maybe, no: shifts, is_candidate), the next election first.

    Elections that were never asked for are left out, unless the member answered.
    """
    own = (Availability.election_id == Election.id) & (Availability.member_id == member.id)
    counts = [_count_shifts(answer).label(answer.value) for answer in Answer]
    candidate = declared_candidacy(member.id, Election.id, of=Election).label("is_candidate")
    statement = (
        select(Election, Availability, *counts, candidate)
        .outerjoin(Availability, own)
        .where(or_(Availability.id.is_not(None), Election.state != ElectionState.DRAFT))
        .order_by(Election.voting_on.desc(), Election.id.desc())
    )
    return db.session.execute(statement.limit(SHOWN)).all()


def _count_shifts(answer: Answer) -> ColumnElement[int]:
    given = (AvailabilityShift.availability_id == Availability.id) & (AvailabilityShift.answer == answer)
    return select(func.count(AvailabilityShift.id)).where(given).correlate(Availability).scalar_subquery()


def list_threads(member_id: int) -> Sequence[Thread]:
    """The latest conversations with this member; one that was merged is part of another."""
    latest = select(Thread).where(Thread.member_id == member_id, Thread.merged_into_id.is_(None))
    ordered = latest.order_by(Thread.last_message_at.desc(), Thread.id.desc())
    return db.session.scalars(ordered.options(joinedload(Thread.assignee)).limit(SHOWN)).all()


def list_notifications(member_id: int) -> Sequence[Notification]:
    """What this member was told last, with its texts; what was withdrawn as well."""
    latest = select(Notification).where(Notification.member_id == member_id)
    ordered = latest.order_by(Notification.created_at.desc(), Notification.id.desc())
    campaign = joinedload(Notification.campaign).joinedload(Campaign.election)
    return db.session.scalars(ordered.options(campaign).limit(SHOWN)).all()


def list_mails(user_id: int) -> Sequence[OutboundMail]:
    """The latest mails to this person: what left, waits and failed."""
    latest = select(OutboundMail).where(OutboundMail.user_id == user_id)
    return db.session.scalars(latest.order_by(OutboundMail.id.desc()).limit(SHOWN)).all()


def list_changes(member_id: int) -> Sequence[ProfileChange]:
    """What changed last in this member's data."""
    latest = select(ProfileChange).where(ProfileChange.member_id == member_id)
    ordered = latest.order_by(ProfileChange.changed_at.desc(), ProfileChange.id.desc())
    return db.session.scalars(ordered.options(joinedload(ProfileChange.changed_by)).limit(SHOWN)).all()


def list_events(member: Member, actions: Sequence[str]) -> Sequence[AuditEvent]:
    """The latest of these events by this member; before signing in only the account's number was written down."""
    by_member = or_(AuditEvent.actor_user_id == member.user_id, AuditEvent.actor_name == member.user.username)
    latest = select(AuditEvent).where(by_member, AuditEvent.action.in_(actions))
    return db.session.scalars(latest.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(SHOWN)).all()


def list_sessions(user_id: int) -> Sequence[UserSession]:
    """The browsers in which this person signed in and did not sign out, the last used first."""
    latest = select(UserSession).where(UserSession.user_id == user_id)
    return db.session.scalars(latest.order_by(UserSession.last_seen_at.desc()).limit(SHOWN)).all()
