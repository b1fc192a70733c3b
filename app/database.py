"""How the portal talks to its database: every wait has an end, so that a database that is ill makes no page hang.

The server ends a statement that takes too long. Where the server itself is silent (stopped, or behind a network that
lost it) the driver gives up a little later; then pages are told at once for a few seconds, without trying again.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, event, func, select
from sqlalchemy.engine import Engine

CONNECT_SECONDS = 3
PING_SECONDS = 3  # a connection of the pool is asked whether it still lives
PAGE_SECONDS = 20  # one statement of a page; commands and the worker may take longer
GRACE_SECONDS = 3  # after so much more the server itself is not there
BREATH_SECONDS = 5
LOCK_SECONDS = 15
# A machine that vanished is noticed within a minute, also by who only listens.
KEEPALIVE = {"keepalives": 1, "keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}
CONNECTION = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": 30_000, "application_name": "ledenportal"}
# Compiling a statement (JIT) takes longer than any statement of a page: half a second for a hundred expressions.
NO_JIT = "-c jit=off"
SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000")

# PostgreSQL: a lock that was not given in time, a deadlock, two transactions that cannot both be.
WAITED_IN_VAIN = {"55P03", "40P01", "40001"}

_own_limit: ContextVar[float | None] = ContextVar("own_limit", default=None)


class DatabaseSilent(psycopg.OperationalError):
    """The server did not answer in time; whether it did the work is not known."""


def waited_in_vain(error: BaseException) -> bool:
    """Whether somebody else was writing the same; the database is there."""
    original = getattr(error, "orig", None)
    return getattr(original, "sqlstate", None) in WAITED_IN_VAIN or "database is locked" in str(original)


class NotingCursor(psycopg.Cursor[Any]):
    """Notes at its connection (a BoundedConnection) whether anything but a SELECT was asked."""

    def execute(self, query: Any, *values: Any, **options: Any) -> Self:
        """See psycopg."""
        self._note(query)
        return super().execute(query, *values, **options)

    def executemany(self, query: Any, *values: Any, **options: Any) -> None:
        """See psycopg."""
        self._note(query)
        super().executemany(query, *values, **options)

    def copy(self, statement: Any, *values: Any, **options: Any) -> Any:
        """See psycopg."""
        self._note(statement)
        return super().copy(statement, *values, **options)

    def _note(self, query: Any) -> None:
        connection: Any = self.connection
        if not connection.autocommit:  # else there is nothing that a rollback could take back
            connection.has_only_read &= isinstance(query, str) and query.startswith("SELECT ")


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that waits at most `seconds` for each answer (None: as long as it takes), and keeps its plans.

    The driver forgets at a rollback what the server prepared, and a page that only reads ends with one: each page would
    have each of its statements planned anew, which takes several times as long as answering them.
    """

    seconds: float | None = None
    has_only_read = True  # in this transaction

    def commit(self) -> None:
        """See psycopg."""
        self.has_only_read = True
        super().commit()

    def rollback(self) -> None:
        """Take back what was done; where that is nothing, commit, which is the same to all but the driver."""
        if self.has_only_read and self.info.transaction_status == TransactionStatus.INTRANS:
            super().commit()
        else:
            super().rollback()
        self.has_only_read = True

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """See psycopg. After a wait that was too long the connection is of no use any more."""
        limit = _own_limit.get() or self.seconds
        if timeout is not None or limit is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, limit)
        except errors._WaitTimeout:
            self.pgconn.finish()
            raise DatabaseSilent(f"the database did not answer within {limit:g} seconds") from None


@contextmanager
def answers_within(seconds: float) -> Iterator[None]:
    """Inside the block no answer of PostgreSQL is waited for any longer."""
    before = _own_limit.set(seconds)
    try:
        yield
    finally:
        _own_limit.reset(before)


class Occupied(Exception):
    """Another process has been at it for long."""


@contextmanager
def alone(engine: Engine, work: str, *, seconds: float, tell: Callable[[], None]) -> Iterator[None]:
    """Of all processes on this database one is in the block. Who comes second calls `tell` and waits.

    Raises Occupied after so many seconds. A process that dies holds nobody up.
    """
    try_lock = _lock_file(engine, work) if engine.dialect.name == "sqlite" else _lock_advisory(engine, work)
    with try_lock as has_it:
        end, is_told = time.monotonic() + seconds, False
        while not has_it():
            if not is_told:
                tell()
                is_told = True
            if time.monotonic() > end:
                raise Occupied
            time.sleep(0.5)
        yield


def limit_lock_waits(connection: Connection) -> None:
    """For a change of tables: who waits long for a table holds up everybody behind it. Commit after it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_SECONDS}s'")


@contextmanager
def _lock_file(engine: Engine, work: str) -> Iterator[Callable[[], bool]]:
    with open(f"{engine.url.database}.{work}-lock", "w") as file:

        def has_it() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield has_it


@contextmanager
def _lock_advisory(engine: Engine, work: str) -> Iterator[Callable[[], bool]]:
    key = func.hashtext(f"ledenportal {work}")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            yield lambda: bool(connection.scalar(select(func.pg_try_advisory_lock(key))))
        finally:
            connection.execute(select(func.pg_advisory_unlock_all()))


def tune(engine: Engine, *, is_command: bool) -> None:
    """Prepare each connection. A page gets `PAGE_SECONDS` for a statement, a command as long as it takes."""
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine)
    else:
        _bound_waits(engine, None if is_command else PAGE_SECONDS)


def _tune_sqlite(engine: Engine) -> None:
    """WAL, so that a member can save while an import runs; foreign keys on, as PostgreSQL has them."""

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "savepoint")
    def _on_savepoint(connection: Connection, _name: str) -> None:
        """The driver begins no transaction for it, and its release would then commit what it holds."""
        driver: Any = connection.connection.driver_connection
        if not driver.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def _bound_waits(engine: Engine, seconds: float | None) -> None:
    """What DATABASE_URL says itself about waiting stays in force."""
    own: dict[str, Any] = {**KEEPALIVE, **CONNECTION, "options": NO_JIT, "cursor_factory": NotingCursor}
    if seconds is not None:
        own["options"] += f" -c statement_timeout={seconds * 1000:g}"
    silent_until = 0.0

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, given: Any, named: dict[str, Any]) -> Any:
        nonlocal silent_until
        if time.monotonic() < silent_until:
            raise DatabaseSilent("the database did not answer a moment ago")
        try:
            return BoundedConnection.connect(*given, **{**own, **named})
        except errors.ConnectionTimeout:
            silent_until = time.monotonic() + BREATH_SECONDS if seconds else 0.0
            raise

    @event.listens_for(engine, "checkout")
    def _give(connection: BoundedConnection, _record: Any, _proxy: Any) -> None:
        connection.seconds = None if seconds is None else seconds + GRACE_SECONDS

    @event.listens_for(engine, "checkin")
    def _take(connection: BoundedConnection | None, _record: Any) -> None:
        if connection is not None:
            connection.seconds = PING_SECONDS  # until it is given out again
