"""What the team reads of a question to an audience: each member, who read it, and the first reply."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.services.audiences import groups
from app.services.message_box import read_receipts, team_questions
from app.services.message_box.team_questions import TeamQuestionText
from tests.support.factories.message_box import actor_of, answer, ask, reply
from tests.support.factories.people import make_member, make_staff

HOUR = timedelta(hours=1)


@pytest.fixture
def colleague(db):
    return make_staff()


def put(colleague, now, subject="Lunch"):
    actor = actor_of(colleague)
    text = TeamQuestionText(subject, "Eet je mee?", groups.everybody())
    question = team_questions.write_team_question(text, None, actor=actor, now=now)
    team_questions.ask_audience(question, actor=actor, now=now)
    return question


def test_of_each_member_the_first_reply_is_read_by_surname(colleague, now):
    silent, talker, reader = (make_member(surname=name) for name in ("Cool", "Bakker", "Aalders"))
    question = put(colleague, now)
    ask(talker, now=now)  # a question of the own is no answer
    threads = {
        row.thread.member_id: row.thread for row in team_questions.list_answers(question, only_answered=False, limit=9)
    }
    read_receipts.mark_read_by_member(threads[reader.id], now + HOUR)
    reply(threads[talker.id], "Ja, graag.", now=now + HOUR)
    answer(threads[talker.id], colleague, "Fijn.", now=now + 2 * HOUR)
    reply(threads[talker.id], "Toch niet.", now=now + 3 * HOUR)
    rows = team_questions.list_answers(question, only_answered=False, limit=9)
    assert [row.thread.member_id for row in rows] == [reader.id, talker.id, silent.id]
    assert [row.answer for row in rows] == ["", "Ja, graag.", ""]
    assert [row.answered_at for row in rows] == [None, now + HOUR, None]
    assert rows[0].read_at == now + HOUR
    assert rows[2].read_at is None
    only = team_questions.list_answers(question, only_answered=True, limit=9)
    assert [row.thread.member_id for row in only] == [talker.id]
    page = team_questions.list_answers(question, only_answered=False, limit=1, offset=1)
    assert [row.thread.member_id for row in page] == [talker.id]


def test_a_long_reply_is_cut_and_says_so(colleague, now):
    make_member()
    question = put(colleague, now)
    [row] = team_questions.list_answers(question, only_answered=False, limit=9)
    reply(row.thread, "a" * (team_questions.EXCERPT + 1), now=now + HOUR)
    [row] = team_questions.list_answers(question, only_answered=False, limit=9)
    assert row.answer == "a" * team_questions.EXCERPT + " …"


def test_a_reply_that_just_fits_is_not_cut(colleague, now):
    make_member()
    question = put(colleague, now)
    [row] = team_questions.list_answers(question, only_answered=False, limit=9)
    reply(row.thread, "a" * team_questions.EXCERPT, now=now + HOUR)
    [row] = team_questions.list_answers(question, only_answered=False, limit=9)
    assert row.answer == "a" * team_questions.EXCERPT
