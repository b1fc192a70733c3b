"""A statement that is made once and runs again: its looks are hashed once too.

SQLAlchemy finds the SQL of a statement by a key of its looks, a tuple with a part for each of its pieces. The tuple is
kept with the statement, but Python makes the hash of a tuple anew each time: for a long one a tenth of a page.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Result, event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql.cache_key import CacheKey

from app.models.guard import row_guard
from app.models.guard.row_guard import current_scope

_ = row_guard  # first: it runs another statement in the place of one that it narrows

KEY = "_generate_cache_key"  # where SQLAlchemy keeps, on a statement, the function that gives the key it made


class HashedOnce(tuple[Any, ...]):
    """A tuple that knows its hash. Equal to what it is made of, so one key or the other finds the same SQL."""

    _hash: int | None = None

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = super().__hash__()
        return self._hash


def keep_hash(statement: Any) -> None:
    """Let a statement that has run before know the hash of its key; one that is new has no key yet, and may never."""
    known = statement.__dict__.get(KEY)
    key = known() if known else None
    if key is None or isinstance(key.key, HashedOnce):
        return
    hashed = CacheKey(HashedOnce(key.key), key.bindparams, key.params)
    statement.__dict__[KEY] = lambda *_args, **_named: hashed


def run_kept(session: Session, statement: Any, given: Any) -> Result[Any]:
    """Run a statement that is made once and gives columns, no rows of the session.

    Where the row guard narrows nothing it takes half the steps that a session takes, which looks for rows to make.
    """
    if not current_scope().is_open:
        return session.execute(statement, given)
    if statement.is_select and session.autoflush and (session.new or session.dirty or session.deleted):
        session.flush()
    keep_hash(statement)
    return session.connection().execute(statement, given)


@event.listens_for(Session, "do_orm_execute")
def _keep(state: ORMExecuteState) -> None:
    keep_hash(state.statement)
