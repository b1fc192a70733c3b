"""Which tables were written here since somebody asked: so that what follows them looks only after such a write."""

from __future__ import annotations

import re
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Engine, event

MAIL: Final = frozenset({"outbound_mail"})  # what the worker is told of
_WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
_written: ContextVar[frozenset[str]] = ContextVar("written_tables", default=frozenset())


@lru_cache(maxsize=2_000)
def _table_of(statement: str) -> str:
    found = _WRITES.match(statement)
    return found[1].lower() if found else ""


def note_written(table: str) -> None:
    """For rows that go another way than as a statement (COPY)."""
    _written.set(_written.get() | {table})


def take_written(asked: frozenset[str]) -> frozenset[str]:
    """Which of these tables were written in this thread since they were asked for last; by what was rolled back too."""
    written = _written.get()
    found = written & asked
    if found:
        _written.set(written - found)
    return found


@event.listens_for(Engine, "before_cursor_execute")
def _note(_connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
    if (table := _table_of(statement)) and table not in _written.get():
        note_written(table)
