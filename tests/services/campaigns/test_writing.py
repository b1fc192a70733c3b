"""How a campaign is written, planned and taken back, and when a reminder may leave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.models import AuditEvent, CampaignState, NotificationKind
from app.phrases import RuleBroken
from app.services.audit import COMMAND, Actor
from app.services.campaigns import asking, campaigns, reminders
from tests.support.factories.campaigns import mails, write
from tests.support.factories.elections import make_open_election
from tests.support.factories.people import make_member, make_staff

HOUR = timedelta(hours=1)


def actions(db):
    rows = select(AuditEvent.action).where(AuditEvent.action.like("campaign.%")).order_by(AuditEvent.id)
    return [action.removeprefix("campaign.") for action in db.session.scalars(rows)]


@pytest.mark.parametrize(
    ("hour", "minute", "is_quiet"), [(7, 59, True), (8, 0, False), (20, 59, False), (21, 0, True), (0, 0, True)]
)
@pytest.mark.parametrize("month", [1, 7])
def test_nobody_is_reminded_from_nine_in_the_evening_until_eight_on_a_dutch_clock(month, hour, minute, is_quiet):
    offset = 1 if month == 1 else 2
    at = datetime(2026, month, 5, hour, minute, tzinfo=UTC) - timedelta(hours=offset)
    assert reminders.is_quiet(at) is is_quiet


@pytest.mark.parametrize(("month", "hour"), [(1, 8), (7, 7)])
def test_a_reminder_leaves_at_nine_so_many_days_before(month, hour):
    due = datetime(2026, month, 20, 22, 30, tzinfo=UTC)
    assert campaigns.remind_at(due, 0).hour == hour
    assert campaigns.remind_at(due, 3) == datetime(2026, month, 17 + (month == 7), hour, tzinfo=UTC)


def test_the_campaign_that_is_offered_asks_everybody_until_the_period_ends(db):
    make_member()
    election = make_open_election(name="V" * 150)
    wanted = asking.propose_asking(election)
    assert (wanted.kind, wanted.election_id) == (NotificationKind.GIVE_AVAILABILITY, election.id)
    assert (wanted.due_at, tuple(wanted.reminder_days)) == (election.availability_closes_at, (7, 2))
    assert (len(wanted.title), len(wanted.title_en)) == (asking.LONGEST_TITLE, asking.LONGEST_TITLE)
    assert wanted.title.startswith("Geef je beschikbaarheid door: VVV")


def test_a_draft_is_planned_once_and_taken_back_once(db, now):
    campaign = write(now)
    campaigns.plan_campaign(campaign, send_at=now - HOUR, actor=COMMAND, now=now)
    assert (campaign.state, campaign.send_at) == (CampaignState.PLANNED, now)
    for act in (
        lambda: campaigns.plan_campaign(campaign, send_at=now, actor=COMMAND, now=now),
        lambda: campaigns.delete_campaign(campaign, actor=COMMAND, now=now),
        lambda: campaigns.write_campaign(campaigns.read_campaign(campaign), campaign, actor=COMMAND, now=now),
    ):
        with pytest.raises(RuleBroken):
            act()
    campaigns.unplan_campaign(campaign, actor=COMMAND, now=now)
    assert campaign.state == CampaignState.DRAFT
    with pytest.raises(RuleBroken, match="Somebody else has just changed"):
        campaigns.unplan_campaign(campaign, actor=COMMAND, now=now)
    campaigns.write_campaign(campaigns.read_campaign(campaign), campaign, actor=COMMAND, now=now)
    assert actions(db) == ["created", "planned", "unplanned", "changed"]


def test_reminders_stand_by_how_long_before_and_those_that_stay_are_the_same(db, now):
    due = now + timedelta(days=30)
    about = {"kind": NotificationKind.CHECK_DATA, "due_at": due}
    campaign = write(now, **about, reminder_days=[2, 7, 7])
    assert [reminder.days_before for reminder in campaign.reminders] == [7, 2]
    kept = campaign.reminders[0]
    assert kept.send_at == campaigns.remind_at(due, 7)
    wanted = campaigns.read_campaign(campaign)
    later = due + timedelta(days=1)
    changed = type(wanted)(
        **{name: getattr(wanted, name) for name in wanted.__slots__} | {"due_at": later, "reminder_days": [7]}
    )
    campaigns.write_campaign(changed, campaign, actor=COMMAND, now=now)
    assert campaign.reminders == [kept]
    assert kept.send_at == campaigns.remind_at(later, 7)


def test_a_test_goes_to_who_asks_for_it_and_says_of_which_campaign_it_is(db, now):
    make_member()
    colleague, campaign = make_staff(), write(now)
    campaigns.send_test(campaign, actor=Actor("bea", colleague.id), now=now)
    [mail] = mails()
    assert (mail.recipient, mail.user_id, mail.template) == (colleague.email, colleague.id, "waiting")
    assert (mail.values, mail.locale, mail.next_attempt_at) == ({"test_of": campaign.id}, "nl", now)
    assert actions(db) == ["created", "tested"]


def test_of_several_that_are_due_each_starts(db, now):
    make_member()
    for hours in (2, 1, 3):
        campaigns.plan_campaign(write(now), send_at=now + hours * HOUR, actor=COMMAND, now=now)
    assert [campaigns.start_due_campaigns(now + hours * HOUR) for hours in (0, 2, 2, 3)] == [0, 2, 0, 1]
