"""Reminders of what was not done yet, and how a campaign with them goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AuditEvent, CampaignState, MailState
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.campaigns import campaigns, reminders
from app.services.campaigns.progress import find_progress, list_failed
from app.services.mail import outbox
from app.services.members import profile
from app.services.notifications.digest_mail import end_of_quarter
from tests.support.factories.campaigns import deliver_all, due_campaign, mails, send
from tests.support.factories.people import make_member
from tests.support.inbox import undone


def test_a_reminder_reaches_only_who_did_not_act(db, now):
    acted, idle = make_member(), make_member()
    campaign = due_campaign(now)
    deliver_all(now + timedelta(minutes=15))
    profile.confirm_data(acted, actor=COMMAND, now=now)
    moment = campaigns.remind_at(campaign.due_at, 2)
    assert reminders.send_due_reminders(moment - timedelta(minutes=1)) == 0
    reminders.send_due_reminders(moment)
    reminders.send_due_reminders(moment)
    waiting = [mail.user_id for mail in mails() if mail.state == MailState.QUEUED]
    assert waiting == [idle.user_id]


def test_no_reminder_leaves_in_the_quiet_hours(db, now):
    make_member()
    campaign = due_campaign(now)
    night = campaigns.remind_at(campaign.due_at, 2) + timedelta(hours=12, minutes=30)  # half past nine in the evening
    assert reminders.send_due_reminders(night) == 0
    assert reminders.send_due_reminders(night - timedelta(minutes=40)) == 0  # its mail would leave at nine
    assert reminders.send_due_reminders(night + timedelta(hours=11)) == 1


def test_after_days_without_worker_only_the_latest_reminder_leaves(db, now):
    make_member()
    campaign = due_campaign(now, days=(4, 3, 2))
    reminders.send_due_reminders(campaigns.remind_at(campaign.due_at, 2))
    sent = [reminder.days_before for reminder in campaign.reminders if reminder.sent_at]
    db.session.refresh(campaign)
    assert [reminder.days_before for reminder in campaign.reminders if reminder.sent_at] == [2], sent
    assert len([mail for mail in mails()]) == 2


def test_no_reminder_after_the_due_date(db, now):
    make_member()
    campaign = due_campaign(now)
    before = len(mails())
    reminders.send_due_reminders(campaign.due_at + timedelta(days=1))
    assert len(mails()) == before


def test_a_stopped_campaign_reminds_nobody(db, now):
    make_member()
    campaign = due_campaign(now)
    campaigns.stop_campaign(campaign, actor=COMMAND, now=now)
    assert reminders.send_due_reminders(campaigns.remind_at(campaign.due_at, 2)) == 0


def test_a_campaign_whose_mail_left_is_done_and_its_reminders_still_come(db, now):
    make_member()
    campaign = due_campaign(now)
    deliver_all(now + timedelta(minutes=15))
    campaigns.finish_campaigns(now)
    db.session.refresh(campaign)
    assert campaign.state == CampaignState.DONE
    assert reminders.send_due_reminders(campaigns.remind_at(campaign.due_at, 2)) == 1


def test_reminders_are_stopped_and_started_again(db, now):
    make_member()
    campaign = due_campaign(now, [2, 1])
    reminders.stop_reminders(campaign, actor=COMMAND, now=now)
    assert reminders.send_due_reminders(campaigns.remind_at(campaign.due_at, 2)) == 0
    with pytest.raises(RuleBroken):
        reminders.stop_reminders(campaign, actor=COMMAND, now=now)
    later = campaigns.remind_at(campaign.due_at, 2) + timedelta(hours=1)
    reminders.start_reminders(campaign, actor=COMMAND, now=later)
    assert [bool(reminder.skipped_at) for reminder in campaign.reminders] == [True, False]
    assert reminders.send_due_reminders(campaigns.remind_at(campaign.due_at, 1)) == 1
    with pytest.raises(RuleBroken):
        reminders.start_reminders(campaign, actor=COMMAND, now=campaign.due_at)
    acts = set(db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_type == "Campaign")))
    assert {"campaign.reminders_stopped", "campaign.reminders_started"} <= acts


def test_reminders_that_were_not_stopped_cannot_be_started(db, now):
    make_member()
    campaign = due_campaign(now, [2, 1])
    assert reminders.list_startable(campaign, now) == []
    with pytest.raises(RuleBroken):
        reminders.start_reminders(campaign, actor=COMMAND, now=now)


def test_a_reminder_from_before_the_campaign_is_not_sent_with_it(db, now):
    make_member()
    campaign = due_campaign(now, days=(7, 2))
    morning = now + timedelta(days=1)
    before = len(mails())
    reminders.send_due_reminders(morning)
    assert len(mails()) == before
    assert [bool(reminder.skipped_at) for reminder in campaign.reminders] == [True, False]


def test_progress_counts_the_members_and_mails_of_this_campaign(db, now):
    gone, done, idle = make_member(), make_member(), make_member()
    send(now - timedelta(days=1))  # another, to the same members
    deliver_all(now)
    campaign = due_campaign(now)
    for mail in outbox.claim_due("worker", now + timedelta(minutes=15), limit=50):
        if mail.user_id == gone.user_id:
            outbox.mark_failed(mail, "550 nobody", is_permanent=True, now=now)
        else:
            outbox.mark_sent(mail, "<id@x>", now)
    profile.confirm_data(done, actor=COMMAND, now=now)
    moment = campaigns.remind_at(campaign.due_at, 2)
    reminders.send_due_reminders(moment)
    progress = find_progress(campaign)
    assert (progress.told, progress.withdrawn, progress.read, progress.done) == (3, 0, 1, 1)
    assert (progress.waiting, progress.sent, progress.failed, progress.cancelled) == (0, 2, 1, 0)
    assert (progress.reminded, progress.leaves_at) == (0, end_of_quarter(moment))
    deliver_all(moment + timedelta(minutes=15))
    assert (find_progress(campaign).reminded, find_progress(campaign).leaves_at) == (2, None)
    [(mail, member)] = list_failed(campaign, limit=5)
    assert (mail.user_id, member) == (gone.user_id, gone)
    assert undone(idle)


def test_who_stops_a_campaign_takes_its_reminders_back_too(db, now):
    make_member()
    campaign, other = due_campaign(now, days=(3, 2)), due_campaign(now)
    gone = campaign.reminders[0]
    gone.sent_at = now - timedelta(days=1)
    campaigns.stop_campaign(campaign, actor=COMMAND, now=now)
    assert [reminder.skipped_at for reminder in campaign.reminders] == [None, now]
    assert [reminder.skipped_at for reminder in other.reminders] == [None]
