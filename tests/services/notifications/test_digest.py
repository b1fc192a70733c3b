"""What a mail that something waits tells of when it leaves, and to whom it goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import Campaign, MailState, MemberState, MutedKind, Notification, NotificationKind
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.campaigns.campaigns import remind_at, send_automatic
from app.services.campaigns.reminders import send_due_reminders
from app.services.members import profile
from app.services.notifications import notifications
from app.services.notifications.digest_contents import Contents, Told, contents_of_campaign, find_contents
from app.services.notifications.digest_mail import end_of_quarter
from app.services.notifications.recall import retract_notifications
from tests.support.factories.campaigns import deliver_all, due_campaign, mails, send
from tests.support.factories.people import make_member
from tests.support.inbox import told

DAY = timedelta(days=1)


def tell(kind, now, subject_id=1):
    texts = {"title": "Nieuw", "title_en": "New", "subject_id": subject_id}
    return send_automatic(kind, groups.everybody(), **texts, actor=COMMAND, now=now)


def test_a_mail_tells_of_what_waits_for_its_receiver_the_most_urgent_first(db, now):
    early = make_member()
    send(now - DAY)  # in a mail of its own
    member = make_member()
    done = due_campaign(now, days=())
    asked, read, withdrawn = due_campaign(now, days=()), send(now), tell(NotificationKind.NEWS, now)
    by_campaign = {notification.campaign_id: notification for notification in told(member)}
    notifications.mark_read(by_campaign[read.id], now)
    by_campaign[done.id].done_at = now
    retract_notifications(NotificationKind.NEWS, 1, now)
    question = tell(NotificationKind.TEAM_QUESTION, now)
    db.session.flush()
    first, *later = mails()
    assert first.user_id == early.user_id
    [mail_id] = [mail.id for mail in later if mail.user_id == member.user_id]
    contents = find_contents([mail.id for mail in mails()], now)
    mine = contents[mail_id]
    by_campaign = {notification.campaign_id: notification for notification in told(member)}
    assert (mine.member_id, mine.only_one) == (member.id, None)
    assert mine.notification_ids == (by_campaign[asked.id].id, by_campaign[question.id].id)
    assert mine.told == (Told("check_data", asked.due_at), Told("team_question"))
    assert contents[first.id].told == (Told("information"),)
    assert (contents[first.id].member_id, contents[first.id].optional_kinds) == (early.id, {"information"})
    assert mine.optional_kinds == set()
    assert contents[first.id].only_one == contents[first.id].notification_ids[0]
    assert withdrawn.id not in by_campaign
    late = find_contents([mail_id], asked.due_at)
    assert late[mail_id].told == (Told("check_data"), Told("team_question"))
    assert contents_of_campaign(asked.id) == (Told("check_data", asked.due_at),)
    assert (contents_of_campaign(0), find_contents([], now)) == ((), {})


def test_of_what_needs_no_mail_any_more_the_mail_is_known_and_empty(db, now):
    member = make_member()
    campaign = due_campaign(now, days=())
    profile.confirm_data(member, actor=COMMAND, now=now)
    [mail] = mails()
    contents = find_contents([mail.id], now)[mail.id]
    assert (contents.told, contents.notification_ids, contents.only_one) == ((), (), None)
    assert db.session.scalar(select(Notification.done_at).where(Notification.campaign_id == campaign.id)) == now


def test_what_is_taken_back_is_of_this_kind_and_subject_and_its_mail_does_not_leave(db, now):
    make_member()
    news, document = NotificationKind.NEWS, NotificationKind.DOCUMENT
    campaigns = [
        tell(kind, now + number * DAY, subject_id)
        for number, (kind, subject_id) in enumerate(((news, 1), (news, 2), (document, 1)))
    ]
    retract_notifications(news, 1, now)
    db.session.expire_all()
    assert [campaign.stopped_at for campaign in campaigns] == [now, None, None]
    withdrawn = select(Notification.campaign_id).where(Notification.withdrawn_at.is_not(None))
    assert db.session.scalars(withdrawn).all() == [campaigns[0].id]
    assert [mail.state for mail in mails()] == [MailState.CANCELLED, MailState.QUEUED, MailState.QUEUED]
    retract_notifications(news, 1, now + DAY)
    assert db.session.scalar(select(Campaign.stopped_at).where(Campaign.id == campaigns[0].id)) == now


def test_of_an_optional_kind_only_who_stopped_that_kind_gets_no_mail(db, now):
    muted, other, _ = make_member(), make_member(), make_member(state=MemberState.PAUSED)
    for member, kind in ((muted, NotificationKind.NEWS), (other, NotificationKind.INFORMATION)):
        db.session.add(MutedKind(member_id=member.id, kind=kind))
    db.session.flush()
    tell(NotificationKind.NEWS, now)
    assert [mail.user_id for mail in mails()] == [other.user_id]


def test_reading_a_thing_settles_what_told_this_member_of_it_only(db, now):
    member, other = make_member(), make_member()
    document = NotificationKind.DOCUMENT
    campaigns = [tell(document, now), tell(document, now, subject_id=2), tell(NotificationKind.NEWS, now)]
    notifications.mark_subject_read(member.id, document, 1, now + DAY)
    notifications.mark_subject_read(member.id, document, 1, now + 2 * DAY)
    db.session.expire_all()
    mine = {notification.campaign_id: (notification.read_at, notification.done_at) for notification in told(member)}
    assert mine == {
        campaign.id: (now + DAY, now + DAY) if campaign is campaigns[0] else (None, None) for campaign in campaigns
    }
    assert [notification.read_at for notification in told(other)] == [None] * 3


def test_a_notification_is_found_by_its_member_until_it_is_taken_back(db, now):
    member, other = make_member(), make_member()
    tell(NotificationKind.NEWS, now)
    [mine] = told(member)
    assert notifications.find_notification(member.id, mine.id) is mine
    assert notifications.find_notification(other.id, mine.id) is None
    retract_notifications(NotificationKind.NEWS, 1, now)
    assert notifications.find_notification(member.id, mine.id) is None


def test_a_title_is_in_the_language_of_the_reader_where_it_is_there(db, now):
    both, dutch = send(now, title_en="Welcome", body="Dag", body_en="Hi"), send(now, body="Dag")
    titles = [notifications.title_in(campaign, locale) for campaign in (both, dutch) for locale in ("nl", "en")]
    bodies = [notifications.body_in(campaign, locale) for campaign in (both, dutch) for locale in ("nl", "en")]
    assert titles == ["Welkom", "Welcome", "Welkom", "Welkom"]
    assert bodies == ["Dag", "Hi", "Dag", "Dag"]


def test_a_mail_leaves_at_the_end_of_its_quarter(now):
    at = now.replace(hour=9, second=59, microsecond=5)
    ends = {minute: end_of_quarter(at.replace(minute=minute)) for minute in (0, 14, 15, 59)}
    assert ends == {
        0: now.replace(hour=9, minute=15),
        14: now.replace(hour=9, minute=15),
        15: now.replace(hour=9, minute=30),
        59: now.replace(hour=10, minute=0),
    }


def test_the_nearest_date_comes_first_then_what_asks_something_then_the_rest_by_kind(now):
    in_order = [
        Told("information", now),
        Told("check_data", now + DAY),
        Told("check_data"),
        Told("survey"),
        Told("team_question"),
        Told("document"),
        Told("news"),
    ]
    assert sorted(reversed(in_order), key=lambda part: part.urgency) == in_order


@pytest.mark.parametrize(
    ("kinds", "optional"),
    [(["news"], {"news"}), (["news", "information"], {"news", "information"}), (["news", "check_data"], set())],
)
def test_mail_is_stopped_by_its_link_where_all_that_it_tells_of_is_optional(kinds, optional):
    assert Contents(1, (1,), tuple(Told(kind) for kind in kinds)).optional_kinds == optional


def test_what_told_of_something_before_is_a_reminder_in_the_mail(db, now):
    make_member()
    campaign = due_campaign(now, days=(2,))
    deliver_all(now + timedelta(minutes=15))
    moment = remind_at(campaign.due_at, 2)
    send_due_reminders(moment)
    reminder = mails()[-1]
    assert find_contents([reminder.id], moment)[reminder.id].told == (
        Told("check_data", campaign.due_at, is_reminder=True),
    )
