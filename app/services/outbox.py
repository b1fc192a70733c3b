"""Outbound mail: rows written in the same transaction as their cause, claimed and marked by the worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models import OutboundMail
from app.models.row_guard import everyone


def queue_mail(
    template: str,
    *,
    recipient: str,
    user_id: int | None,
    locale: str,
    values: dict[str, Any],
    now: datetime,
    deduplication_key: str | None = None,
) -> OutboundMail | None:
    """Add one mail to the outbox; it leaves after the commit.

    `template` is the name of a `send_…` function in `app.mail`; `values` what it fills in: ids and names, never a
    token, a code or a BSN. With a `deduplication_key` that is already there nothing is added and None returned.
    """
    with everyone("queue a mail"):
        known = deduplication_key and db.session.scalar(
            select(OutboundMail.id).where(OutboundMail.deduplication_key == deduplication_key)
        )
        if known:
            return None
        mail = OutboundMail(
            template=template,
            recipient=recipient,
            user_id=user_id,
            locale=locale,
            values=values,
            created_at=now,
            next_attempt_at=now,
            deduplication_key=deduplication_key,
        )
        db.session.add(mail)
        db.session.flush()
    return mail
