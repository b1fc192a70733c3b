"""What a mail "something waits for you" tells of when it leaves: where its link leads, and who may stop it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from app.extensions import db
from app.models import OPTIONAL_KINDS, Campaign, Notification, NotificationMail
from app.models.guard.row_guard import everyone


@dataclass(frozen=True, slots=True)
class Contents:
    """The notifications of one mail that were not taken back since, and their kinds."""

    member_id: int
    notification_ids: tuple[int, ...]
    kinds: frozenset[str]

    @property
    def only_one(self) -> int | None:
        """The notification, where the mail tells of one: then its link leads there."""
        return self.notification_ids[0] if len(self.notification_ids) == 1 else None

    @property
    def optional_kinds(self) -> frozenset[str]:
        """The kinds that the receiver may stop by a link; none where the mail also tells of something required."""
        return self.kinds if self.kinds <= OPTIONAL_KINDS else frozenset()


@everyone("find what mails tell of")
def find_contents(mail_ids: Collection[int]) -> dict[int, Contents]:
    """By mail id; a mail of another sort is left out. One statement."""
    if not mail_ids:
        return {}
    told = (
        select(NotificationMail.mail_id, NotificationMail.member_id, Notification.id, Campaign.kind)
        .join(Notification, Notification.id == NotificationMail.notification_id)
        .join(Campaign, Campaign.id == Notification.campaign_id)
        .where(NotificationMail.mail_id.in_(mail_ids), Notification.withdrawn_at.is_(None))
        .order_by(Notification.id)
    )
    found: dict[int, Contents] = {}
    for mail_id, member_id, notification_id, kind in db.session.execute(told):
        known = found.get(mail_id, Contents(member_id, (), frozenset()))
        found[mail_id] = Contents(member_id, (*known.notification_ids, notification_id), known.kinds | {kind})
    return found
