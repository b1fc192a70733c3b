"""Questions of members in the message box: asked, and gone on with. The team's side is `thread_work`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Election,
    ElectionState,
    Member,
    Message,
    MessageAttachment,
    StoredFile,
    SubjectChoice,
    Thread,
    ThreadState,
)
from app.phrases import RuleBroken, phrase
from app.services.access import rate_limits
from app.services.access.rate_limits import Limit
from app.services.audit import Actor, record_event
from app.services.message_box.read_receipts import mark_read_by_member
from app.services.message_box.search import text_of_subject
from app.services.message_box.states import reopen_thread
from app.services.message_box.writing import drafts
from app.services.notifications.notifications import settle_actions
from app.services.search.folding import fold_text
from app.typed.texts import tidy_line, tidy_text

LONGEST_BODY: Final = 5_000  # characters: two pages; more is an attachment
LONGEST_SUBJECT: Final = 160  # as a title of a notification
PRESSED_TWICE: Final = timedelta(seconds=30)
MOST_FILES: Final = 5  # with one message
MOST_MEGABYTES_EACH: Final = 10  # a photo of a phone is 3 to 8
MOST_MEGABYTES: Final = 20  # all files of a message together


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """What was filled in; without a subject of one's own the chosen one is it."""

    subject: str
    body: str
    choice_id: int | None = None
    election_id: int | None = None


def ask_question(
    member: Member,
    question: NewQuestion,
    *,
    files: Sequence[StoredFile] = (),
    per_hour: int,
    actor: Actor,
    now: datetime,
) -> Thread:
    """A new thread of this member. Raises RuleBroken with the field, or when `per_hour` messages were sent."""
    choice = find_choice(question.choice_id)
    subject = clean_subject(question.subject or (choice.name if choice else ""))
    body = clean_body(question.body)
    _check_election(question.election_id)
    _count_message(member, per_hour, now)
    twice = _find_twice(member, body, now)
    if twice is not None and twice.thread.subject == subject:
        return twice.thread
    thread = Thread(
        member_id=member.id,
        subject=subject,
        search_text=text_of_subject(subject),
        election_id=question.election_id,
        subject_choice_id=choice.id if choice else None,
        state=ThreadState.NEW,
        is_unread_by_team=True,
        created_at=now,
        last_message_at=now,
        waiting_since=now,
    )
    db.session.add(thread)
    db.session.flush()
    add_message(thread, body, files, author_user_id=member.user_id, is_team=False, now=now)
    drafts.forget_draft(member.user_id, drafts.NEW)
    record_event(actor, "thread.asked", now=now, subject=thread, member_id=member.id, files=len(files))
    return thread


def reply(
    thread: Thread,
    typed: str,
    *,
    files: Sequence[StoredFile] = (),
    seen_id: int | None = None,
    per_hour: int,
    actor: Actor,
    now: datetime,
) -> Message:
    """The member goes on with a thread, which reopens it; `seen_id` is the last message that was on screen.

    Raises RuleBroken.
    """
    body = clean_body(typed)
    _count_message(thread.member, per_hour, now)
    twice = _find_twice(thread.member, body, now)
    if twice is not None and twice.thread_id == thread.id:
        return twice
    reopen_thread(thread, now)
    if seen_id is not None:
        mark_read_by_member(thread, now, until_id=seen_id)
    message = add_message(thread, body, files, author_user_id=thread.member.user_id, is_team=False, now=now)
    if thread.team_question_id is not None:
        settle_actions(now, member_id=thread.member_id)
    drafts.forget_draft(thread.member.user_id, drafts.place_of(thread))
    record_event(actor, "thread.replied", now=now, subject=thread, member_id=thread.member_id, files=len(files))
    return message


def _count_message(member: Member, per_hour: int, now: datetime) -> None:
    limit = Limit("box-message", per_hour, timedelta(hours=1))
    if rate_limits.count_try(limit, str(member.id), now).number > per_hour:
        raise RuleBroken(
            phrase("You sent %(most)s messages within an hour. Wait a while. Your text is kept.", most=per_hour)
        )


def _find_twice(member: Member, body: str, now: datetime) -> Message | None:
    """The same text that this member sent just now: a button that was pressed twice sends one message.

    The counter of `_count_message` makes the second request wait for the first one's commit.
    """
    same = select(Message).where(
        Message.member_id == member.id,
        Message.is_team.is_(False),
        Message.body == body,
        Message.created_at > now - PRESSED_TWICE,
    )
    return db.session.scalars(same.order_by(Message.id.desc()).limit(1)).one_or_none()


def _check_election(election_id: int | None) -> None:
    if election_id is None:
        return
    election = db.session.get(Election, election_id)
    if election is None or election.state == ElectionState.DRAFT:
        raise RuleBroken(phrase("This election is not known. Choose another one."), field="election_id")


def add_message(
    thread: Thread, body: str, files: Sequence[StoredFile], *, author_user_id: int | None, is_team: bool, now: datetime
) -> Message:
    """Write the message with its files; the state of the thread is changed by who calls it.

    Raises RuleBroken, field "files", for too many or too much.
    """
    message = Message(
        thread_id=thread.id,
        member_id=thread.member_id,
        author_user_id=author_user_id,
        is_team=is_team,
        body=body,
        created_at=now,
        search_text=fold_text(body),
    )
    _check_files(files)
    db.session.add(message)
    db.session.flush()
    db.session.add_all(
        MessageAttachment(message_id=message.id, member_id=thread.member_id, file_id=file.id) for file in files
    )
    db.session.flush()
    return message


def _check_files(files: Sequence[StoredFile]) -> None:
    if len(files) > MOST_FILES:
        raise RuleBroken(phrase("Choose at most %(most)s files.", most=MOST_FILES), field="files")
    if sum(file.size for file in files) > MOST_MEGABYTES * 1024 * 1024:
        raise RuleBroken(phrase("All files together may be at most %(most)s MB.", most=MOST_MEGABYTES), field="files")


def clean_body(typed: str, field: str = "body") -> str:
    """The text without spaces around it. Raises RuleBroken for nothing, or for more than LONGEST_BODY characters."""
    body = tidy_text(typed)
    if not body:
        raise RuleBroken(phrase("Write your message."), field=field)
    if len(body) > LONGEST_BODY:
        raise RuleBroken(
            phrase(
                "Your message has %(length)s characters. Write at most %(most)s.", length=len(body), most=LONGEST_BODY
            ),
            field=field,
        )
    return body


def clean_subject(typed: str) -> str:
    """On one line. Raises RuleBroken with field "subject"."""
    subject = tidy_line(typed)
    if not subject:
        raise RuleBroken(phrase("Choose a subject, or write your own in a few words."), field="subject")
    if len(subject) > LONGEST_SUBJECT:
        raise RuleBroken(
            phrase("Write the subject in at most %(most)s characters.", most=LONGEST_SUBJECT), field="subject"
        )
    return subject


def list_choices() -> Sequence[SubjectChoice]:
    """The subjects to choose from, in the team's order."""
    active = select(SubjectChoice).where(SubjectChoice.is_active)
    return db.session.scalars(active.order_by(SubjectChoice.position, SubjectChoice.name)).all()


def list_elections() -> Sequence[Election]:
    """The elections that a question can be about: not in draft, not over."""
    return db.session.scalars(select(Election).where(is_asked_about()).order_by(Election.voting_on, Election.id)).all()


def is_asked_about() -> ColumnElement[bool]:
    """What that asks of an election."""
    return Election.state.not_in((ElectionState.DRAFT, ElectionState.CLOSED))


def find_choice(choice_id: int | None) -> SubjectChoice | None:
    """The subject with this id. Raises RuleBroken when it is not offered any more."""
    if not choice_id:
        return None
    found = db.session.get(SubjectChoice, choice_id)
    if found is None or not found.is_active:
        raise RuleBroken(phrase("This subject is gone. Choose another one."), field="choice_id")
    return found


def waiting_for_team(before: Any = None) -> Select[Thread]:
    """The threads in which a member waits for an answer, since before an instant (or a parameter) if one is given."""
    waiting = Thread.waiting_since.is_not(None) if before is None else Thread.waiting_since < before
    return select(Thread).where(waiting)


def find_next_waiting(user_id: int, *, after: int) -> int | None:
    """The id of the question that waits longest for this colleague or for nobody yet, other than `after`."""
    is_free = or_(Thread.assignee_user_id.is_(None), Thread.assignee_user_id == user_id)
    wanted = waiting_for_team().where(is_free, Thread.id != after, Thread.merged_into_id.is_(None))
    longest_first = wanted.with_only_columns(Thread.id).order_by(Thread.waiting_since, Thread.id).limit(1)
    return db.session.scalars(longest_first).one_or_none()


def find_asked_thread(member_id: int, team_question_id: int | None) -> int | None:
    """The id of the thread in which this member was asked a question of the team."""
    wanted = select(Thread.id).where(Thread.member_id == member_id, Thread.team_question_id == team_question_id)
    found: int | None = db.session.scalar(wanted)
    return found


_FILES = (
    joinedload(Message.attachments).joinedload(MessageAttachment.file),
    joinedload(Message.attachments).joinedload(MessageAttachment.document),
)


def list_messages(thread: Thread) -> Sequence[Message]:
    """The conversation from the first message on, with its files and authors. One statement."""
    wanted = (
        select(Message)
        .where(Message.thread_id == thread.id)
        .order_by(Message.created_at, Message.id)
        .options(joinedload(Message.author), *_FILES)
    )
    return db.session.scalars(wanted).unique().all()
