"""Campaigns: to whom, when, once, stopped, and one mail for a quarter of an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.models import (
    AuditEvent,
    Campaign,
    CampaignState,
    Group,
    MailState,
    MutedKind,
    Notification,
    NotificationKind,
    OutboundMail,
)
from app.phrases import RuleBroken
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.campaigns import campaigns, reminders
from app.services.campaigns.checks import CampaignText
from app.services.campaigns.progress import find_progress
from app.services.mail import outbox
from app.services.members import bsn, profile
from app.services.notifications import notifications
from app.services.notifications.digest_mail import end_of_quarter
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.people import make_member
from tests.support.inbox import told, undone


def write(now, **values):
    wanted = {"kind": NotificationKind.INFORMATION, "title": "Welkom", "group": groups.everybody(), **values}
    return campaigns.write_campaign(CampaignText(**wanted), None, actor=COMMAND, now=now)


def send(now, **values):
    campaign = write(now, **values)
    campaigns.plan_campaign(campaign, send_at=now, actor=COMMAND, now=now)
    campaigns.start_due_campaigns(now)
    return campaign


def mails(db):
    return list(db.session.scalars(select(OutboundMail).order_by(OutboundMail.id)))


def deliver_all(db, now):
    while batch := outbox.claim_due("worker", now, limit=50):
        for mail in batch:
            outbox.mark_sent(mail, "<id@x>", now)


def test_each_member_of_the_audience_is_told_once(db, now):
    members = [make_member() for _ in range(3)]
    campaign = send(now)
    assert campaigns.start_due_campaigns(now) == 0
    reached = list(db.session.scalars(select(Notification.member_id)))
    assert sorted(reached) == [member.id for member in members]
    assert sorted(mail.recipient for mail in mails(db)) == sorted(member.email for member in members)
    assert campaign.state == CampaignState.SENDING


def test_a_planned_campaign_waits_for_its_moment(db, now):
    make_member()
    campaign = write(now)
    campaigns.plan_campaign(campaign, send_at=now + timedelta(hours=2), actor=COMMAND, now=now)
    assert campaigns.start_due_campaigns(now + timedelta(hours=1)) == 0
    assert campaigns.start_due_campaigns(now + timedelta(hours=2)) == 1


def test_the_number_of_statements_does_not_grow_with_the_members(db, now, statements):
    counts = []
    for _ in range(2):
        for _ in range(5):
            make_member()
        with statements() as seen:
            send(now)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_one_mail_tells_of_all_that_is_ready_in_the_same_quarter(db, now):
    make_member()
    send(now)
    send(now + timedelta(minutes=14))
    [mail] = mails(db)
    assert mail.next_attempt_at == end_of_quarter(now)
    send(now + timedelta(minutes=15))
    assert len(mails(db)) == 2


def test_who_cannot_or_will_not_be_mailed_sees_it_in_the_portal(db, now):
    make_member(email=None)
    make_member(email_broken_at=now)
    make_member(active=False)
    muted = make_member()
    db.session.add(MutedKind(member_id=muted.id, kind=NotificationKind.INFORMATION))
    db.session.flush()
    campaign = send(now)
    assert mails(db) == []
    assert find_progress(campaign).told == find_progress(campaign).without_mail == 4


def test_a_required_notification_is_mailed_whatever_the_choice(db, now):
    muted = make_member()
    for kind in NotificationKind:
        db.session.add(MutedKind(member_id=muted.id, kind=kind))
    db.session.flush()
    send(now, kind=NotificationKind.CHECK_DATA)
    assert len(mails(db)) == 1


def test_what_one_person_asked_for_goes_before_a_campaign(db, now):
    make_member()
    send(now)
    later = end_of_quarter(now) + timedelta(minutes=1)
    outbox.queue_mail("user_names", recipient="a@b.nl", user_id=None, locale="nl", values={}, now=later)
    [first] = outbox.claim_due("worker", later, limit=1)
    assert first.template == "user_names"


def test_stopping_cancels_what_waits_and_takes_back_what_nobody_saw(db, now):
    seen, unseen, mailed = make_member(), make_member(), make_member()
    campaign = send(now)
    sent = db.session.scalar(select(OutboundMail).where(OutboundMail.user_id == mailed.user_id))
    outbox.mark_sent(sent, "<id@x>", now)
    notifications.mark_read(told(seen)[0], now)
    campaigns.stop_campaign(campaign, actor=COMMAND, now=now)
    assert [len(told(member)) for member in (seen, unseen, mailed)] == [1, 0, 1]
    states = {mail.user_id: mail.state for mail in mails(db)}
    assert states[unseen.user_id] == MailState.CANCELLED
    assert states[mailed.user_id] == MailState.SENT


def test_a_mail_that_also_tells_of_another_campaign_is_not_cancelled(db, now):
    member = make_member()
    campaign = send(now)
    send(now)
    campaigns.stop_campaign(campaign, actor=COMMAND, now=now)
    [mail] = mails(db)
    assert mail.state == MailState.QUEUED
    assert len(told(member)) == 1


def test_a_mail_that_leaves_for_another_campaign_counts_as_cancelled_for_the_one_that_stopped(db, now):
    make_member()
    stopped, other = send(now), send(now)
    campaigns.stop_campaign(stopped, actor=COMMAND, now=now)
    progress = find_progress(stopped)
    assert (progress.waiting, progress.cancelled, progress.without_mail, progress.leaves_at) == (0, 1, 0, None)
    deliver_all(db, now + timedelta(minutes=15))
    assert (find_progress(stopped).sent, find_progress(stopped).cancelled) == (0, 1)
    assert (find_progress(other).sent, find_progress(other).cancelled) == (1, 0)


def test_a_mail_that_left_before_the_message_was_taken_back_counts_as_sent(db, now):
    make_member()
    campaign = send(now)
    deliver_all(db, now + timedelta(minutes=15))
    db.session.execute(update(Notification).values(withdrawn_at=now + timedelta(hours=1)))
    assert find_progress(campaign).sent == 1


def test_after_a_stop_the_same_quarter_can_still_mail(db, now):
    make_member()
    campaigns.stop_campaign(send(now), actor=COMMAND, now=now)
    send(now)
    assert [mail.state for mail in mails(db)] == [MailState.CANCELLED, MailState.QUEUED]


def test_a_campaign_is_done_when_no_mail_waits(db, now):
    make_member()
    campaign = send(now)
    campaigns.finish_campaigns(now)
    db.session.refresh(campaign)
    assert campaign.state == CampaignState.SENDING
    deliver_all(db, now + timedelta(minutes=15))
    campaigns.finish_campaigns(now)
    db.session.refresh(campaign)
    assert campaign.state == CampaignState.DONE
    assert find_progress(campaign).sent == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"kind": "news"}, "kind"),
        ({"kind": NotificationKind.GIVE_AVAILABILITY}, "election_id"),
        ({"group": Group(())}, "audience"),
        ({"reminder_days": [3]}, "reminder_days"),
        ({"kind": NotificationKind.CHECK_DATA, "reminder_days": [3]}, "due_at"),
        ({"due_at": datetime(2030, 1, 1, tzinfo=UTC)}, "due_at"),
    ],
)
def test_what_is_not_complete_is_refused_at_its_field(db, now, values, field):
    with pytest.raises(RuleBroken) as refused:
        write(now, **values)
    assert refused.value.field == field


def test_what_asks_for_availability_is_to_be_done_before_the_period_ends(db, now):
    election = make_open_election()
    about = {"kind": NotificationKind.GIVE_AVAILABILITY, "election_id": election.id}
    assert write(now, **about, reminder_days=[2]).due_at == election.availability_closes_at
    with pytest.raises(RuleBroken) as refused:
        write(now, **about, due_at=election.availability_closes_at + timedelta(minutes=1))
    assert refused.value.field == "due_at"
    with pytest.raises(RuleBroken) as refused:
        write(election.availability_closes_at, **about)
    assert refused.value.field == "election_id"


@pytest.mark.parametrize(
    ("days", "is_good"),
    [([1, 90], True), ([0], False), ([91], False), ([1, 2, 3, 4, 5], True), ([1, 2, 3, 4, 5, 6], False)],
)
def test_reminders_are_five_at_most_and_leave_1_to_90_days_before(db, now, days, is_good):
    wanted = {"kind": NotificationKind.CHECK_DATA, "due_at": now + timedelta(days=120), "reminder_days": days}
    if is_good:
        assert sorted(reminder.days_before for reminder in write(now, **wanted).reminders) == days
        return
    with pytest.raises(RuleBroken) as refused:
        write(now, **wanted)
    assert refused.value.field == "reminder_days"


def test_what_must_be_done_is_due_after_it_is_sent(db, now):
    action = {"kind": NotificationKind.CHECK_DATA}
    with pytest.raises(RuleBroken) as refused:
        write(now, **action, due_at=now)
    assert refused.value.field == "due_at"
    campaign = write(now, **action, due_at=now + timedelta(hours=2))
    with pytest.raises(RuleBroken) as refused:
        campaigns.plan_campaign(campaign, send_at=now + timedelta(hours=2), actor=COMMAND, now=now)
    assert refused.value.field == "send_at"


def test_a_draft_is_thrown_away_with_its_reminders(db, now):
    campaign = write(now)
    campaigns.delete_campaign(campaign, actor=COMMAND, now=now)
    db.session.commit()
    assert db.session.scalars(select(Campaign)).all() == []
    assert db.session.scalars(select(AuditEvent.action)).all().count("campaign.deleted") == 1


def test_what_was_sent_cannot_be_changed_or_deleted(db, now):
    campaign = send(now)
    with pytest.raises(RuleBroken):
        campaigns.write_campaign(campaigns.read_campaign(campaign), campaign, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken):
        campaigns.delete_campaign(campaign, actor=COMMAND, now=now)


# --- acting -------------------------------------------------------------------------------------------------------


def test_reading_information_is_doing_it_but_an_action_stays_open(db, now):
    member = make_member()
    send(now)
    send(now, kind=NotificationKind.CHECK_DATA)
    for notification in told(member):
        notifications.mark_read(notification, now)
    [left] = undone(member)
    assert left.campaign.kind == NotificationKind.CHECK_DATA


def test_an_action_is_done_by_doing_it(db, now):
    member = make_member()
    election = make_open_election()
    send(now, kind=NotificationKind.CHECK_DATA)
    send(now, kind=NotificationKind.GIVE_BSN)
    send(now, kind=NotificationKind.GIVE_AVAILABILITY, election_id=election.id)
    assert len(undone(member)) == 3
    profile.confirm_data(member, actor=COMMAND, now=now)
    assert len(undone(member)) == 2
    bsn.record_bsn(member, "111222333", actor=COMMAND, now=now)
    assert len(undone(member)) == 1
    give_availability(member, election, now=now)
    assert undone(member) == []


def test_who_did_it_before_is_not_mailed(db, now):
    member = make_member()
    election = make_open_election()
    give_availability(member, election, now=now)
    send(now, kind=NotificationKind.GIVE_AVAILABILITY, election_id=election.id)
    assert mails(db) == []


# --- reminders ----------------------------------------------------------------------------------------------------


def due_campaign(now, days=(2,), **values):
    return send(now, kind=NotificationKind.CHECK_DATA, due_at=now + timedelta(days=5), reminder_days=days, **values)


def test_a_reminder_reaches_only_who_did_not_act(db, now):
    acted, idle = make_member(), make_member()
    campaign = due_campaign(now)
    deliver_all(db, now + timedelta(minutes=15))
    profile.confirm_data(acted, actor=COMMAND, now=now)
    moment = campaigns.remind_at(campaign.due_at, 2)
    assert reminders.send_due_reminders(moment - timedelta(minutes=1)) == 0
    reminders.send_due_reminders(moment)
    reminders.send_due_reminders(moment)
    waiting = [mail.user_id for mail in mails(db) if mail.state == MailState.QUEUED]
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
    assert len([mail for mail in mails(db)]) == 2


def test_no_reminder_after_the_due_date(db, now):
    make_member()
    campaign = due_campaign(now)
    before = len(mails(db))
    reminders.send_due_reminders(campaign.due_at + timedelta(days=1))
    assert len(mails(db)) == before


def test_a_stopped_campaign_reminds_nobody(db, now):
    make_member()
    campaign = due_campaign(now)
    campaigns.stop_campaign(campaign, actor=COMMAND, now=now)
    assert reminders.send_due_reminders(campaigns.remind_at(campaign.due_at, 2)) == 0


def test_a_campaign_whose_mail_left_is_done_and_its_reminders_still_come(db, now):
    make_member()
    campaign = due_campaign(now)
    deliver_all(db, now + timedelta(minutes=15))
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
    before = len(mails(db))
    reminders.send_due_reminders(morning)
    assert len(mails(db)) == before
    assert [bool(reminder.skipped_at) for reminder in campaign.reminders] == [True, False]
