"""What a member still has to do, in the order of the home page "Wat moet ik doen?"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.models import Member, MemberState
from app.services.waiting import OpenTask, TaskFinder


def list_open_tasks(member: Member, now: datetime, finders: Iterable[TaskFinder]) -> list[OpenTask]:
    """The tasks of one member; those with a deadline first, the nearest on top."""
    if not has_tasks(member):
        return []
    tasks = [task for find in finders for task in find(member, now)]
    return sorted(tasks, key=lambda task: (task.deadline is None, task.deadline or now))


def has_tasks(member: Member) -> bool:
    """Whether anything is asked of this member: not of who left."""
    return member.state not in (MemberState.RESIGNED, MemberState.ANONYMISED)
