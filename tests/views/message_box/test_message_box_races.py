"""What two people do at the same moment in the message box: one is first, and nothing of the other is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.extensions import db
from app.models import AuditEvent, Message, MessageDraft, Notification, Thread
from tests.support.at_once import at_once, copies, posts
from tests.support.factories.message_box import ask
from tests.support.factories.people import make_member, make_staff

pytestmark = pytest.mark.usefixtures("clock", "db")


@pytest.fixture
def team(app, sign_in_as):
    """Four colleagues, each in a browser."""
    return [sign_in_as(app.test_client(), make_staff()) for _ in range(4)]


def test_a_question_that_four_claim_at_once_is_one_colleagues(team):
    thread_id = ask(make_member()).id
    assert at_once(*posts(team, f"/vragen/take/{thread_id}", [{}] * 4)) == [302] * 4
    taken = db.session.scalars(select(AuditEvent.actor_user_id).where(AuditEvent.action == "thread.taken")).all()
    assert taken == [db.session.get(Thread, thread_id).assignee_user_id]


def test_of_four_answers_at_once_one_is_sent_and_the_others_are_kept(team):
    thread = ask(make_member())
    forms = [{"seen": str(thread.version), "body": f"Antwoord {number}"} for number in range(4)]
    answers = at_once(*posts(team, f"/vragen/answer/{thread.id}", forms))
    assert sorted(answers) == [302, 422, 422, 422]
    sent = db.session.scalars(select(Message.body).where(Message.is_team)).all()
    kept = db.session.scalars(select(MessageDraft.body)).all()
    assert sorted([*sent, *kept]) == [form["body"] for form in forms]
    assert len(sent) == 1
    assert db.session.scalar(select(func.count(Notification.id))) == 1


def test_a_question_that_is_sent_four_times_at_once_is_asked_once(app, client, sign_in_as):
    sign_in_as(client, make_member())
    form = {"choice_id": "0", "election_id": "0", "subject": "Parkeren", "body": "Waar?"}
    answers = at_once(*posts(copies(app, client, 4), "/berichtenbox/vraag", [form] * 4))
    assert answers == [302] * 4
    assert db.session.scalar(select(func.count(Thread.id))) == 1
    assert db.session.scalar(select(func.count(Message.id))) == 1
