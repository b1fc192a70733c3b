"""What a mail that something waits tells of when it leaves: what is asked and by when, where its link leads, and who
may stop it. It names kinds and dates, never a title or a text.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from app.extensions import db
from app.models import ACTION_KINDS, OPTIONAL_KINDS, Campaign, Notification, NotificationKind, NotificationMail
from app.models.guard.row_guard import everyone


@dataclass(frozen=True, slots=True)
class Told:
    """A kind of which the mail tells, and by when it must be done; `is_reminder`: it was told before."""

    kind: str
    due_at: datetime | None = None
    is_reminder: bool = False

    @property
    def urgency(self) -> tuple[bool, float, bool, str]:
        """To sort by: the nearest date first, then what asks something, then the rest."""
        asks = self.kind in ACTION_KINDS or self.kind in (NotificationKind.TEAM_QUESTION, NotificationKind.SURVEY)
        return self.due_at is None, self.due_at.timestamp() if self.due_at else 0, not asks, self.kind


@dataclass(frozen=True, slots=True)
class Contents:
    """The notifications of one mail that still wait, if any, and what they tell of: the most urgent first, each kind
    with the same date once.
    """

    member_id: int
    notification_ids: tuple[int, ...]
    told: tuple[Told, ...]

    @property
    def only_one(self) -> int | None:
        """The notification, where the mail tells of one: then its link leads there."""
        return self.notification_ids[0] if len(self.notification_ids) == 1 else None

    @property
    def optional_kinds(self) -> frozenset[str]:
        """The kinds that the receiver may stop by a link; none where the mail also tells of something required."""
        kinds = frozenset(part.kind for part in self.told)
        return kinds if kinds <= OPTIONAL_KINDS else frozenset()


@everyone("find what mails tell of")
def find_contents(mail_ids: Collection[int], now: datetime) -> dict[int, Contents]:
    """By mail id; a mail of another sort is left out. A date that is over at `now` is not told: the mail was late.

    One statement.
    """
    if not mail_ids:
        return {}
    told = (
        select(
            NotificationMail.mail_id,
            NotificationMail.member_id,
            Notification.id,
            Campaign.kind,
            Campaign.due_at,
            NotificationMail.reminder_id,
            and_(Notification.withdrawn_at.is_(None), Notification.done_at.is_(None)),
        )
        .join(Notification, Notification.id == NotificationMail.notification_id)
        .join(Campaign, Campaign.id == Notification.campaign_id)
        .where(NotificationMail.mail_id.in_(mail_ids))
        .order_by(Notification.id)
    )
    found: dict[int, Contents] = {}
    for mail_id, member_id, notification_id, kind, due_at, reminder_id, is_waiting in db.session.execute(told):
        known = found.setdefault(mail_id, Contents(member_id, (), ()))
        if not is_waiting:
            continue
        is_to_come = due_at is not None and due_at > now
        parts = {*known.told, Told(kind, due_at if is_to_come else None, is_reminder=reminder_id is not None)}
        found[mail_id] = Contents(member_id, (*known.notification_ids, notification_id), _most_urgent_first(parts))
    return found


def contents_of_campaign(campaign_id: int) -> tuple[Told, ...]:
    """What the mails of this campaign tell of."""
    campaign = db.session.get(Campaign, campaign_id)
    return () if campaign is None else (Told(campaign.kind, campaign.due_at),)


def _most_urgent_first(parts: Collection[Told]) -> tuple[Told, ...]:
    return tuple(sorted(parts, key=lambda part: part.urgency))
