"""The worker: takes jobs from the queue, and looks by a clock of its own at what is due, with or without a queue."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, current_app
from huey.consumer import Consumer
from sqlalchemy.exc import OperationalError

from app import jobs, logs
from app.clock import utc_now
from app.extensions import db
from app.jobs import due
from app.jobs.queue import Bell
from app.logs import Recurring
from app.services.operations import workers

STOP_SECONDS = 20  # what a job gets to finish when the worker is told to stop; the rest is found again
POLL_SECONDS = 1  # how late a job may start on SQLite, which cannot wake the worker as PostgreSQL and Redis do
SCHEDULE_SECONDS = 60  # no job is planned for later, so that list is rarely looked at
TICK_SECONDS = 10
MINUTE = timedelta(seconds=55)  # a tick early is better than a tick late
HOUR = timedelta(minutes=59)


class Clock(threading.Thread):
    """Does something every few seconds until `stop`, from now on. What fails is told once a minute and tried again."""

    def __init__(self, app: Flask, do: Callable[[], Any], stop: threading.Event) -> None:
        super().__init__(name=do.__name__, daemon=True)
        self._app, self._do, self._stop_flag = app, do, stop
        self._trouble = Recurring(__name__, f"the worker's clock failed ({self.name}), it goes on")

    def run(self) -> None:
        """Until the worker stops."""
        while True:
            self._tick()
            if self._stop_flag.wait(TICK_SECONDS):
                return

    def _tick(self) -> None:
        try:
            with self._app.app_context():
                logs.number_this()
                self._do()
            self._trouble.is_over()
        except Exception as error:
            self._trouble.tell(error, is_traced=not isinstance(error, OperationalError))


class Worker(Consumer):
    """huey's consumer with two clocks: one for what is due, one that tells that this worker is alive."""

    def __init__(self, app: Flask, queue: Bell, *, threads: int) -> None:
        self._name = f"{socket.gethostname()}:{os.getpid()}:{int(time.time())}"
        self._queue = queue
        self._started_at = utc_now()
        self._is_first_look = True
        super().__init__(
            queue,
            workers=threads,
            periodic=False,
            max_delay=POLL_SECONDS,
            scheduler_interval=SCHEDULE_SECONDS,
            shutdown_timeout=STOP_SECONDS,
            graceful_signal="TERM",
        )
        self._clocks = [Clock(app, do, self.stop_flag) for do in (self.look, self.beat)]

    def start(self) -> None:
        """Start the threads; the signal handlers are in place afterwards."""
        super().start()
        signal.signal(signal.SIGINT, lambda *_: os.kill(os.getpid(), signal.SIGTERM))  # Ctrl-C is as kind as SIGTERM
        for clock in self._clocks:
            clock.start()

    def look(self) -> None:
        """At the start, and then when it is the turn of this one of all workers: what is due this minute, this hour."""
        now = utc_now()
        is_mine = workers.claim_turn(workers.DUE_WORK, now=now, every=MINUTE)
        db.session.commit()
        if (is_mine or self._is_first_look) and due.run_due_work(self._ask_again):
            workers.note_done(workers.DUE_WORK, utc_now())
            db.session.commit()
        self._is_first_look = False
        if workers.claim_turn(workers.FORGETTING, now=now, every=HOUR):
            db.session.commit()
            due.forget_old()
            workers.note_done(workers.FORGETTING, utc_now())
        db.session.commit()

    def beat(self) -> None:
        """Tell that this worker is alive, and whether it hears the queue."""
        is_heard = not self._queue.is_silent
        workers.beat(self._name, started_at=self._started_at, hears_queue=is_heard, now=utc_now())
        db.session.commit()

    def _ask_again(self) -> bool:
        """A worker that is told to stop asks nobody and goes."""
        return self.stop_flag.is_set() or jobs.deliver_mail()

    def _join_workers(self) -> bool:
        end = time.monotonic() + STOP_SECONDS
        are_done: bool = super()._join_workers()
        for clock in self._clocks:
            clock.join(max(0.1, end - time.monotonic()))
        return are_done and not any(clock.is_alive() for clock in self._clocks)


def work(*, threads: int) -> None:
    """Run the jobs of the current application until SIGTERM or Ctrl-C; running jobs may finish."""
    logs.catch_all()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    Worker(app, app.extensions["jobs"].queue, threads=threads).run()
