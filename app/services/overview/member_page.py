"""What the team's page of one member tells beside the data: the latest of each subject. One statement each.

Of each the columns that are shown, not the rows as objects: those cost more than the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, func, or_, select

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
    MergedMember,
    Notification,
    OutboundMail,
    ProfileChange,
    Thread,
    User,
    UserSession,
)
from app.models.shortcuts.kept_statements import run_kept
from app.services.elections.candidacy import declared_candidacy

SHOWN: Final = 10  # of each subject; the list behind it shows all


_MEMBER: Any = bindparam("member_id")
_USER: Any = bindparam("user_id")
_NAME: Final = User.first_name + " " + User.last_name


def _count_shifts(answer: Answer) -> ColumnElement[int]:
    given = (AvailabilityShift.availability_id == Availability.id) & (AvailabilityShift.answer == answer)
    return select(func.count(AvailabilityShift.id)).where(given).correlate(Availability).scalar_subquery()


# Built once: to make them anew at each visit costs more than the database needs to answer.
_ANSWERS: Final = (
    select(
        Election.code,
        Election.name,
        Election.is_answerable.label("is_answerable"),
        Availability.id.label("answer_id"),
        Availability.is_answered.label("is_answered"),
        Availability.changed_at,
        *(_count_shifts(answer).label(answer.value) for answer in Answer),
        declared_candidacy(_MEMBER, Election.id, of=Election).label("is_candidate"),
    )
    .outerjoin(Availability, (Availability.election_id == Election.id) & (Availability.member_id == _MEMBER))
    .where(or_(Availability.id.is_not(None), Election.state != ElectionState.DRAFT))
    .order_by(Election.voting_on.desc(), Election.id.desc())
    .limit(SHOWN)
)
_THREADS: Final = (
    select(
        Thread.id,
        Thread.subject,
        Thread.state,
        Thread.is_unread_by_team,
        Thread.last_message_at,
        _NAME.label("assignee"),
    )
    .outerjoin(User, User.id == Thread.assignee_user_id)
    .where(Thread.member_id == _MEMBER, Thread.merged_into_id.is_(None))
    .order_by(Thread.last_message_at.desc(), Thread.id.desc())
    .limit(SHOWN)
)
_NOTIFICATIONS: Final = (
    select(
        Campaign.title,
        Campaign.kind,
        Notification.created_at,
        Notification.withdrawn_at,
        Notification.read_at,
        Notification.done_at,
    )
    .join(Campaign, Campaign.id == Notification.campaign_id)
    .where(Notification.member_id == _MEMBER)
    .order_by(Notification.created_at.desc(), Notification.id.desc())
    .limit(SHOWN)
)
_MAILS: Final = (
    select(
        OutboundMail.id,
        OutboundMail.template,
        OutboundMail.state,
        OutboundMail.created_at,
        OutboundMail.error,
        OutboundMail.recipient,
    )
    .where(OutboundMail.user_id == _USER)
    .order_by(OutboundMail.id.desc())
    .limit(SHOWN)
)
_CHANGES: Final = (
    select(
        ProfileChange.field,
        ProfileChange.old_value,
        ProfileChange.new_value,
        ProfileChange.changed_at,
        ProfileChange.changed_by_user_id,
        _NAME.label("changed_by"),
    )
    .outerjoin(User, User.id == ProfileChange.changed_by_user_id)
    .where(ProfileChange.member_id == _MEMBER)
    .order_by(ProfileChange.changed_at.desc(), ProfileChange.id.desc())
    .limit(SHOWN)
)
_EVENTS: Final = (
    select(AuditEvent.action, AuditEvent.at, AuditEvent.ip)
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
    select(UserSession.agent, UserSession.created_at, UserSession.last_seen_at, UserSession.ip)
    .where(UserSession.user_id == _USER)
    .order_by(UserSession.last_seen_at.desc())
    .limit(SHOWN)
)


def list_answers(member: Member) -> Sequence[Any]:
    """Elections with the answer, if there is one (yes, maybe, no: numbers of shifts), the next election first.

    Elections that were never asked for are left out, unless the member answered.
    """
    return run_kept(db.session(), _ANSWERS, {"member_id": member.id}).all()


def list_threads(member_id: int) -> Sequence[Any]:
    """The latest conversations with this member, and whose they are; one that was merged is part of another."""
    return run_kept(db.session(), _THREADS, {"member_id": member_id}).all()


def list_notifications(member_id: int) -> Sequence[Any]:
    """What this member was told last, with its texts; what was withdrawn as well."""
    return run_kept(db.session(), _NOTIFICATIONS, {"member_id": member_id}).all()


def list_mails(user_id: int) -> Sequence[Any]:
    """The latest mails to this person: what left, waits and failed."""
    return run_kept(db.session(), _MAILS, {"user_id": user_id}).all()


def list_changes(member_id: int) -> Sequence[Any]:
    """What changed last in this member's data, and who changed it."""
    return run_kept(db.session(), _CHANGES, {"member_id": member_id}).all()


def list_events(member: Member, actions: Sequence[str]) -> Sequence[Any]:
    """The latest of these events by this member; before signing in only the account's number was written down."""
    given = {
        "user_id": member.user_id,
        "user_name": member.user.username,
        "member_id": member.id,
        "actions": actions,
    }
    return run_kept(db.session(), _EVENTS, given).all()


def list_sessions(user_id: int) -> Sequence[Any]:
    """The browsers in which this person signed in and did not sign out, the last used first."""
    return run_kept(db.session(), _SESSIONS, {"user_id": user_id}).all()
