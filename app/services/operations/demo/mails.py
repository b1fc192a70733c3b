"""The mails of the demo's past."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from app.extensions import db
from app.models import MailState, OutboundMail
from app.services.campaigns.campaigns import finish_campaigns


def note_as_sent(now: datetime) -> None:
    """What the history queued has long left: nobody gets hundreds of old mails when the demo is made."""
    db.session.execute(
        update(OutboundMail)
        .where(OutboundMail.state == MailState.QUEUED)
        .values(state=MailState.SENT, sent_at=OutboundMail.next_attempt_at, attempts=1)
        .execution_options(synchronize_session=False)
    )
    finish_campaigns(now)
