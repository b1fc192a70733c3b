"""Notifications (notificaties): what a member is told, read and done. An action is done by doing it, not by a click."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    ACTION_KINDS,
    Availability,
    Campaign,
    Member,
    Notification,
    NotificationKind,
    PreferredFunction,
)
from app.services.elections.candidacy import declared_candidacy
from app.services.waiting import how_many


def is_action(kind: str) -> bool:
    """Whether a notification of this kind asks to do something."""
    return kind in ACTION_KINDS


def list_notifications(member_id: int, *, only_open: bool, limit: int, offset: int = 0) -> Sequence[Notification]:
    """What this member was told, the latest first, with its texts; `only_open`: not read, or still to be done."""
    statement = (
        select(Notification)
        .where(Notification.member_id == member_id, Notification.withdrawn_at.is_(None))
        .options(joinedload(Notification.campaign).joinedload(Campaign.election))
        .order_by(Notification.created_at.desc(), Notification.id.desc())
    )
    if only_open:
        statement = statement.where(is_open())
    return db.session.scalars(statement.limit(limit).offset(offset)).all()


def count_notifications(member_id: int, *, only_open: bool) -> int:
    """How many `list_notifications` would give without limit."""
    mine = and_(Notification.member_id == member_id, Notification.withdrawn_at.is_(None))
    wanted = and_(mine, is_open()) if only_open else mine
    return db.session.scalar(select(func.count(Notification.id)).where(wanted)) or 0


def is_open() -> ColumnElement[bool]:
    """Not read yet, or an action that is still to be done."""
    asked = exists().where(Campaign.id == Notification.campaign_id, Campaign.kind.in_(ACTION_KINDS))
    return and_(
        Notification.withdrawn_at.is_(None),
        or_(Notification.read_at.is_(None), and_(Notification.done_at.is_(None), asked)),
    )


def count_open(member_id: Any, _now: Any) -> ColumnElement[int]:
    """For a badge: how many of these the member has."""
    return how_many(select(Notification.id).where(Notification.member_id == member_id, is_open()))


def find_notification(member_id: int, notification_id: int) -> Notification | None:
    """One notification of this member, or None: another's, or withdrawn."""
    found: Notification | None = db.session.scalar(
        select(Notification)
        .where(
            Notification.id == notification_id,
            Notification.member_id == member_id,
            Notification.withdrawn_at.is_(None),
        )
        .options(joinedload(Notification.campaign).joinedload(Campaign.election))
    )
    return found


def mark_read(notification: Notification, now: datetime) -> None:
    """The member opened it. One that asks nothing is done with that."""
    notification.read_at = notification.read_at or now
    if not is_action(notification.campaign.kind):
        notification.done_at = notification.done_at or now
    db.session.flush()


def mark_subject_read(member_id: int, kind: NotificationKind, subject_id: int, now: datetime) -> None:
    """The member opened the message, document or thread itself: what told of it is read and done."""
    about = select(Campaign.id).where(Campaign.kind == kind, Campaign.subject_id == subject_id)
    db.session.execute(
        update(Notification)
        .where(Notification.member_id == member_id, Notification.read_at.is_(None))
        .where(Notification.campaign_id.in_(about))
        .values(read_at=now, done_at=now)
        .execution_options(synchronize_session=False)
    )


def settle_actions(now: datetime, *, member_id: int | None = None, campaign_id: int | None = None) -> None:
    """Mark as done what has been done: by one member (call it after each act), or for all of a campaign."""
    for kind, fact in _FACTS.items():
        statement = update(Notification).where(
            Notification.done_at.is_(None),
            exists().where(Campaign.id == Notification.campaign_id, Campaign.kind == kind),
            fact,
        )
        if member_id is not None:
            statement = statement.where(Notification.member_id == member_id)
        if campaign_id is not None:
            statement = statement.where(Notification.campaign_id == campaign_id)
        db.session.execute(
            statement.values(done_at=now, read_at=func.coalesce(Notification.read_at, now)),
            execution_options={"synchronize_session": False},
        )


def _checked() -> ColumnElement[bool]:
    return exists().where(Member.id == Notification.member_id, Member.data_checked_at >= Notification.created_at)


def _bsn_known() -> ColumnElement[bool]:
    return exists().where(Member.id == Notification.member_id, Member.bsn_known_at.is_not(None))


def _asked_election() -> ColumnElement[int]:
    statement = select(Campaign.election_id).where(Campaign.id == Notification.campaign_id)
    return statement.correlate(Notification).scalar_subquery()


def _answered() -> ColumnElement[bool]:
    return exists().where(
        Availability.member_id == Notification.member_id,
        Availability.election_id == _asked_election(),
        Availability.is_answered,
    )


def _declared_candidate() -> ColumnElement[bool]:
    return declared_candidacy(Notification.member_id, _asked_election(), of=Notification)


def _preferred() -> ColumnElement[bool]:
    return exists().where(
        PreferredFunction.member_id == Notification.member_id,
        PreferredFunction.availability_id == Availability.id,
        Availability.election_id == _asked_election(),
        Availability.is_answered,
    )


# What must be true of the member for each kind of action to be done.
_FACTS: dict[NotificationKind, ColumnElement[bool]] = {
    NotificationKind.CHECK_DATA: _checked(),
    NotificationKind.GIVE_BSN: _bsn_known(),
    NotificationKind.GIVE_AVAILABILITY: or_(_answered(), _declared_candidate()),
    NotificationKind.PREFER_FUNCTION: or_(_preferred(), _declared_candidate()),
}


def title_in(campaign: Campaign, locale: str) -> str:
    """The title in the reader's language; Dutch where there is no English one."""
    return (campaign.title_en if locale.startswith("en") else "") or campaign.title


def body_in(campaign: Campaign, locale: str) -> str:
    """The text in the reader's language; Dutch where there is no English one."""
    return (campaign.body_en if locale.startswith("en") else "") or campaign.body
