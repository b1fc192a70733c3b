"""What runs in the background: views, commands and jobs ask for it here, after their commit.

The truth is in our tables, the queue only says "look now": a job that got lost, or a worker that died in the middle
of one, is found again by the clock of a worker within a minute (PERF 7).
"""

from __future__ import annotations

import functools
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from app import logs
from app.jobs import due
from app.jobs.queue import FAULTS, Bell, open_queue
from config import UnsafeSettings

__all__ = [
    "Jobs",
    "QueueLook",
    "deliver_mail",
    "init_app",
    "look_at_queue",
    "make_proposal",
    "open_queue",
    "run_appointments",
    "run_bulk",
    "run_import",
    "start_campaigns",
    "take_in_documents",
]

log = logging.getLogger(__name__)

EXPIRES_SECONDS = 90  # the clock has done it by then; a worker that was off for a day does not start with old jobs


def deliver_mail() -> bool:
    """Hand over the mail that is due, soon. Call it after the commit that queued the mail."""
    return _ask("deliver")


def run_import(run_id: int) -> bool:
    """Check or import a large file, soon. Call it after the commit that asked for it."""
    return _ask("import", run_id)


def take_in_documents(run_id: int) -> bool:
    """Take in the files of a large archive of personal documents, soon. Call it after the commit that kept it."""
    return _ask("documents", run_id)


def run_bulk(run_id: int) -> bool:
    """Act on all that was found, soon. Call it after the commit that asked for it."""
    return _ask("bulk", run_id)


def run_appointments(run_id: int) -> bool:
    """Make decisions and letters, soon. Call it after the commit that asked for it."""
    return _ask("appointments", run_id)


def make_proposal(proposal_id: int) -> bool:
    """Let a plan be proposed, soon. Call it after the commit that asked for it."""
    return _ask("proposal", proposal_id)


def start_campaigns() -> bool:
    """Send the campaigns and announce the messages that are due, soon. Call it after the commit that planned one."""
    return _ask("campaigns")


@dataclass(frozen=True, slots=True)
class Jobs:
    """The queue of one application and its tasks by name."""

    queue: Bell
    tasks: dict[str, Callable[..., Any]]


def init_app(app: Flask) -> None:
    """Open the queue that QUEUE_URL names and tell it the jobs."""
    try:
        queue = open_queue(app.config["QUEUE_URL"], secret=app.config["SECRET_KEY"])
    except (OSError, ValueError, sqlite3.Error) as error:
        raise UnsafeSettings([f"QUEUE_URL names no queue that can be opened: {error}"]) from None
    works: dict[str, Callable[..., None]] = {
        "deliver": lambda: due.deliver(deliver_mail),
        "import": lambda run_id: due.import_file(run_id, deliver_mail),
        "campaigns": due.start_campaigns,
        "documents": due.take_in_documents,
        "proposal": due.make_proposal,
        "bulk": lambda run_id: due.run_bulk(run_id, deliver_mail),
        "appointments": lambda run_id: due.run_appointments(run_id, deliver_mail),
    }
    tasks = {name: queue.task(name=name, expires=EXPIRES_SECONDS)(_within(app, do)) for name, do in works.items()}
    app.extensions["jobs"] = Jobs(queue, tasks)


def _within(app: Flask, do: Callable[..., None]) -> Callable[..., None]:
    """A job runs in an application context of its own, so with a database session of its own."""

    @functools.wraps(do)
    def run(*arguments: Any) -> None:
        with app.app_context():
            logs.number_this()
            do(*arguments)

    return run


def _ask(name: str, *arguments: Any) -> bool:
    """Put a job in the queue. False: it does not take any, and the work starts by the clock, within a minute."""
    jobs: Jobs = current_app.extensions["jobs"]
    if jobs.queue.is_silent:
        return False
    try:
        jobs.tasks[name](*arguments)
    except FAULTS as error:
        jobs.queue.note_failure(error)
        return False
    return True


@dataclass(frozen=True, slots=True)
class QueueLook:
    """What lies in the queue: the truth is in our tables, so an empty queue is no reason for worry."""

    kind: str  # "sqlite", "postgresql" or "redis"
    waiting: int
    scheduled: int
    names: list[str]  # of the next jobs, in their order


def look_at_queue(*, shown: int) -> QueueLook | None:
    """The queue as it is now, with the names of its next jobs; None when its storage does not answer or is full."""
    queue: Bell = current_app.extensions["jobs"].queue
    if queue.is_silent:
        return None
    try:
        queue.try_out()
        names = [str(task.name) for task in [*queue.pending(shown), *queue.scheduled(shown)]]
        look = QueueLook(queue.kind, queue.pending_count(), queue.scheduled_count(), names[:shown])
    except FAULTS as error:
        queue.note_failure(error)
        return None
    queue.trouble.is_over()
    return look
