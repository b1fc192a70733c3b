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
from app.services.audit import COMMAND
from app.services.campaigns import campaigns
from app.services.campaigns.asking import is_asked
from app.services.campaigns.progress import find_progress
from app.services.mail import outbox
from app.services.members import bsn, profile
from app.services.notifications import notifications
from app.services.notifications.digest_mail import end_of_quarter
from tests.support.factories.campaigns import deliver_all, mails, send, write
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.people import make_member
from tests.support.inbox import told, undone


def test_each_member_of_the_audience_is_told_once(db, now):
    members = [make_member() for _ in range(3)]
    campaign = send(now)
    assert campaigns.start_due_campaigns(now) == 0
    reached = list(db.session.scalars(select(Notification.member_id)))
    assert sorted(reached) == [member.id for member in members]
    assert sorted(mail.recipient for mail in mails()) == sorted(member.email for member in members)
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
    [mail] = mails()
    assert mail.next_attempt_at == end_of_quarter(now)
    send(now + timedelta(minutes=15))
    assert len(mails()) == 2


def test_who_cannot_or_will_not_be_mailed_sees_it_in_the_portal(db, now):
    make_member(email=None)
    make_member(email_broken_at=now)
    make_member(active=False)
    muted = make_member()
    db.session.add(MutedKind(member_id=muted.id, kind=NotificationKind.INFORMATION))
    db.session.flush()
    campaign = send(now)
    assert mails() == []
    assert find_progress(campaign).told == find_progress(campaign).without_mail == 4


def test_a_campaign_that_is_not_mailed_is_only_in_the_portal(db, now):
    member = make_member()
    send(now, is_mailed=False)
    assert (len(told(member)), mails()) == (1, [])


def test_a_required_notification_is_mailed_whatever_the_choice(db, now):
    muted = make_member()
    for kind in NotificationKind:
        db.session.add(MutedKind(member_id=muted.id, kind=kind))
    db.session.flush()
    send(now, kind=NotificationKind.CHECK_DATA)
    assert len(mails()) == 1


def test_what_one_person_asked_for_goes_before_a_campaign(db, now):
    make_member()
    send(now)
    later = end_of_quarter(now) + timedelta(minutes=1)
    outbox.queue_mail("user_names", recipient="a@b.nl", user_id=None, locale="nl", values={}, now=later)
    [first] = outbox.claim_due("worker", later, limit=1)
    assert first.template == "user_names"


def test_stopping_cancels_what_waits_and_takes_back_what_nobody_saw(db, now):
    elsewhere = make_member()
    send(now)  # to one who hears of another campaign too
    seen, unseen, mailed = make_member(), make_member(), make_member()
    campaign = send(now)
    sent = db.session.scalar(select(OutboundMail).where(OutboundMail.user_id == mailed.user_id))
    outbox.mark_sent(sent, "<id@x>", now)
    notifications.mark_read(told(seen)[0], now)
    campaigns.stop_campaign(campaign, actor=COMMAND, now=now)
    assert [len(told(member)) for member in (seen, unseen, mailed, elsewhere)] == [1, 0, 1, 1]
    states = {mail.user_id: mail.state for mail in mails()}
    assert states[unseen.user_id] == MailState.CANCELLED
    assert states[mailed.user_id] == MailState.SENT
    assert states[elsewhere.user_id] == MailState.QUEUED
    assert (campaign.state, campaign.stopped_at) == (CampaignState.STOPPED, now)
    stopped = db.session.scalars(select(AuditEvent.subject_id).where(AuditEvent.action == "campaign.stopped"))
    assert list(stopped) == [campaign.id]
    with pytest.raises(RuleBroken, match="not being sent"):
        campaigns.stop_campaign(campaign, actor=COMMAND, now=now)


def test_a_mail_that_also_tells_of_another_campaign_is_not_cancelled(db, now):
    member = make_member()
    campaign = send(now)
    send(now)
    campaigns.stop_campaign(campaign, actor=COMMAND, now=now)
    [mail] = mails()
    assert mail.state == MailState.QUEUED
    assert len(told(member)) == 1


def test_a_mail_that_leaves_for_another_campaign_counts_as_cancelled_for_the_one_that_stopped(db, now):
    make_member()
    stopped, other = send(now), send(now)
    campaigns.stop_campaign(stopped, actor=COMMAND, now=now)
    progress = find_progress(stopped)
    assert (progress.waiting, progress.cancelled, progress.without_mail, progress.leaves_at) == (0, 1, 0, None)
    deliver_all(now + timedelta(minutes=15))
    assert (find_progress(stopped).sent, find_progress(stopped).cancelled) == (0, 1)
    assert (find_progress(other).sent, find_progress(other).cancelled) == (1, 0)


def test_a_mail_that_left_before_the_message_was_taken_back_counts_as_sent(db, now):
    make_member()
    campaign = send(now)
    deliver_all(now + timedelta(minutes=15))
    db.session.execute(update(Notification).values(withdrawn_at=now + timedelta(hours=1)))
    assert find_progress(campaign).sent == 1


def test_after_a_stop_the_same_quarter_can_still_mail(db, now):
    make_member()
    campaigns.stop_campaign(send(now), actor=COMMAND, now=now)
    send(now)
    assert [mail.state for mail in mails()] == [MailState.CANCELLED, MailState.QUEUED]


def test_a_campaign_is_done_when_no_mail_waits(db, now):
    make_member()
    campaign = send(now)
    campaigns.finish_campaigns(now)
    db.session.refresh(campaign)
    assert campaign.state == CampaignState.SENDING
    deliver_all(now + timedelta(minutes=15))
    waiting = send(now + timedelta(hours=1))
    campaigns.finish_campaigns(now)
    db.session.refresh(campaign)
    db.session.refresh(waiting)
    assert (campaign.state, waiting.state) == (CampaignState.DONE, CampaignState.SENDING)
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
    member, quick = make_member(), make_member()
    election = make_open_election()
    elsewhere = make_open_election(code="PS2026_Voorbeeld", name="Provinciale Staten 2026", type="PS")
    give_availability(member, elsewhere, now=now)
    send(now, kind=NotificationKind.CHECK_DATA)
    send(now, kind=NotificationKind.GIVE_BSN)
    send(now, kind=NotificationKind.GIVE_AVAILABILITY, election_id=election.id)
    profile.confirm_data(quick, actor=COMMAND, now=now)
    bsn.record_bsn(quick, "123456782", actor=COMMAND, now=now)
    give_availability(quick, election, now=now)
    assert (len(undone(quick)), len(undone(member))) == (0, 3)
    profile.confirm_data(member, actor=COMMAND, now=now)
    assert len(undone(member)) == 2
    bsn.record_bsn(member, "111222333", actor=COMMAND, now=now)
    assert len(undone(member)) == 1
    give_availability(member, election, now=now)
    assert undone(member) == []


def test_an_election_is_asked_by_what_is_planned_or_sent_for_it_and_not_by_a_draft_or_another_kind(db, now):
    make_member()
    election, other = make_open_election(), make_open_election(code="PS2026_Voorbeeld", name="PS 2026", type="PS")
    about = {"election_id": election.id}
    write(now, kind=NotificationKind.GIVE_AVAILABILITY, **about)
    send(now, kind=NotificationKind.PREFER_FUNCTION, **about)
    assert not is_asked(election)
    campaign = write(now, kind=NotificationKind.GIVE_AVAILABILITY, **about)
    campaigns.plan_campaign(campaign, send_at=now + timedelta(hours=1), actor=COMMAND, now=now)
    assert (is_asked(election), is_asked(other)) == (True, False)


def test_who_did_it_before_is_not_mailed(db, now):
    member = make_member()
    election = make_open_election()
    give_availability(member, election, now=now)
    send(now, kind=NotificationKind.GIVE_AVAILABILITY, election_id=election.id)
    assert mails() == []
