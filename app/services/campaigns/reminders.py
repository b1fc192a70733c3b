"""Automatic reminders: before the due date, to those who did not act, and never in the quiet hours."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.clock import local
from app.extensions import db
from app.models import Campaign, CampaignState, Notification, Reminder
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.atomic import change_if
from app.services.audit import WORKER, Actor, record_event
from app.services.notifications.digest_mail import end_of_quarter, queue_waiting_mails
from app.services.notifications.notifications import settle_actions

QUIET_FROM: Final = 21  # o'clock, Dutch time
QUIET_UNTIL: Final = 8
GOES_ON: Final = (CampaignState.SENDING, CampaignState.DONE)


def is_quiet(now: datetime) -> bool:
    """Whether no reminder may leave now."""
    hour = local(now).hour
    return hour >= QUIET_FROM or hour < QUIET_UNTIL


@everyone("send reminders")
def send_due_reminders(now: datetime) -> int:
    """Queue the mails of the reminders whose moment has come; gives how many reminders. Commit after it.

    Where the worker was off for days, only the latest of a campaign is sent; after the due date none, and none whose
    moment was before the campaign itself.
    """
    if is_quiet(now) or is_quiet(end_of_quarter(now)):  # the mail leaves at the end of the quarter
        return 0
    due = (
        select(Reminder)
        .join(Campaign, Campaign.id == Reminder.campaign_id)
        .where(Reminder.send_at <= now, Reminder.is_to_come)
        .where(Campaign.sent_at.is_not(None), Campaign.state.in_(GOES_ON))
        .options(joinedload(Reminder.campaign))
        .order_by(Reminder.send_at.desc(), Reminder.id)
    )
    served: set[int] = set()
    for reminder in db.session.scalars(due).all():
        is_first = reminder.campaign_id not in served and _is_in_time(reminder, now)
        if is_first and _claim(reminder, now):
            _remind(reminder, now)
        elif not is_first:
            reminder.skipped_at = now
        served.add(reminder.campaign_id)
    db.session.flush()
    return len(served)


def stop_reminders(campaign: Campaign, *, actor: Actor, now: datetime) -> None:
    """Send no more reminders of it. Raises RuleBroken when none is to come."""
    coming = [reminder for reminder in campaign.reminders if reminder.is_to_come]
    if not coming or campaign.state not in GOES_ON:
        raise RuleBroken(phrase("No reminder is to come."))
    for reminder in coming:
        reminder.skipped_at = now
    db.session.flush()
    record_event(actor, "campaign.reminders_stopped", now=now, subject=campaign)


def start_reminders(campaign: Campaign, *, actor: Actor, now: datetime) -> None:
    """Send those reminders after all whose moment is still to come. Raises RuleBroken when there is none."""
    again = list_startable(campaign, now)
    if not again:
        raise RuleBroken(phrase("No reminder is left to be sent."))
    for reminder in again:
        reminder.skipped_at = None
    db.session.flush()
    record_event(actor, "campaign.reminders_started", now=now, subject=campaign)


def list_startable(campaign: Campaign, now: datetime) -> list[Reminder]:
    """The reminders that were stopped and whose moment is still to come."""
    if campaign.state not in GOES_ON:
        return []
    stopped = (reminder for reminder in campaign.reminders if reminder.skipped_at and not reminder.sent_at)
    return [reminder for reminder in stopped if reminder.send_at > now]


def _is_in_time(reminder: Reminder, now: datetime) -> bool:
    campaign = reminder.campaign
    is_after_it = campaign.sent_at is not None and reminder.send_at > campaign.sent_at
    return is_after_it and (campaign.due_at is None or campaign.due_at > now)


def _claim(reminder: Reminder, now: datetime) -> bool:
    """One atomic UPDATE: of two workers one sends it."""
    return change_if(Reminder, Reminder.id == reminder.id, Reminder.is_to_come, sent_at=now)


def _remind(reminder: Reminder, now: datetime) -> None:
    settle_actions(now, campaign=reminder.campaign)
    wanted = (Notification.campaign_id == reminder.campaign_id) & Notification.done_at.is_(None)
    queue_waiting_mails(wanted, now=now, reminder_id=reminder.id)
    record_event(WORKER, "campaign.reminded", now=now, subject=reminder.campaign, days_before=reminder.days_before)
