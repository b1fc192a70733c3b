"""Campaigns for tests: written, sent at once, and their mails delivered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models import Campaign, NotificationKind, OutboundMail
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.campaigns import campaigns
from app.services.campaigns.checks import CampaignText
from app.services.mail import outbox


def write(now: datetime, **values: Any) -> Campaign:
    """A draft with information for everybody; values are of CampaignText."""
    wanted = {"kind": NotificationKind.INFORMATION, "title": "Welkom", "group": groups.everybody(), **values}
    return campaigns.write_campaign(CampaignText(**wanted), None, actor=COMMAND, now=now)


def send(now: datetime, **values: Any) -> Campaign:
    """The same, sent."""
    campaign = write(now, **values)
    campaigns.plan_campaign(campaign, send_at=now, actor=COMMAND, now=now)
    campaigns.start_due_campaigns(now)
    return campaign


def due_campaign(now: datetime, days: Sequence[int] = (2,), **values: Any) -> Campaign:
    """One that asks to check the data within five days, with reminders so many days before."""
    due = {"due_at": now + timedelta(days=5), "reminder_days": days}
    return send(now, kind=NotificationKind.CHECK_DATA, **due, **values)


def mails() -> list[OutboundMail]:
    """All mails, in the order in which they came."""
    return list(db.session.scalars(select(OutboundMail).order_by(OutboundMail.id)))


def deliver_all(now: datetime) -> None:
    """All that is due leaves."""
    while batch := outbox.claim_due("worker", now, limit=50):
        for mail in batch:
            outbox.mark_sent(mail, "<id@x>", now)
