"""How the portal tunes its database, and how its processes wait for each other there."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event, func, select
from sqlalchemy.engine import Engine

from app.database.postgresql import bound_waits

LOCK_SECONDS = 15
SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000")

# PostgreSQL: a lock that was not given in time, a deadlock, two transactions that cannot both be.
WAITED_IN_VAIN = {"55P03", "40P01", "40001"}


def waited_in_vain(error: BaseException) -> bool:
    """Whether somebody else was writing the same; the database is there."""
    original = getattr(error, "orig", None)
    return getattr(original, "sqlstate", None) in WAITED_IN_VAIN or "database is locked" in str(original)


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
    path = f"{engine.url.database}.{work}-lock"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "w") as file:

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
    """Prepare each connection, of pages or of a command."""
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine)
    else:
        bound_waits(engine, is_command=is_command)


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
