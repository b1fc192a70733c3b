"""How a campaign goes: how many members, mails on their way, sent and failed, read and done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select, true

from app.extensions import db
from app.models import Campaign, MailState, Member, Notification, NotificationMail, OutboundMail
from app.services.campaigns.campaigns import ON_ITS_WAY


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts. `told` members got a notification; the mails count the first one of each, not the reminders."""

    told: int
    withdrawn: int
    read: int
    done: int
    waiting: int  # mails in the queue
    sent: int
    failed: int
    cancelled: int
    reminded: int  # mails of reminders that left
    leaves_at: datetime | None  # the first moment at which a mail that waits will leave

    @property
    def without_mail(self) -> int:
        """Members who see it in the portal only: no address that works, or no mail wanted."""
        return self.told - self.waiting - self.sent - self.failed - self.cancelled


def find_progress(campaign: Campaign) -> Progress:
    """The counts of this moment. One statement."""
    of_campaign = Notification.campaign_id == campaign.id
    members = (
        select(
            func.count(Notification.id).label("told"),
            func.count(Notification.withdrawn_at).label("withdrawn"),
            func.count(Notification.read_at).label("read"),
            func.count(Notification.done_at).label("done"),
        )
        .where(of_campaign)
        .subquery()
    )
    first, goes_without = NotificationMail.reminder_id.is_(None), _goes_without()
    told_first = first & ~goes_without
    on_its_way = OutboundMail.state.in_(ON_ITS_WAY) & ~goes_without
    mails = (
        select(
            _count(first & on_its_way).label("waiting"),
            _count(told_first & (OutboundMail.state == MailState.SENT)).label("sent"),
            _count(first & (OutboundMail.state == MailState.FAILED)).label("failed"),
            _count(first & ((OutboundMail.state == MailState.CANCELLED) | goes_without)).label("cancelled"),
            _count(~first & ~goes_without & (OutboundMail.state == MailState.SENT)).label("reminded"),
            func.min(case((on_its_way, OutboundMail.next_attempt_at), else_=None)).label("leaves_at"),
        )
        .select_from(NotificationMail)
        .join(Notification, Notification.id == NotificationMail.notification_id)
        .join(OutboundMail, OutboundMail.id == NotificationMail.mail_id)
        .where(of_campaign)
        .subquery()
    )
    counts = db.session.execute(select(members, mails).join(mails, true())).one()
    return Progress(*counts)


def _goes_without() -> ColumnElement[bool]:
    """Whether the mail leaves for what else it tells of: this notification was taken back before."""
    waits = OutboundMail.state.in_(ON_ITS_WAY)
    left_after = (OutboundMail.state == MailState.SENT) & (OutboundMail.sent_at > Notification.withdrawn_at)
    return Notification.withdrawn_at.is_not(None) & (waits | left_after)


def list_failed(campaign: Campaign, *, limit: int) -> Sequence[tuple[OutboundMail, Member]]:
    """The mails of a campaign that failed, and whom they did not reach: the latest first."""
    found = (
        select(OutboundMail, Member)
        .join(NotificationMail, NotificationMail.mail_id == OutboundMail.id)
        .join(Notification, Notification.id == NotificationMail.notification_id)
        .join(Member, Member.id == Notification.member_id)
        .where(Notification.campaign_id == campaign.id, OutboundMail.state == MailState.FAILED)
        .order_by(OutboundMail.id.desc())
    )
    return db.session.execute(found.limit(limit)).all()


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
