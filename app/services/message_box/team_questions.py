"""One question of the team to an audience: a thread for each member, by INSERT … SELECT, and the answers together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, delete, exists, func, literal, select, update
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Condition,
    Group,
    Member,
    Message,
    MessageDraft,
    NotificationKind,
    TeamQuestion,
    Thread,
    ThreadState,
)
from app.phrases import Phrase, RuleBroken, counted, phrase
from app.services.atomic import change_if
from app.services.audiences import criteria, groups
from app.services.audit import Actor, record_event
from app.services.bulk import insert_selected
from app.services.campaigns import campaigns
from app.services.message_box.search import text_of_subject
from app.services.message_box.team import ASKED
from app.services.message_box.threads import clean_body, clean_subject
from app.services.message_box.writing import canned_answers
from app.services.notifications.recall import retract_notifications
from app.services.search.folding import fold_text

EXCERPT: Final = 300  # characters of an answer in the list


@dataclass(frozen=True, slots=True)
class TeamQuestionText:
    """What staff fill in."""

    subject: str
    body: str
    group: Group
    election_id: int | None = None
    due_at: datetime | None = None  # before when an answer is asked


@dataclass(frozen=True, slots=True)
class MemberAnswer:
    """What one member did with the question: `answer` is the first reply, empty while there is none."""

    thread: Thread
    read_at: datetime | None
    answered_at: datetime | None
    answer: str


def write_team_question(
    wanted: TeamQuestionText, question: TeamQuestion | None, *, actor: Actor, now: datetime
) -> TeamQuestion:
    """Keep a question that is not asked yet. Raises RuleBroken with the field."""
    if question is not None and question.sent_at is not None:
        raise RuleBroken(phrase("This question has been asked and cannot be changed any more."))
    subject, body = clean_subject(wanted.subject), clean_body(wanted.body)
    canned_answers.check_filled(body)
    groups.check_group(wanted.group)
    _check_due(wanted.due_at, now)
    row = question or TeamQuestion(created_at=now, created_by_user_id=actor.user_id)
    row.subject, row.body, row.election_id = subject, body, wanted.election_id
    row.group, row.due_at = wanted.group, wanted.due_at
    db.session.add(row)
    db.session.flush()
    record_event(actor, "team_question.changed" if question else "team_question.created", now=now, subject=row)
    return row


def check_question_goes(question: TeamQuestion) -> None:
    """Raises RuleBroken for what was asked."""
    if question.sent_at is not None:
        raise RuleBroken(phrase("This question has been asked and cannot be deleted any more."))


def delete_team_question(question: TeamQuestion, *, actor: Actor, now: datetime) -> None:
    """Only what was not asked yet."""
    check_question_goes(question)
    record_event(actor, "team_question.deleted", now=now, subject=question)
    db.session.delete(question)
    db.session.flush()


def ask_audience(question: TeamQuestion, *, actor: Actor, now: datetime) -> int:
    """Give each member of the audience a thread with the question, and tell them; gives how many. Once only.

    A few statements, however many members. Raises RuleBroken when it was asked already, or for nobody.
    """
    if not change_if(TeamQuestion, TeamQuestion.id == question.id, TeamQuestion.sent_at.is_(None), sent_at=now):
        raise RuleBroken(phrase("A colleague has just asked this question."))
    group = question.group
    groups.check_group(group)
    _check_due(question.due_at, now)
    count = _insert_threads(question, group, actor, now)
    if not count:
        raise RuleBroken(phrase("Nobody is in this audience now."))
    _insert_messages(question, actor, now)
    campaigns.send_automatic(
        NotificationKind.TEAM_QUESTION,
        Group((Condition("team_question", ids=(question.id,)),)),
        title=ASKED[0],
        title_en=ASKED[1],
        subject_id=question.id,
        election_id=question.election_id,
        due_at=question.due_at,
        actor=actor,
        now=now,
    )
    record_event(actor, "team_question.asked", now=now, subject=question, members=count)
    return count


def withdraw_team_question(question: TeamQuestion, *, actor: Actor, now: datetime) -> int:
    """Take it back: who did not answer sees it no more, and a mail about it does not leave; gives how many.

    Who answered, or is typing one, keeps the conversation, closed: nothing that a member wrote is lost. Raises
    RuleBroken when it was not asked, or taken back already.
    """
    is_asked = (TeamQuestion.sent_at.is_not(None), TeamQuestion.withdrawn_at.is_(None))
    if not change_if(TeamQuestion, TeamQuestion.id == question.id, *is_asked, withdrawn_at=now):
        raise RuleBroken(phrase("This question cannot be taken back."))
    of_question = Thread.team_question_id == question.id
    is_typed = exists().where(MessageDraft.thread_id == Thread.id)
    unanswered = delete(Thread).where(of_question, ~_replied(), ~is_typed)
    gone = db.session.execute(unanswered.execution_options(synchronize_session=False))
    db.session.execute(
        update(Thread)
        .where(of_question, Thread.state == ThreadState.ANSWERED)
        .values(state=ThreadState.CLOSED, closed_at=now, is_unread_by_member=False, version=Thread.version + 1)
        .execution_options(synchronize_session=False)
    )
    retract_notifications(NotificationKind.TEAM_QUESTION, question.id, now)
    count = int(getattr(gone, "rowcount", 0))
    record_event(actor, "team_question.withdrawn", now=now, subject=question, members=count)
    return count


def _check_due(due_at: datetime | None, now: datetime) -> None:
    if due_at is not None and due_at <= now:
        raise RuleBroken(phrase("The moment before which they answer is still to come."), field="due_at")


def _insert_threads(question: TeamQuestion, group: Group, actor: Actor, now: datetime) -> int:
    moment = literal(now, Thread.created_at.type)
    columns = {
        "member_id": Member.id,
        "subject": literal(question.subject),
        "search_text": literal(text_of_subject(question.subject)),
        "election_id": literal(question.election_id, Thread.election_id.type),
        "state": literal(ThreadState.ANSWERED.value),
        "is_from_team": literal(True),
        "team_question_id": literal(question.id),
        "due_at": literal(question.due_at, Thread.due_at.type),
        "is_unread_by_team": literal(False),
        "is_unread_by_member": literal(True),
        "created_at": moment,
        "last_message_at": moment,
        "version": literal(1),
    }
    rows = select(*columns.values()).where(criteria.criterion_of(group))
    return insert_selected(Thread, list(columns), rows)


def _insert_messages(question: TeamQuestion, actor: Actor, now: datetime) -> None:
    columns = {
        "thread_id": Thread.id,
        "member_id": Thread.member_id,
        "author_user_id": literal(actor.user_id, Message.author_user_id.type),
        "is_team": literal(True),
        "body": literal(question.body),
        "created_at": literal(now, Message.created_at.type),
        "search_text": literal(fold_text(question.body)),
    }
    rows = select(*columns.values()).where(Thread.team_question_id == question.id)
    insert_selected(Message, list(columns), rows)


def _replied() -> ColumnElement[bool]:
    return exists().where(Message.thread_id == Thread.id, Message.is_team.is_(False))


def count_answers(question: TeamQuestion) -> list[tuple[Phrase, int]]:
    """How many got it, read it and answered it. One statement."""
    read = ~Thread.is_unread_by_member
    counts = db.session.execute(
        select(
            func.count(Thread.id),
            func.coalesce(func.sum(case((read, 1), else_=0)), 0),
            func.coalesce(func.sum(case((_replied(), 1), else_=0)), 0),
        ).where(Thread.team_question_id == question.id)
    ).one()
    names = (
        counted("member got it", "members got it"),
        counted("member read it", "members read it"),
        counted("member answered", "members answered"),
    )
    return [(name.of(number), number) for name, number in zip(names, counts, strict=True)]


def list_answers(question: TeamQuestion, *, only_answered: bool, limit: int, offset: int = 0) -> list[MemberAnswer]:
    """The members by surname, each with the first reply. Two statements."""
    wanted = select(Thread).join(Member).where(Thread.team_question_id == question.id)
    if only_answered:
        wanted = wanted.where(_replied())
    page = wanted.order_by(*Member.by_name()).limit(limit).offset(offset).options(joinedload(Thread.member))
    threads = db.session.scalars(page).all()
    messages = _messages_of(threads)
    return [_answer_of(thread, [m for m in messages if m.thread_id == thread.id]) for thread in threads]


def select_member_ids(question: TeamQuestion, *, only_answered: bool) -> Select[Any]:
    """The ids of the members who were asked, or answered."""
    asked = select(Thread.member_id).where(Thread.team_question_id == question.id)
    return asked.where(_replied()) if only_answered else asked


def _messages_of(threads: Sequence[Thread]) -> Sequence[Message]:
    wanted = select(Message).where(Message.thread_id.in_([thread.id for thread in threads]))
    return db.session.scalars(wanted.order_by(Message.created_at, Message.id)).all()


def _answer_of(thread: Thread, messages: Sequence[Message]) -> MemberAnswer:
    asked = next((message for message in messages if message.is_team), None)
    reply = next((message for message in messages if not message.is_team), None)
    if reply is None:
        return MemberAnswer(thread, asked.read_at if asked else None, None, "")
    words = reply.body if len(reply.body) <= EXCERPT else reply.body[:EXCERPT].rstrip() + " …"
    return MemberAnswer(thread, asked.read_at if asked else None, reply.created_at, words)
