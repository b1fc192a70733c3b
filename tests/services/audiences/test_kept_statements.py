"""Statements that are built once and kept by the groups they ask for: right for each member, moment and group."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import Condition, Group
from app.services.audience_kinds import KINDS
from app.services.audiences.groups import everybody, kept_by_groups
from app.services.audit import COMMAND
from app.services.news import for_member, news
from app.services.news.news import NewsText
from app.services.overview import badges, inbox
from app.services.overview.inbox import open_items
from app.views import SUBJECTS
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.people import make_member

BADGES = [badge for subject in SUBJECTS for badge in subject.badges if badge.groups]
VISIBLE = {kind: select for subject in SUBJECTS for kind, select in subject.visible.items()}
LONG_AFTER = timedelta(days=400)


def publish(now, *conditions, is_all=True):
    group = Group(tuple(Condition(*parts) for parts in conditions), is_all=is_all)
    item = news.write_news(NewsText(title="Nieuws", body="Leden", group=group), None, actor=COMMAND, now=now)
    news.publish_news(item, actor=COMMAND, now=now)
    return item


def unread(member, now):
    """Counted for the badge, and read for the home page: the same."""
    counted = badges.count_waiting(BADGES, member, now, kinds=VISIBLE)
    number = counted["My messages"].number if counted else 0
    assert number == len(open_items(member.id, now).read(limit=100))
    return number


def test_each_member_is_counted_by_the_own_answer_and_the_own_reading(db, now):
    election, answered, silent = make_open_election(), make_member(), make_member()
    give_availability(answered, election, now=now)
    item = publish(now, ("answered", election.id))
    publish(now, ("everybody",))
    for _ in range(2):
        assert (unread(answered, now), unread(silent, now)) == (2, 1)
    for_member.mark_news_read(answered.id, item, now)
    assert (unread(answered, now), unread(silent, now)) == (1, 1)


def test_groups_of_the_same_look_are_told_apart(db, now):
    elections, member = [make_open_election(code=f"GR_{number}") for number in range(2)], make_member()
    give_availability(member, elections[1], now=now)
    item = publish(now, ("answered", elections[0].id))
    assert unread(member, now) == 0
    item.group = Group((Condition("answered", elections[1].id),))
    db.session.flush()
    assert unread(member, now) == 1


def test_who_was_picked_by_hand_sees_it_and_nobody_else(db, now):
    picked, other = make_member(), make_member()
    publish(now, ("picked", None, (picked.id,)))
    publish(now, ("picked", None, (picked.id,)), ("civil_servant",), is_all=False)
    assert (unread(picked, now), unread(other, now)) == (2, 0)


def test_a_group_that_depends_on_the_day_is_asked_again_each_day(db, now, clock):
    member = make_member(data_checked_at=now)
    publish(now, ("unchecked",))
    assert unread(member, now) == 0
    clock.shift(LONG_AFTER)
    assert unread(member, now + LONG_AFTER) == 1


def test_what_begins_and_ends_is_counted_by_the_moment(db, now):
    member, item = make_member(), publish(now, ("everybody",))
    item.publish_until = now + timedelta(hours=1)
    db.session.flush()
    seen = [unread(member, now + timedelta(hours=hours)) for hours in (-1, 0, 1)]
    assert seen == [0, 1, 0]


@pytest.mark.parametrize("code", sorted({code for subject in SUBJECTS for code in subject.audience_kinds}))
def test_a_kind_that_is_lasting_asks_the_same_later_and_reads_nothing(db, now, clock, statements, code):
    kind, asked = KINDS[code], Condition(code, 1, (1,))
    with statements() as seen:
        before = _look(kind.criterion(asked))
        clock.shift(LONG_AFTER)
        after = _look(kind.criterion(asked))
    assert not kind.is_lasting or (before == after and not seen), "set is_lasting=False"


def _look(criterion):
    compiled = criterion.compile()
    return str(compiled), compiled.params


def test_only_lasting_groups_are_kept():
    built = []
    build = kept_by_groups(lambda groups, *_others: built.append(groups))
    for _ in range(2):
        build((everybody(),), "what it is for")
        build((Group((Condition("unchecked"),)),))
        build((Group((Condition("unknown"),)),))
    assert len(built) == 1 + 2 + 2


@pytest.mark.parametrize(("typed", "is_kept"), [("", True), ("sleutel", False)])
def test_the_statement_of_a_page_of_messages_is_kept_unless_words_are_looked_for(db, now, typed, is_kept):
    asked = inbox.open_inbox(make_member().id, now, typed=typed).asked
    assert (inbox._select_page(asked) is inbox._select_page(asked)) is is_kept
