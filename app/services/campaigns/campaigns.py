"""Campaigns (verzendingen): written, planned, sent, watched and stopped. One INSERT … SELECT, however many members."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import and_, exists, literal, select, update

from app.clock import from_local, local
from app.extensions import db
from app.models import (
    Account,
    Campaign,
    CampaignState,
    Group,
    MailState,
    Member,
    MemberState,
    Notification,
    NotificationKind,
    NotificationMail,
    OutboundMail,
    Reminder,
)
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.atomic import change_if
from app.services.audiences import criteria
from app.services.audit import WORKER, Actor, record_event
from app.services.bulk import insert_selected
from app.services.campaigns.checks import CampaignText, complete
from app.services.mail.outbox import queue_mail
from app.services.notifications.digest_mail import TEMPLATE, cancel_waiting_mails, is_told_by, queue_waiting_mails
from app.services.notifications.notifications import settle_actions

REMIND_AT: Final = time(9)  # on a Dutch clock: outside the quiet hours
ON_ITS_WAY: Final = (MailState.QUEUED, MailState.SENDING, MailState.RETRYING)


def write_campaign(wanted: CampaignText, campaign: Campaign | None, *, actor: Actor, now: datetime) -> Campaign:
    """Keep a draft, a new one or changed. Raises RuleBroken with the field."""
    if campaign is not None and campaign.state != CampaignState.DRAFT:
        raise RuleBroken(phrase("Only a draft can be changed. Take the plan back first."))
    wanted = complete(wanted, now)
    row = campaign or Campaign(created_at=now, created_by_user_id=actor.user_id, state=CampaignState.DRAFT)
    row.kind, row.title, row.title_en = wanted.kind, wanted.title.strip(), wanted.title_en.strip()
    row.body, row.body_en = wanted.body.strip(), wanted.body_en.strip()
    row.election_id, row.due_at, row.is_mailed = wanted.election_id, wanted.due_at, wanted.is_mailed
    row.group = wanted.group
    _write_reminders(row, wanted)
    db.session.add(row)
    db.session.flush()
    record_event(actor, "campaign.changed" if campaign else "campaign.created", now=now, subject=row)
    return row


def _write_reminders(row: Campaign, wanted: CampaignText) -> None:
    known = {reminder.days_before: reminder for reminder in row.reminders}
    days = sorted(set(wanted.reminder_days), reverse=True) if wanted.due_at else []
    row.reminders = [known.get(day) or Reminder(days_before=day) for day in days]
    for reminder in row.reminders:
        reminder.send_at = remind_at(row.due_at, reminder.days_before)  # type: ignore[arg-type]


def remind_at(due_at: datetime, days_before: int) -> datetime:
    """The instant of a reminder: at nine on a Dutch clock, so many days before the due date."""
    day = local(due_at).date() - timedelta(days=days_before)
    return from_local(datetime.combine(day, REMIND_AT))


def plan_campaign(campaign: Campaign, *, send_at: datetime, actor: Actor, now: datetime) -> None:
    """Send it at `send_at` (UTC; now or earlier: at once). Raises RuleBroken.

    The texts and the audience are checked again, because a draft can be old.
    """
    complete(read_campaign(campaign), now)
    if campaign.due_at is not None and send_at >= campaign.due_at:
        raise RuleBroken(phrase("The moment of sending is before the date by which it must be done."), field="send_at")
    _move(campaign, CampaignState.DRAFT, CampaignState.PLANNED)
    campaign.send_at = max(send_at, now)
    db.session.flush()
    record_event(actor, "campaign.planned", now=now, subject=campaign, at=send_at.isoformat(timespec="minutes"))


def read_campaign(campaign: Campaign) -> CampaignText:
    """What staff filled in, to show it again."""
    return CampaignText(
        kind=campaign.kind,
        title=campaign.title,
        group=campaign.group,
        title_en=campaign.title_en,
        body=campaign.body,
        body_en=campaign.body_en,
        election_id=campaign.election_id,
        due_at=campaign.due_at,
        reminder_days=[reminder.days_before for reminder in campaign.reminders],
        is_mailed=campaign.is_mailed,
    )


def send_test(campaign: Campaign, *, actor: Actor, now: datetime) -> None:
    """The e-mail as members get it, to the person of the team who asks for it, at once. It says that it is a test."""
    account = db.session.get_one(Account, actor.user_id)
    address, user_id = account.user.email, account.user_id
    values = {"test_of": campaign.id}
    queue_mail(TEMPLATE, recipient=address, user_id=user_id, locale=account.locale, values=values, now=now)
    record_event(actor, "campaign.tested", now=now, subject=campaign)


def unplan_campaign(campaign: Campaign, *, actor: Actor, now: datetime) -> None:
    """Back to a draft, as long as nothing was sent. Raises RuleBroken."""
    _move(campaign, CampaignState.PLANNED, CampaignState.DRAFT)
    record_event(actor, "campaign.unplanned", now=now, subject=campaign)


def check_campaign_goes(campaign: Campaign) -> None:
    """Raises RuleBroken for what was planned or sent."""
    if campaign.state != CampaignState.DRAFT:
        raise RuleBroken(phrase("Only a draft can be deleted."))


def delete_campaign(campaign: Campaign, *, actor: Actor, now: datetime) -> None:
    """Throw a draft away. Raises RuleBroken for what was planned or sent."""
    check_campaign_goes(campaign)
    record_event(actor, "campaign.deleted", now=now, subject=campaign)
    db.session.delete(campaign)
    db.session.flush()


@everyone("start the campaigns that are due")
def start_due_campaigns(now: datetime) -> int:
    """Make the notifications and mails of each campaign whose moment has come; gives how many. Commit after it.

    The change of state and the rows are one transaction: a worker that dies in between leaves a planned campaign.
    """
    due = select(Campaign).where(Campaign.state == CampaignState.PLANNED, Campaign.send_at <= now)
    started = 0
    for campaign in db.session.scalars(due.order_by(Campaign.send_at, Campaign.id).with_for_update(skip_locked=True)):
        if _try_move(campaign, CampaignState.PLANNED, CampaignState.SENDING):
            _give(campaign, now)
            started += 1
    return started


def _give(campaign: Campaign, now: datetime) -> None:
    group = campaign.group
    moment = literal(now, Notification.created_at.type)
    reached = criteria.criterion_of(group, states=_reached_states(campaign))
    rows = select(literal(campaign.id), Member.id, moment).where(reached)
    count = insert_selected(Notification, ["campaign_id", "member_id", "created_at"], rows)
    settle_actions(now, campaign=campaign)
    if campaign.is_mailed:
        queue_waiting_mails(Notification.campaign_id == campaign.id, now=now)
    campaign.sent_at = now
    db.session.flush()
    record_event(WORKER, "campaign.sent", now=now, subject=campaign, members=count)


def _reached_states(campaign: Campaign) -> tuple[MemberState, ...]:
    """Who has a pause is asked and told nothing, but hears of the own question in the message box."""
    is_own = campaign.is_automatic and campaign.kind == NotificationKind.QUESTION
    return (MemberState.ACTIVE, MemberState.PAUSED) if is_own else (MemberState.ACTIVE,)


def send_automatic(
    kind: NotificationKind,
    members: Group,
    *,
    title: str,
    title_en: str,
    subject_id: int | None,
    election_id: int | None = None,
    due_at: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> Campaign:
    """Tell members of an event, such as a published message: sent with the commit of its cause.

    `due_at`: until when what it tells of can be done, if it ends.
    """
    with everyone("tell members of an event"):
        campaign = Campaign(
            kind=kind,
            title=title,
            title_en=title_en,
            subject_id=subject_id,
            election_id=election_id,
            due_at=due_at,
            group=members,
            is_automatic=True,
            created_at=now,
            created_by_user_id=actor.user_id,
            state=CampaignState.SENDING,
            send_at=now,
        )
        db.session.add(campaign)
        db.session.flush()
        _give(campaign, now)
    return campaign


def stop_campaign(campaign: Campaign, *, actor: Actor, now: datetime) -> None:
    """Send no more of it: mails that wait are cancelled, and what was neither mailed nor read is taken back."""
    if not _try_move(campaign, CampaignState.SENDING, CampaignState.STOPPED):
        raise RuleBroken(phrase("This campaign is not being sent."))
    campaign.stopped_at = now
    cancel_waiting_mails(campaign.id)
    unseen = (
        update(Notification)
        .where(Notification.campaign_id == campaign.id, Notification.read_at.is_(None))
        .where(~is_told_by((MailState.SENT, MailState.SENDING, MailState.RETRYING)))
    )
    db.session.execute(unseen.values(withdrawn_at=now), execution_options={"synchronize_session": False})
    _skip_reminders(campaign, now)
    db.session.flush()
    record_event(actor, "campaign.stopped", now=now, subject=campaign)


def _skip_reminders(campaign: Campaign, now: datetime) -> None:
    for reminder in campaign.reminders:
        if reminder.is_to_come:
            reminder.skipped_at = now


@everyone("finish campaigns")
def finish_campaigns(now: datetime) -> None:
    """A campaign is done when no mail of it waits; its reminders still come. One statement."""
    waits = exists().where(
        Notification.campaign_id == Campaign.id,
        NotificationMail.notification_id == Notification.id,
        OutboundMail.id == NotificationMail.mail_id,
        OutboundMail.state.in_(ON_ITS_WAY),
    )
    running = and_(Campaign.state == CampaignState.SENDING, Campaign.sent_at.is_not(None))
    db.session.execute(
        update(Campaign).where(running, ~waits).values(state=CampaignState.DONE),
        execution_options={"synchronize_session": False},
    )


def _move(campaign: Campaign, before: CampaignState, after: CampaignState) -> None:
    if not _try_move(campaign, before, after):
        raise RuleBroken(phrase("Somebody else has just changed this campaign. Look again."))


def _try_move(campaign: Campaign, before: CampaignState, after: CampaignState) -> bool:
    """One atomic UPDATE, so that of two at once one wins."""
    return change_if(Campaign, Campaign.id == campaign.id, Campaign.state == before, state=after)
