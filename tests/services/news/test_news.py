"""General messages: written, published, seen by whom they are for, announced once, withdrawn, read and put away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import (
    Campaign,
    CampaignState,
    Condition,
    Group,
    MailState,
    MemberState,
    MutedKind,
    NewsItem,
    NewsReading,
    Notification,
    NotificationKind,
    OutboundMail,
    PublicationState,
)
from app.phrases import RuleBroken
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.campaigns import campaigns
from app.services.news import for_member, news
from app.services.news.news import NewsText
from app.services.overview.inbox import MessageKind, open_items
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.people import make_member
from tests.support.inbox import messages, undone

HOUR = timedelta(hours=1)
SERVANTS = Group((Condition("civil_servant"),))


def write(now, **values):
    wanted = {"title": "Nieuwsbrief", "body": "Beste leden", "group": groups.everybody(), **values}
    return news.write_news(NewsText(**wanted), None, actor=COMMAND, now=now)


def publish(now, **values):
    item = write(now, **values)
    news.publish_news(item, actor=COMMAND, now=now)
    return item


def titles(member, now, **values):
    return [item.row.title for item in messages(member, now, MessageKind.NEWS, **values)]


# --- who sees it --------------------------------------------------------------------------------------------------


def test_a_draft_is_seen_by_nobody(db, now):
    member = make_member()
    item = write(now)
    assert titles(member, now) == []
    assert for_member.find_own_news(member.id, item.id, now) is None


def test_it_is_seen_by_whom_it_is_for_and_by_nobody_else(db, now):
    servant, citizen = make_member(is_civil_servant=True), make_member()
    item = publish(now, group=SERVANTS)
    assert titles(servant, now) == ["Nieuwsbrief"]
    assert titles(citizen, now) == []
    assert for_member.find_own_news(citizen.id, item.id, now) is None


def test_who_comes_into_the_audience_later_sees_it_and_who_leaves_does_not(db, now):
    member = make_member()
    publish(now, group=SERVANTS)
    member.is_civil_servant = True
    assert titles(member, now) == ["Nieuwsbrief"]
    member.state = MemberState.RESIGNED
    assert titles(member, now) == []


def test_an_audience_that_asks_for_answers_counts_the_members_own_answer(db, now):
    election, answered, silent = make_open_election(), make_member(), make_member()
    give_availability(answered, election, now=now)
    publish(now, group=Group((Condition("answered", election.id),)))
    assert titles(answered, now) == ["Nieuwsbrief"]
    assert titles(silent, now) == []


def test_it_is_seen_within_its_period_only(db, now):
    member = make_member()
    publish(now, publish_from=now + HOUR, publish_until=now + 3 * HOUR)
    assert titles(member, now + HOUR - timedelta(seconds=1)) == []
    assert titles(member, now + HOUR) == ["Nieuwsbrief"]
    assert titles(member, now + 3 * HOUR) == []


def test_what_is_withdrawn_is_gone(db, now):
    member = make_member()
    item = publish(now)
    news.NEWS.withdraw(item, actor=COMMAND, now=now)
    assert titles(member, now) == []
    assert for_member.find_own_news(member.id, item.id, now) is None


def test_pinned_messages_come_first_and_then_the_latest(db, now):
    member = make_member()
    publish(now, title="Vast", is_pinned=True)
    publish(now + HOUR, title="Oud")
    publish(now + 2 * HOUR, title="Nieuw")
    assert titles(member, now + 3 * HOUR) == ["Vast", "Nieuw", "Oud"]


# --- read, put away, found again ----------------------------------------------------------------------------------


def test_looking_notes_nothing_and_opening_notes_it_once(db, now):
    member = make_member()
    item = publish(now)
    for_member.find_own_news(member.id, item.id, now)
    assert db.session.scalar(select(NewsReading.id)) is None
    for_member.mark_news_read(member.id, item, now)
    for_member.mark_news_read(member.id, item, now + HOUR)
    [row] = db.session.scalars(select(NewsReading))
    assert row.read_at == now
    for_member.mark_news_read(member.id, publish(now), now)
    for_member.archive_news(make_member().id, item, now)
    assert news.find_reach(item) == (1, None)


def test_one_members_reading_is_not_anothers(db, now):
    me, other = make_member(), make_member()
    item = publish(now)
    for_member.mark_news_read(me.id, item, now)
    for_member.archive_news(me.id, item, now)
    assert for_member.find_own_news(other.id, item.id, now).read_at is None
    assert titles(other, now) == ["Nieuwsbrief"]


def test_what_is_put_away_stands_in_the_archive_and_can_come_back(db, now):
    member = make_member()
    item = publish(now)
    other, later = make_member(), publish(now + HOUR, publish_from=now)
    for_member.archive_news(other.id, later, now)
    for_member.mark_news_read(member.id, later, now)
    for hours in range(2):
        for_member.archive_news(member.id, item, now + hours * HOUR)
    assert titles(member, now) == [later.title]
    archive = for_member.find_archive(member.id, now)
    assert archive.read(limit=5, offset=0) == [for_member.OwnNews(item, None, now)]
    assert archive.count() == 1
    assert archive.read(limit=5, offset=1) == []
    for_member.archive_news(member.id, later, now)
    assert [own.item for own in for_member.find_archive(member.id, now).read(limit=1, offset=0)] == [later]
    for_member.restore_news(member.id, later)
    for_member.restore_news(member.id, item)
    assert for_member.find_archive(other.id, now).count() == 1
    news.NEWS.withdraw(later, actor=COMMAND, now=now)
    assert titles(member, now) == ["Nieuwsbrief"]


def test_the_newest_unread_messages_leave_out_what_was_read_or_put_away(db, now):
    member = make_member()
    kept, read, away = publish(now), publish(now), publish(now)
    for_member.mark_news_read(member.id, read, now)
    for_member.archive_news(member.id, away, now)
    assert [item.row for item in open_items(member.id, now).read(limit=5)] == [kept]


@pytest.mark.parametrize(
    "typed", ["koffie", "KOFFIE", "thermos koffie", "coffee", "100%", "CAFÉ", "cafe", "één", "EEN"]
)
def test_words_are_found_in_titles_and_texts_also_in_the_archive(db, now, typed):
    member = make_member()
    found = publish(now, title="Thermos", body="Neem ÉÉN koffie mee naar het café, 100% zeker", body_en="Bring coffee")
    publish(now, title="Iets anders")
    for_member.archive_news(member.id, found, now)
    assert titles(member, now, typed=typed) == ["Thermos"]


def test_a_list_takes_as_many_statements_for_any_number_of_messages(db, now, statements):
    member, counts = make_member(), []
    for _ in range(2):
        for _ in range(6):
            publish(now)
            publish(now, group=SERVANTS)
        db.session.flush()
        with statements() as seen:
            titles(member, now)
        counts.append(len(seen))
    assert counts == [3, 3]


# --- written ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"body": " "}, "body"),
        ({"group": Group(())}, "audience"),
        ({"publish_until": -HOUR}, "publish_until"),
        ({"publish_from": 2 * HOUR, "publish_until": HOUR}, "publish_until"),
    ],
)
def test_what_is_not_complete_is_refused_at_its_field(db, now, values, field):
    given = {name: now + value if isinstance(value, timedelta) else value for name, value in values.items()}
    with pytest.raises(RuleBroken) as refused:
        write(now, **given)
    assert refused.value.field == field


def test_a_published_text_can_be_corrected_but_not_whom_it_is_for(db, now):
    item = publish(now)
    wanted = news.read_news(item)
    news.write_news(NewsText(title="Beter", body="Tekst", group=wanted.group), item, actor=COMMAND, now=now)
    assert item.title == "Beter"
    assert item.publish_from == now
    with pytest.raises(RuleBroken) as refused:
        news.write_news(NewsText(title="Beter", body="Tekst", group=SERVANTS), item, actor=COMMAND, now=now)
    assert refused.value.field == "audience"


def test_only_a_draft_can_be_deleted(db, now):
    draft, published = write(now), publish(now)
    news.delete_news(draft, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken):
        news.delete_news(published, actor=COMMAND, now=now)
    assert list(db.session.scalars(select(NewsItem))) == [published]


def test_a_draft_whose_period_is_over_cannot_be_published(db, now):
    item = write(now, publish_until=now + HOUR)
    with pytest.raises(RuleBroken) as refused:
        news.publish_news(item, actor=COMMAND, now=now + 2 * HOUR)
    assert refused.value.field == "publish_until"
    assert item.state == PublicationState.DRAFT


def test_of_two_who_publish_at_once_one_is_told_so(db, now):
    item = publish(now)
    with pytest.raises(RuleBroken):
        news.publish_news(item, actor=COMMAND, now=now)


# --- announced ----------------------------------------------------------------------------------------------------


def told(db):
    alive = Notification.withdrawn_at.is_(None)
    return list(db.session.scalars(select(Notification.member_id).where(alive).order_by(Notification.id)))


def test_an_announcement_leaves_when_the_message_appears_and_once_only(db, now):
    servant = make_member(is_civil_servant=True)
    make_member()
    publish(now, group=SERVANTS, is_announced=True, publish_from=now + HOUR)
    assert news.announce_due_news(now) == 0
    assert news.announce_due_news(now + HOUR) == 1
    assert news.announce_due_news(now + 2 * HOUR) == 0
    assert told(db) == [servant.id]
    assert len(list(db.session.scalars(select(OutboundMail)))) == 1


def test_nothing_is_told_of_what_is_not_to_be_announced_or_is_over(db, now):
    make_member()
    publish(now)
    publish(now, is_announced=True, publish_until=now + HOUR)
    assert news.announce_due_news(now + 2 * HOUR) == 0
    assert told(db) == []


def test_who_wants_no_mail_of_messages_sees_the_notification_only(db, now):
    member = make_member()
    db.session.add(MutedKind(member_id=member.id, kind=NotificationKind.NEWS))
    publish(now, is_announced=True)
    news.announce_due_news(now)
    assert told(db) == [member.id]
    assert list(db.session.scalars(select(OutboundMail))) == []


def test_reading_the_message_is_reading_what_told_of_it(db, now):
    member = make_member()
    item = publish(now, is_announced=True)
    news.announce_due_news(now)
    assert len(undone(member)) == 1
    for_member.mark_news_read(member.id, item, now)
    assert undone(member) == []


def test_withdrawing_takes_the_announcement_back_and_publishing_again_tells_anew(db, now):
    member = make_member()
    item = publish(now, is_announced=True)
    news.announce_due_news(now)
    news.NEWS.withdraw(item, actor=COMMAND, now=now)
    assert told(db) == []
    assert [mail.state for mail in db.session.scalars(select(OutboundMail))] == [MailState.CANCELLED]
    assert [campaign.state for campaign in db.session.scalars(select(Campaign))] == [CampaignState.STOPPED]
    news.publish_news(item, actor=COMMAND, now=now + HOUR)
    news.announce_due_news(now + HOUR)
    assert told(db) == [member.id]


def test_a_mail_that_tells_of_something_else_too_still_leaves_after_a_withdrawal(db, now):
    member = make_member()
    item = publish(now, is_announced=True)
    news.announce_due_news(now)
    other = campaigns.send_automatic(
        NotificationKind.DOCUMENT,
        Group((Condition("picked", ids=(member.id,)),)),
        title="Brief",
        title_en="",
        subject_id=1,
        actor=COMMAND,
        now=now,
    )
    news.NEWS.withdraw(item, actor=COMMAND, now=now)
    assert [mail.state for mail in db.session.scalars(select(OutboundMail))] == [MailState.QUEUED]
    assert db.session.scalars(select(Notification.withdrawn_at).where(Notification.campaign_id == other.id)).all() == [
        None
    ]
