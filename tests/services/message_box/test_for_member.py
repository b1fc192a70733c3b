"""Conversations as a member has them: which wait for the member, and which have something to read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import Thread
from app.services.message_box import for_member, merging, read_receipts, team, threads
from tests.support.factories.message_box import actor_of, answer, ask, reply
from tests.support.factories.people import make_member, make_staff


@pytest.fixture
def colleague(db):
    return make_staff()


def awaiting(db, member):
    """The threads that wait for this member's answer, the same by a row and by its messages."""
    wanted = select(Thread).where(for_member.is_own(member.id), for_member.awaits_answer())
    found = db.session.scalars(wanted.execution_options(populate_existing=True)).all()
    for thread in db.session.scalars(select(Thread).where(for_member.is_own(member.id))):
        assert for_member.is_to_answer(thread, threads.list_messages(thread)) is (thread in found)
    return found


def count(db, member):
    return db.session.scalar(select(for_member.count_open(member.id)))


def test_what_the_team_asked_waits_until_the_member_writes_or_the_team_closes_it(db, colleague, now):
    member = make_member()
    actor = actor_of(colleague)
    for receiver in (make_member(), member):
        asked = team.start_thread(receiver, "Sleutel", "Heb jij de sleutel?", actor=actor, now=now)
    again = team.start_thread(member, "Lunch", "Eet je mee?", actor=actor, now=now)
    ask(member, now=now)
    assert set(awaiting(db, member)) == {asked, again}
    assert count(db, member) == 2
    read_receipts.mark_read_by_member(asked, now)
    assert count(db, member) == 2
    reply(asked, now=now)
    team.close(again, seen=again.version, actor=actor, now=now)
    assert awaiting(db, member) == []
    read_receipts.mark_read_by_member(again, now)
    assert count(db, member) == 0


def test_an_answer_is_open_until_it_is_read_and_waits_for_nobody(db, colleague, now):
    member, other = make_member(), make_member()
    for asking in (other, member):
        thread = ask(asking, now=now)
        assert count(db, asking) == 0
        answer(thread, colleague, now=now)
    assert (awaiting(db, member), count(db, member)) == ([], 1)
    read_receipts.mark_read_by_member(thread, now)
    assert (count(db, member), count(db, other)) == (0, 1)


def test_what_was_merged_is_no_conversation_of_its_own(db, colleague, now):
    member = make_member()
    kept, double = ask(member, now=now), ask(member, "Nog eens", "Weet je al meer?", now=now + timedelta(hours=1))
    answer(double, colleague, now=now)
    merging.merge_threads(kept, double.id, actor=actor_of(colleague), now=now)
    assert db.session.scalars(select(Thread).where(for_member.is_own(member.id))).all() == [kept]
    assert count(db, member) == 1
