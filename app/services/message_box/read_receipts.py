"""Who read what of a thread, and when: noted by a POST (docs/decisions/0010), never by looking."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, update

from app.extensions import db
from app.models import Message, NotificationKind, Thread
from app.services.notifications.notifications import mark_subject_read


def mark_read_by_member(thread: Thread, now: datetime, *, until_id: int | None = None) -> None:
    """The member read the team's messages (up to the one with `until_id`): what told of them is read and done too."""
    if not thread.is_unread_by_member:
        return
    _mark_read(thread, Thread.is_unread_by_member, is_team=True, until_id=until_id, now=now)
    mark_subject_read(thread.member_id, NotificationKind.QUESTION, thread.id, now)
    if thread.team_question_id is not None:
        mark_subject_read(thread.member_id, NotificationKind.TEAM_QUESTION, thread.team_question_id, now)


def mark_read_by_team(thread: Thread, now: datetime, *, until_id: int | None = None) -> None:
    """A colleague read the member's messages (up to the one with `until_id`)."""
    if thread.is_unread_by_team:
        _mark_read(thread, Thread.is_unread_by_team, is_team=False, until_id=until_id, now=now)


def _mark_read(thread: Thread, flag: Any, *, is_team: bool, until_id: int | None, now: datetime) -> None:
    unread = and_(Message.thread_id == thread.id, Message.is_team.is_(is_team), Message.read_at.is_(None))
    seen = unread if until_id is None else and_(unread, Message.id <= until_id)
    all_read = update(Thread).where(Thread.id == thread.id, ~exists().where(unread))
    for statement in (update(Message).where(seen).values(read_at=now), all_read.values({flag.key: False})):
        db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.refresh(thread)
