"""How the portal speaks with PostgreSQL: every wait has an end, and what was planned for a page serves the next one.

The server ends a statement that takes too long. Where the server itself is silent (stopped, or behind a network that
lost it) the driver gives up a little later; then pages are told at once for a few seconds, without trying again.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Final, Self

import psycopg
from psycopg import errors
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import event
from sqlalchemy.engine import Engine

CONNECT_SECONDS = 3
PING_SECONDS = 3  # a connection of the pool is asked whether it still lives
PAGE_SECONDS = 20  # one statement of a page; commands and the worker may take longer
GRACE_SECONDS = 3  # after so much more the server itself is not there
BREATH_SECONDS = 5
# A machine that vanished is noticed within a minute, also by who only listens.
KEEPALIVE = {"keepalives": 1, "keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}
CONNECTION = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": 30_000, "application_name": "ledenportal"}
# Compiling a statement (JIT) takes longer than any statement of a page: half a second for a hundred expressions.
NO_JIT = "-c jit=off"

KEPT: Final = 200  # statements with numbers
NAMED_VALUE: Final = re.compile(r"%(?:%|\((\w+)\)s)")

_own_limit: ContextVar[float | None] = ContextVar("own_limit", default=None)


class DatabaseSilent(psycopg.OperationalError):
    """The server did not answer in time; whether it did the work is not known."""


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that waits at most `seconds` for each answer; None: as long as it takes."""

    seconds: float | None = None

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


class PortalConnection(BoundedConnection):
    """A connection on which the server's plans outlive a page.

    The driver forgets at a rollback what the server prepared, and a page that only reads ends with one: each page would
    have each of its statements planned anew, which takes several times as long as answering them.
    """

    has_only_read = True  # in this transaction

    def __init__(self, *parts: Any, **options: Any) -> None:
        super().__init__(*parts, **options)
        self.cursor_factory = PortalCursor

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


class PortalCursor(psycopg.RawCursor[Any]):
    """Notes at its PortalConnection whether all that was asked are SELECTs, and numbers named values itself.

    The driver takes a statement of more than 4,096 characters or 50 values apart at each use, which takes longer than
    the rest of asking it; here that is done once.
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        """See psycopg. Values have names in the statement: %(name)s."""
        self._note(query)
        if params is None:
            return super().execute(query, **options)
        numbered, names = _number(query)
        return super().execute(numbered, [params[name] for name in names], **options)

    def executemany(self, query: Any, params_seq: Iterable[Any], *, returning: bool = False) -> None:
        """See psycopg. Values have names in the statement: %(name)s."""
        self._note(query)
        numbered, names = _number(query)
        rows = [[params[name] for name in names] for params in params_seq]
        super().executemany(numbered, rows, returning=returning)

    def copy(self, statement: Any, *values: Any, **options: Any) -> Any:
        """See psycopg."""
        self._note(statement)
        return super().copy(statement, *values, **options)

    @property
    def description(self) -> Any:
        """See psycopg. Made when it is looked at: SQLAlchemy knows the columns of a statement that it asked before."""
        result = self.pgresult
        return Columns(self, result) if result and result.status == ExecStatus.TUPLES_OK else super().description

    def describe(self) -> list[psycopg.Column]:
        """The columns of what was found."""
        return super().description or []

    def _note(self, query: Any) -> None:
        connection: Any = self.connection
        if not connection.autocommit:  # else there is nothing that a rollback could take back
            connection.has_only_read &= isinstance(query, str) and query.startswith("SELECT ")


class Columns(Sequence[psycopg.Column]):
    """The columns of this result of a cursor."""

    def __init__(self, cursor: PortalCursor, result: Any) -> None:
        self._cursor, self._result = cursor, result
        self._made: list[psycopg.Column] | None = None

    def __getitem__(self, place: Any) -> Any:
        if self._made is None:
            if self._cursor.pgresult is not self._result:
                raise LookupError("the cursor was asked something else since")
            self._made = self._cursor.describe()
        return self._made[place]

    def __len__(self) -> int:
        count: int = self._result.nfields
        return count


@lru_cache(maxsize=KEPT)
def _number(query: str) -> tuple[str, tuple[str, ...]]:
    """The statement with $1, $2 for its named values, and their names in this order; "%%" becomes "%"."""
    places: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return f"${places.setdefault(found[1], len(places) + 1)}" if found[1] else "%"

    return NAMED_VALUE.sub(number, query), tuple(places)


def bound_waits(engine: Engine, *, is_command: bool) -> None:
    """Prepare each connection: a page gets PAGE_SECONDS for a statement, a command as long as it takes. What
    DATABASE_URL says itself about waiting stays in force.
    """
    seconds = None if is_command else PAGE_SECONDS
    own: dict[str, Any] = {**KEEPALIVE, **CONNECTION, "options": NO_JIT}
    if seconds is not None:
        own["options"] += f" -c statement_timeout={seconds * 1000:g}"
    silent_until = 0.0

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, given: Any, named: dict[str, Any]) -> Any:
        nonlocal silent_until
        if time.monotonic() < silent_until:
            raise DatabaseSilent("the database did not answer a moment ago")
        try:
            return PortalConnection.connect(*given, **{**own, **named})
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
