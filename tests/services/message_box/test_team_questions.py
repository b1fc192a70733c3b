"""One question to an audience: a thread for each member, one campaign, and the answers per member."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.models import (
    AuditEvent,
    Campaign,
    Condition,
    Group,
    MemberState,
    Message,
    Notification,
    OutboundMail,
    TeamQuestion,
    Thread,
)
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.message_box import read_receipts, team_questions, threads
from app.services.message_box.team_questions import TeamQuestionText
from app.services.message_box.writing import drafts
from tests.support.factories.message_box import actor_of, reply
from tests.support.factories.people import make_member, make_staff

EVERYBODY = Group((Condition("everybody"),))


def write(colleague, now, group=EVERYBODY, **values):
    wanted = {"subject": "Lunch", "body": "Eet je mee?", **values}
    return team_questions.write_team_question(
        TeamQuestionText(group=group, **wanted), None, actor=actor_of(colleague), now=now
    )


def test_each_member_of_the_audience_gets_an_own_thread_and_one_notification(db, now):
    members = [make_member(), make_member()]
    make_member(state=MemberState.PAUSED)
    colleague = make_staff()
    question = write(colleague, now)
    assert team_questions.ask_audience(question, actor=actor_of(colleague), now=now) == 2
    db.session.commit()
    found = db.session.scalars(select(Thread).order_by(Thread.member_id)).all()
    assert [thread.member_id for thread in found] == [member.id for member in members]
    assert all(thread.is_unread_by_member and thread.state == "answered" and thread.is_from_team for thread in found)
    assert [message.body for message in threads.list_messages(found[0])] == ["Eet je mee?"]
    campaign = db.session.scalars(select(Campaign)).one()
    assert (campaign.title, campaign.title_en) == ("Het team heeft je iets gevraagd", "The team asked you something")
    assert sorted(db.session.scalars(select(Notification.member_id))) == [member.id for member in members]
    assert db.session.scalar(select(func.count(OutboundMail.id))) == 2


def test_it_is_asked_once(db, now):
    make_member()
    colleague = make_staff()
    question = write(colleague, now)
    team_questions.ask_audience(question, actor=actor_of(colleague), now=now)
    with pytest.raises(RuleBroken, match="just asked"):
        team_questions.ask_audience(question, actor=actor_of(colleague), now=now)
    assert db.session.scalar(select(func.count(Thread.id))) == 1
    for change in (
        lambda: team_questions.delete_team_question(question, actor=actor_of(colleague), now=now),
        lambda: team_questions.write_team_question(
            TeamQuestionText("A", "B", EVERYBODY), question, actor=actor_of(colleague), now=now
        ),
    ):
        with pytest.raises(RuleBroken, match="has been asked"):
            change()


def test_a_question_that_was_not_asked_can_be_changed_and_deleted(db, now):
    colleague = make_staff()
    _other, question = write(colleague, now), write(colleague, now)
    actor, number = actor_of(colleague), question.id
    changed = TeamQuestionText(" Borrel ", " Kom je? ", EVERYBODY)
    assert team_questions.write_team_question(changed, question, actor=actor, now=now) is question
    assert (question.subject, question.body, question.created_by_user_id) == ("Borrel", "Kom je?", colleague.id)
    team_questions.delete_team_question(question, actor=actor, now=now)
    assert db.session.scalars(select(TeamQuestion.subject)).all() == ["Lunch"]
    of_it = select(AuditEvent.action).where(AuditEvent.subject_id == number).order_by(AuditEvent.id)
    assert db.session.scalars(of_it).all() == [f"team_question.{act}" for act in ("created", "changed", "deleted")]


def test_it_is_not_asked_to_nobody(db, now):
    colleague = make_staff()
    question = write(colleague, now)
    with pytest.raises(RuleBroken, match="Nobody is in this audience"):
        team_questions.ask_audience(question, actor=actor_of(colleague), now=now)
    db.session.rollback()
    assert db.session.scalar(select(func.count(Thread.id))) == 0


def test_the_answers_are_read_per_member(db, now):
    member, other, colleague = make_member(surname="Aalders"), make_member(surname="Bakker"), make_staff()
    elsewhere, question = write(colleague, now, subject="Borrel"), write(colleague, now)
    for asked in (elsewhere, question):
        team_questions.ask_audience(asked, actor=actor_of(colleague), now=now)
    db.session.commit()
    of_question = select(Thread).where(Thread.team_question_id == question.id)
    thread = db.session.scalars(of_question.where(Thread.member_id == other.id)).one()
    assert threads.find_asked_thread(other.id, question.id) == thread.id
    read_receipts.mark_read_by_member(thread, now)
    reply(thread, "Ja, graag.", now=now)
    found = team_questions.list_answers(question, only_answered=False, limit=10)
    assert [(a.thread.member_id, a.answer, a.read_at) for a in found] == [
        (member.id, "", None),
        (other.id, "Ja, graag.", now),
    ]
    assert [a.thread.member_id for a in team_questions.list_answers(question, only_answered=True, limit=10)] == [
        other.id
    ]
    assert [number for _, number in team_questions.count_answers(question)] == [2, 1, 1]
    assert [number for _, number in team_questions.count_answers(elsewhere)] == [2, 0, 0]
    answered = team_questions.select_member_ids(question, only_answered=True)
    assert db.session.scalars(answered).all() == [other.id]
    assert thread.state == "new"


def test_a_question_that_is_taken_back_is_gone_but_no_word_of_a_member(db, now):
    silent = make_member()
    colleague = make_staff()
    other = write(colleague, now)
    team_questions.ask_audience(other, actor=actor_of(colleague), now=now - timedelta(days=1))
    answering, typing = make_member(), make_member()
    question = write(colleague, now)
    team_questions.ask_audience(question, actor=actor_of(colleague), now=now)
    db.session.commit()
    asked = db.session.scalars(select(Thread).where(Thread.team_question_id == question.id))
    thread_of = {thread.member_id: thread for thread in asked}
    reply(thread_of[answering.id], "Ja, graag.", now=now)
    typed = thread_of[typing.id]
    drafts.save_draft(typing.user_id, drafts.place_of(typed), body="Ik denk", thread_id=typed.id, now=now)
    assert team_questions.withdraw_team_question(question, actor=actor_of(colleague), now=now) == 1
    db.session.commit()
    states = dict(db.session.execute(select(Thread.member_id, Thread.state)).all())
    assert states == {silent.id: "answered", answering.id: "new", typing.id: "closed"}
    db.session.refresh(typed)
    assert (typed.closed_at, typed.is_unread_by_member) == (now, False)
    [left] = db.session.scalars(select(Notification).where(Notification.withdrawn_at.is_(None)))
    assert (left.member_id, left.campaign.subject_id) == (silent.id, other.id)
    mails = db.session.execute(select(OutboundMail.user_id, OutboundMail.state).order_by(OutboundMail.id)).all()
    assert mails[0] == (silent.user_id, "queued")
    assert [state for _, state in mails[1:]] == ["cancelled"] * 3
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "team_question.withdrawn")).one()
    assert (event.actor_user_id, event.details) == (colleague.id, {"members": 1})
    with pytest.raises(RuleBroken, match="cannot be taken back"):
        team_questions.withdraw_team_question(question, actor=actor_of(colleague), now=now)


def test_a_question_that_was_not_asked_cannot_be_taken_back(db, now):
    colleague = make_staff()
    with pytest.raises(RuleBroken, match="cannot be taken back"):
        team_questions.withdraw_team_question(write(colleague, now), actor=actor_of(colleague), now=now)


def test_reading_it_settles_the_notification_of_this_member_only(db, now):
    member, colleague = make_member(), make_staff()
    make_member()
    other, question = write(colleague, now, subject="Borrel"), write(colleague, now)
    for asked in (other, question):
        team_questions.ask_audience(asked, actor=actor_of(colleague), now=now)
    mine = select(Thread).where(Thread.member_id == member.id, Thread.team_question_id == question.id)
    read_receipts.mark_read_by_member(db.session.scalars(mine).one(), now)
    [read] = db.session.scalars(select(Notification).where(Notification.read_at.is_not(None)))
    assert (read.member_id, read.campaign.subject_id, read.done_at) == (member.id, question.id, None)


def test_asking_costs_as_many_statements_for_20_members_as_for_2(db, now, statements):
    colleague, counts = make_staff(), []
    for more in (2, 18):
        for _ in range(more):
            make_member()
        question = write(colleague, now)
        db.session.commit()
        with statements() as seen:
            team_questions.ask_audience(question, actor=actor_of(colleague), now=now)
        counts.append(len(seen))
    assert counts[0] == counts[1], counts
    assert db.session.scalar(select(func.count(Message.id))) == 22
    assert db.session.scalar(select(func.count(TeamQuestion.id))) == 2


def test_a_deadline_stands_with_the_question_and_in_what_tells_of_it(db, now):
    colleague = make_staff()
    make_member()
    due = now + timedelta(days=9)
    wanted = TeamQuestionText("Lunch", "Eet je mee?", EVERYBODY, due_at=due)
    question = team_questions.write_team_question(wanted, None, actor=actor_of(colleague), now=now)
    team_questions.ask_audience(question, actor=actor_of(colleague), now=now)
    assert db.session.scalars(select(Thread.due_at)).all() == [due]
    assert db.session.scalars(select(Campaign.due_at)).all() == [due]


def test_a_deadline_is_still_to_come_when_it_is_written_and_when_it_is_asked(db, now):
    colleague = make_staff()
    make_member()
    wanted = TeamQuestionText("Lunch", "Eet je mee?", EVERYBODY, due_at=now + timedelta(days=1))
    question = team_questions.write_team_question(wanted, None, actor=actor_of(colleague), now=now)
    for act in (
        lambda later: team_questions.write_team_question(wanted, question, actor=COMMAND, now=later),
        lambda later: team_questions.ask_audience(question, actor=COMMAND, now=later),
    ):
        with pytest.raises(RuleBroken) as refused:
            act(now + timedelta(days=1))
        assert refused.value.field == "due_at"
