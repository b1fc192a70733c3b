"""The queue of jobs is a bell: what it says may get lost, for what must be done stands in our tables.

So a storage that is dead, full or slow is told once a minute and holds nobody up: neither a page that asks for a job
nor a worker, which looks by the clock as well (app.jobs.worker).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import psycopg
import redis
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.serializer import SignedSerializer
from huey.storage import PostgresStorage

from app.database.postgresql import KEEPALIVE, BoundedConnection
from app.logs import Recurring

FAULTS = (OSError, sqlite3.Error, psycopg.Error, redis.RedisError)
PAUSE_SECONDS = 5  # a storage that failed is left alone so long
TRIAL = "trial"  # under this name something is written, and taken out again
WAIT_SECONDS = 3  # what a storage elsewhere gets to answer; a page may wait for it


class Bell(Huey):
    """A queue whose storage may fail: nothing comes out of it then, and one line a minute says why."""

    kind = ""

    def __init__(self, **options: Any) -> None:
        self.trouble = Recurring(__name__, "the queue does not answer, work starts within a minute without it")
        self._silent_until = 0.0
        super().__init__(**options)

    @property
    def is_silent(self) -> bool:
        """Whether it failed a moment ago: who asks now would wait in vain."""
        return time.monotonic() < self._silent_until

    def note_failure(self, error: BaseException) -> None:
        """Tell it, at most once a minute, and leave the storage alone for a while."""
        self._silent_until = time.monotonic() + PAUSE_SECONDS
        self.trouble.tell(error)

    def try_out(self) -> None:
        """Write something small and take it out again: what is full is still read as if nothing were wrong.

        Raises one of FAULTS.
        """
        self.storage.put_data(TRIAL, b"1")
        self.storage.delete_data(TRIAL)

    def dequeue(self) -> Any:
        """The next job, or None; a worker asks again and again."""
        return self._careful(super().dequeue, None)

    def read_schedule(self, timestamp: datetime | None = None) -> Any:
        """The jobs whose moment has come."""
        return self._careful(lambda: super(Bell, self).read_schedule(timestamp), [])

    def _careful(self, read: Callable[[], Any], nothing: Any) -> Any:
        if self.is_silent:
            time.sleep(1)
            return nothing
        try:
            found = read()
        except FAULTS as error:
            self.note_failure(error)
            return nothing
        self.trouble.is_over()
        return found


class SqliteBell(Bell, SqliteHuey):
    kind = "sqlite"


class RedisBell(Bell, RedisHuey):
    kind = "redis"


class LateStorage(PostgresStorage):
    """Makes its tables with its first connection: the portal starts although the queue's database is down."""

    has_tables = False

    def _connect(self) -> Any:
        connection = super()._connect()
        if not self.has_tables:
            for statement in self.ddl:
                with suppress(psycopg.errors.UniqueViolation):  # another process makes it at this very moment
                    connection.execute(statement)
            self.has_tables = True
        return connection

    _create_connection = _connect


class PostgresBell(Bell, PostgresHuey):
    kind = "postgresql"
    storage_class = LateStorage


def open_queue(url: str, *, secret: str) -> Bell:
    """The queue at `sqlite:///file`, `postgresql://…` or `redis://…`.

    Jobs are pickles: `secret` signs them, so that who can write to the storage cannot run code in the worker.
    """
    options = {"name": "ledenportal", "results": False, "serializer": SignedSerializer(secret=secret, salt="jobs")}
    if url.startswith("sqlite:///"):
        return SqliteBell(filename=url.removeprefix("sqlite:///"), **options)
    if url.startswith(("redis://", "rediss://")):
        waits = {"socket_connect_timeout": WAIT_SECONDS, "socket_timeout": WAIT_SECONDS}
        pool = redis.ConnectionPool.from_url(url, retry=redis.retry.Retry(redis.backoff.NoBackoff(), 1), **waits)
        return RedisBell(connection_pool=pool, **options)
    return PostgresBell(connection=lambda: _connect(url), create_tables=False, **options)


def _connect(url: str) -> Any:
    named: dict[str, Any] = {**KEEPALIVE, "connect_timeout": WAIT_SECONDS}
    connection = BoundedConnection.connect(url, **named)
    connection.seconds = WAIT_SECONDS
    return connection
