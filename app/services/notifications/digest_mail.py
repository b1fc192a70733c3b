"""The mail "something waits for you": one per member for all that became ready in the same quarter of an hour.

It leaves at the end of the quarter, so that what comes a few minutes later still goes with it. Set-based: three
statements for any number of members.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import JSON, ColumnElement, Select, String, and_, cast, exists, false, literal, select, update

from app.extensions import db
from app.models import (
    OPTIONAL_KINDS,
    Account,
    Campaign,
    MailState,
    Member,
    MemberState,
    MutedKind,
    Notification,
    NotificationKind,
    NotificationMail,
    OutboundMail,
    User,
)
from app.services.bulk import insert_selected

TEMPLATE: Final = "waiting"
QUARTER: Final = timedelta(minutes=15)


def end_of_quarter(now: datetime) -> datetime:
    """When the mails of this quarter of an hour leave."""
    start = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
    return start + QUARTER


def queue_waiting_mails(wanted: ColumnElement[bool], *, now: datetime, reminder_id: int | None = None) -> datetime:
    """Tell the members of these notifications by mail, and give the instant at which it leaves.

    `wanted` narrows `Notification`. Left out are members without a working address, whose account is switched off, or
    who want no mail of an optional kind.
    """
    leaves_at = end_of_quarter(now)
    told = (
        select(Notification.id, Member.id)
        .select_from(Notification)
        .join(Campaign, Campaign.id == Notification.campaign_id)
        .join(Member, Member.id == Notification.member_id)
        .join(User, User.id == Member.user_id)
        .where(wanted, Notification.done_at.is_(None), Notification.withdrawn_at.is_(None), _can_be_mailed())
    )
    _queue(told, leaves_at, now)
    _link(told, leaves_at, reminder_id)
    return leaves_at


def _can_be_mailed() -> ColumnElement[bool]:
    is_muted = exists().where(MutedKind.member_id == Member.id, MutedKind.kind == Campaign.kind)
    return and_(
        Member.email.is_not(None),
        Member.email_broken_at.is_(None),
        _takes_part(),
        User.active.is_(True),
        ~(Campaign.kind.in_(OPTIONAL_KINDS) & is_muted),
    )


def _takes_part() -> ColumnElement[bool]:
    """Who has a pause is left alone, but hears that the own question is answered."""
    is_own = (Member.state == MemberState.PAUSED) & (Campaign.kind == NotificationKind.QUESTION)
    return (Member.state == MemberState.ACTIVE) | is_own


def _key(leaves_at: datetime) -> ColumnElement[str]:
    return literal("waiting:") + cast(Member.id, String) + literal(f":{leaves_at:%Y%m%dT%H%M}")


def _queue(told: Select[int, int], leaves_at: datetime, now: datetime) -> None:
    columns = {
        "template": literal(TEMPLATE),
        "user_id": Member.user_id,
        "recipient": Member.email,
        "locale": Account.locale,
        "values": literal({}, JSON),
        "deduplication_key": _key(leaves_at),
        "is_bulk": literal(True),
        "state": literal(str(MailState.QUEUED)),
        "attempts": literal(0),
        "created_at": literal(now, OutboundMail.created_at.type),
        "next_attempt_at": literal(leaves_at, OutboundMail.next_attempt_at.type),
        "error": literal(""),
    }
    # Joined and never nested: where PostgreSQL knows nothing of a table yet it compares each row with each.
    receivers = told.with_only_columns(Member.id.label("member_id")).distinct().subquery()
    rows = (
        select(*columns.values())
        .select_from(receivers)
        .join(Member, Member.id == receivers.c.member_id)
        .join(Account, Account.user_id == Member.user_id)
    )
    insert_selected(OutboundMail, list(columns), rows)


def _link(told: Select[int, int], leaves_at: datetime, reminder_id: int | None) -> None:
    reminder = literal(reminder_id, NotificationMail.reminder_id.type)
    rows = told.join(OutboundMail, OutboundMail.deduplication_key == _key(leaves_at)).with_only_columns(
        Notification.id, OutboundMail.id, Member.id, reminder
    )
    insert_selected(NotificationMail, ["notification_id", "mail_id", "member_id", "reminder_id"], rows)


def cancel_waiting_mails(campaign_id: int) -> None:
    """Cancel the mails that tell of this campaign only and did not leave yet.

    Their key is given up: what becomes ready in the same quarter makes a new mail.
    """
    of_campaign = select(NotificationMail.mail_id).join(
        Notification, Notification.id == NotificationMail.notification_id
    )
    others = exists().where(
        NotificationMail.mail_id == OutboundMail.id,
        Notification.id == NotificationMail.notification_id,
        Notification.campaign_id != campaign_id,
        Notification.withdrawn_at.is_(None),
    )
    db.session.execute(
        update(OutboundMail)
        .where(
            OutboundMail.id.in_(of_campaign.where(Notification.campaign_id == campaign_id)),
            ~others,
            OutboundMail.state.in_((MailState.QUEUED, MailState.RETRYING)),
        )
        .values(state=MailState.CANCELLED, deduplication_key=None)
        .execution_options(synchronize_session=False)
    )


def is_told_by(mail_states: tuple[MailState, ...]) -> ColumnElement[bool]:
    """Whether a mail in one of these states tells of the notification."""
    if not mail_states:
        return false()
    return exists().where(
        NotificationMail.notification_id == Notification.id,
        NotificationMail.mail_id == OutboundMail.id,
        OutboundMail.state.in_(mail_states),
    )
