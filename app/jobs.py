"""What runs in the background and when: thin, each calls a service.

The truth is in our tables, the queue only says "look now": a job that got lost, or a worker that died in the middle
of one, is found again by `run_due_work`, every minute (PERF 7). Views ask for a job after their commit.
"""

from __future__ import annotations

import functools
import logging
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask, current_app
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from huey.serializer import SignedSerializer

from app.clock import utc_now
from app.extensions import db
from app.mail import delivery
from app.models import ImportKind
from app.services import import_runs, import_uploads, tallies
from app.services.access import one_time_codes, rate_limits, sessions
from app.services.campaigns import campaigns, reminders
from app.services.documents import announcements, personal_batches
from app.services.files import orphaned_files
from app.services.members import change_log
from app.services.message_box import drafts
from app.services.news import news
from app.services.rosters import runs

log = logging.getLogger(__name__)

EXPIRES_SECONDS = 90  # `run_due_work` has done it by then; a worker that was off for a day does not start with old jobs
STOP_SECONDS = 20  # what a job gets to finish when the worker is told to stop; the rest is found again every minute
DELIVER_SECONDS = 10  # of one job, well within what a stop waits for: a campaign of hours holds nothing else up
POLL_SECONDS = 1  # how late a job may start on SQLite, which cannot wake the worker as PostgreSQL and Redis do


def deliver_mail() -> None:
    """Hand over the mail that is due, soon. Call it after the commit that queued the mail."""
    _ask("deliver")


def run_import(run_id: int) -> None:
    """Check or import a large file, soon. Call it after the commit that asked for it."""
    _ask("import", run_id)


def take_in_documents(run_id: int) -> None:
    """Take in the files of a large archive of personal documents, soon. Call it after the commit that kept it."""
    _ask("documents", run_id)


def start_campaigns() -> None:
    """Send the campaigns and announce the messages that are due, soon. Call it after the commit that planned one."""
    _ask("campaigns")


def _deliver() -> None:
    """For a while; then what else waits gets its turn."""
    if not delivery.deliver_alone(seconds=DELIVER_SECONDS):
        deliver_mail()


def _import(run_id: int) -> None:
    folder = current_app.config["INSTANCE_DIR"]
    runs.run_import(run_id, utc_now(), instance=folder, checkpoint=db.session.commit)


def _take_in(run_id: int) -> None:
    personal_batches.run_batch(run_id, utc_now, checkpoint=db.session.commit)


def run_due_work() -> None:
    """Every minute: what is due, and what a lost job or a dead worker left behind."""
    tallies.add_up()
    db.session.commit()
    _start_campaigns()
    _deliver()
    for run_id in import_runs.find_waiting(ImportKind.ROSTER, utc_now()):
        _import(run_id)
    for run_id in import_runs.find_waiting(ImportKind.DOCUMENTS, utc_now()):
        _take_in(run_id)


def _start_campaigns() -> None:
    """Campaigns, messages and reminders whose moment has come, and the end of those that are through."""
    now = utc_now()
    news.announce_due_news(now)
    db.session.commit()
    announcements.announce_due_documents(now)
    db.session.commit()
    campaigns.start_due_campaigns(now)
    db.session.commit()
    reminders.send_due_reminders(now)
    db.session.commit()
    campaigns.finish_campaigns(now)
    db.session.commit()


def _forget() -> None:
    """Every hour: what may no longer be kept, or no longer means anything."""
    now = utc_now()
    rate_limits.delete_old(now)
    one_time_codes.delete_old_challenges(now)
    sessions.delete_old_sessions(now, absolute=timedelta(hours=current_app.config["SESSION_HOURS"]))
    change_log.delete_expired_changes(now)
    drafts.delete_old_drafts(now)
    import_uploads.delete_old_uploads(now, instance=current_app.config["INSTANCE_DIR"])
    db.session.commit()
    orphaned_files.sweep_files(now)
    db.session.commit()


@dataclass(frozen=True, slots=True)
class Jobs:
    """The queue of one application and its tasks by name."""

    queue: Huey
    tasks: dict[str, Callable[..., Any]]


class Worker(Consumer):
    """huey's consumer, which lets the running jobs finish after SIGTERM and, here, after Ctrl-C too."""

    def start(self) -> None:
        """Start the threads; the signal handlers are in place afterwards."""
        super().start()
        signal.signal(signal.SIGINT, lambda *_: os.kill(os.getpid(), signal.SIGTERM))


def work(*, threads: int) -> None:
    """Run the jobs of the current application until SIGTERM or Ctrl-C; running jobs may finish."""
    queue = current_app.extensions["jobs"].queue
    limits = {"max_delay": POLL_SECONDS, "shutdown_timeout": STOP_SECONDS, "graceful_signal": "TERM"}
    _ask("run_due_work")  # what a worker left behind that was killed
    Worker(queue, workers=threads, **limits).run()


def init_app(app: Flask) -> None:
    """Open the queue that QUEUE_URL names and tell it the jobs."""
    queue = open_queue(app.config["QUEUE_URL"], secret=app.config["SECRET_KEY"])
    works: dict[str, Callable[..., None]] = {
        "deliver": _deliver,
        "import": _import,
        "campaigns": _start_campaigns,
        "documents": _take_in,
    }
    tasks = {name: queue.task(name=name, expires=EXPIRES_SECONDS)(_within(app, do)) for name, do in works.items()}
    tasks["run_due_work"] = queue.periodic_task(crontab(minute="*"), name="run_due_work")(_within(app, run_due_work))
    queue.periodic_task(crontab(minute="7"), name="forget")(_within(app, _forget))
    app.extensions["jobs"] = Jobs(queue, tasks)


def open_queue(url: str, *, secret: str) -> Huey:
    """The queue at `sqlite:///file`, `postgresql://…` or `redis://…`.

    Jobs are pickles: `secret` signs them, so that who can write to the storage cannot run code in the worker.
    """
    options = {"name": "ledenportal", "results": False, "serializer": SignedSerializer(secret=secret, salt="jobs")}
    if url.startswith("sqlite:///"):
        return SqliteHuey(filename=url.removeprefix("sqlite:///"), **options)
    if url.startswith(("redis://", "rediss://")):
        return RedisHuey(url=url, **options)
    return PostgresHuey(dsn=url, **options)


def _within(app: Flask, do: Callable[..., None]) -> Callable[..., None]:
    """A job runs in an application context of its own, so with a database session of its own."""

    @functools.wraps(do)
    def run(*arguments: Any) -> None:
        with app.app_context():
            do(*arguments)

    return run


def _ask(name: str, *arguments: Any) -> None:
    """Put a job in the queue. When that fails the work is only later: `run_due_work` does it within a minute."""
    try:
        current_app.extensions["jobs"].tasks[name](*arguments)
    except Exception:
        log.exception("the queue does not take the job %s; it is done within a minute", name)


@dataclass(frozen=True, slots=True)
class QueueLook:
    """What lies in the queue: the truth is in our tables, so an empty queue is no reason for worry."""

    kind: str  # "sqlite", "postgresql" or "redis"
    waiting: int
    scheduled: int
    names: list[str]  # of the next jobs, in their order


def look_at_queue(*, shown: int) -> QueueLook | None:
    """The queue as it is now, with the names of its next jobs; None when its storage does not answer."""
    queue = current_app.extensions["jobs"].queue
    try:
        names = [str(task.name) for task in [*queue.pending(shown), *queue.scheduled(shown)]]
        kind = type(queue).__name__.removesuffix("Huey").lower().replace("postgres", "postgresql")
        return QueueLook(kind, queue.pending_count(), queue.scheduled_count(), names[:shown])
    except Exception:
        log.exception("the queue cannot be read")
        return None
