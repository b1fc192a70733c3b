"""Conversations as one member has them: which ask for an answer, and which have something to read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from app.models import Message, Thread, ThreadState
from app.services.waiting import how_many


def is_own(member_id: Any) -> ColumnElement[bool]:
    """The member's conversations; one that was merged is part of another."""
    return and_(Thread.member_id == member_id, Thread.merged_into_id.is_(None))


def awaits_answer() -> ColumnElement[bool]:
    """The team began it and the member said nothing yet, read or not; until the team closes it."""
    is_answered = exists().where(Message.thread_id == Thread.id, Message.is_team.is_(False))
    return and_(Thread.is_from_team.is_(True), Thread.state == ThreadState.ANSWERED, ~is_answered)


def is_to_answer(thread: Thread, messages: Iterable[Message]) -> bool:
    """The same of one conversation with its messages."""
    is_of_team = thread.is_from_team and all(message.is_team for message in messages)
    return is_of_team and thread.state == ThreadState.ANSWERED


def is_unread() -> ColumnElement[bool]:
    """The team wrote something that the member did not read."""
    return Thread.is_unread_by_member.is_(True)


def count_open(member_id: Any) -> ColumnElement[int]:
    """For a badge: how many of the member's conversations wait for an answer, or have something to read."""
    wanted = select(Thread.id).where(is_own(member_id), or_(awaits_answer(), is_unread()))
    return how_many(wanted.correlate(None))
