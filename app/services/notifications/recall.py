"""Taking back what was told of a message or a document that is no longer there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from app.extensions import db
from app.models import Campaign, CampaignState, Notification, NotificationKind
from app.models.guard.row_guard import everyone
from app.services.notifications.digest_mail import cancel_waiting_mails


@everyone("take back what was told of something")
def retract_notifications(kind: NotificationKind, subject_id: int, now: datetime) -> None:
    """Nobody sees a notification of this subject any more, and a mail that tells of nothing else does not leave."""
    about = select(Campaign).where(
        Campaign.kind == kind, Campaign.subject_id == subject_id, Campaign.stopped_at.is_(None)
    )
    for campaign in db.session.scalars(about).all():
        campaign.state, campaign.stopped_at = CampaignState.STOPPED, now
        cancel_waiting_mails(campaign.id)
        db.session.execute(
            update(Notification)
            .where(Notification.campaign_id == campaign.id, Notification.withdrawn_at.is_(None))
            .values(withdrawn_at=now)
            .execution_options(synchronize_session=False)
        )
    db.session.flush()
