"""Where a thread stands: new → in progress → answered → closed, a reply reopens. Nothing else writes these columns.

Each change is one atomic UPDATE that also raises the version. With `seen`, the version that somebody looked at, it
changes nothing when the thread went on meanwhile: of two people at once one wins, and the other is told.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_

from app.extensions import db
from app.models import Thread, ThreadState
from app.services.atomic import change_if


def reopen_thread(thread: Thread, now: datetime) -> bool:
    """The member wrote: it waits for the team again, with who had it."""
    return _change(
        thread,
        state=_waiting_state(),
        waiting_since=func.coalesce(Thread.waiting_since, now),
        last_message_at=now,
        closed_at=None,
        is_unread_by_team=True,
    )


def mark_answered(thread: Thread, *, user_id: int, seen: int, is_last: bool, now: datetime) -> bool:
    """The team wrote; who answers has it from now on, if nobody did. `is_last`: closed with this answer."""
    return _change(
        thread,
        Thread.version == seen,
        state=ThreadState.CLOSED if is_last else ThreadState.ANSWERED,
        assignee_user_id=func.coalesce(Thread.assignee_user_id, user_id),
        claimed_at=func.coalesce(Thread.claimed_at, now),
        waiting_since=None,
        last_message_at=now,
        closed_at=now if is_last else None,
        is_unread_by_member=True,
    )


def claim_thread(thread: Thread, *, user_id: int, now: datetime) -> bool:
    """It is this colleague's, unless somebody was first."""
    is_free = or_(Thread.assignee_user_id.is_(None), Thread.assignee_user_id == user_id)
    return _change(thread, is_free, assignee_user_id=user_id, claimed_at=now, state=_state_with_somebody())


def reassign(thread: Thread, *, user_id: int, seen: int, now: datetime) -> bool:
    """It is this colleague's, whoever had it."""
    return _change(
        thread, Thread.version == seen, assignee_user_id=user_id, claimed_at=now, state=_state_with_somebody()
    )


def unassign(thread: Thread, *, seen: int) -> bool:
    """It is nobody's; what was in progress is new again."""
    state = case((Thread.state == ThreadState.IN_PROGRESS, ThreadState.NEW.value), else_=Thread.state)
    return _change(thread, Thread.version == seen, assignee_user_id=None, claimed_at=None, state=state)


def close_thread(thread: Thread, *, seen: int, now: datetime) -> bool:
    """Nothing more is to be said; nobody is told."""
    return _change(
        thread,
        Thread.version == seen,
        state=ThreadState.CLOSED,
        closed_at=now,
        waiting_since=None,
    )


def take_over_from(thread: Thread, duplicate: Thread) -> bool:
    """`duplicate` went into `thread`: what waited there waits here, with what is unread."""
    waited = [since for since in (thread.waiting_since, duplicate.waiting_since) if since is not None]
    moved = _change(
        thread,
        state=_waiting_state() if waited else Thread.state,
        waiting_since=min(waited, default=None),
        last_message_at=max(thread.last_message_at, duplicate.last_message_at),
        is_unread_by_team=thread.is_unread_by_team or duplicate.is_unread_by_team,
        is_unread_by_member=thread.is_unread_by_member or duplicate.is_unread_by_member,
        **({"closed_at": None} if waited else {}),
    )
    gone = {"waiting_since": None, "is_unread_by_team": False, "is_unread_by_member": False}
    return moved and _change(
        duplicate,
        Thread.merged_into_id.is_(None),
        state=ThreadState.CLOSED,
        merged_into_id=thread.id,
        closed_at=func.coalesce(Thread.closed_at, thread.last_message_at),
        **gone,
    )


def _waiting_state() -> ColumnElement[Any]:
    return case((Thread.assignee_user_id.is_not(None), ThreadState.IN_PROGRESS.value), else_=ThreadState.NEW.value)


def _state_with_somebody() -> ColumnElement[Any]:
    return case((Thread.state == ThreadState.NEW, ThreadState.IN_PROGRESS.value), else_=Thread.state)


def _change(thread: Thread, *conditions: ColumnElement[bool], **values: Any) -> bool:
    is_changed = change_if(Thread, Thread.id == thread.id, *conditions, **values, version=Thread.version + 1)
    if not is_changed:
        db.session.refresh(thread)  # who loses sees what the other made of it
    return is_changed
