"""The row guard: beneath every view, a member's request reaches only the rows of that member.

Each request starts closed (no member-owned row at all). `create_app` then opens it for the team, or narrows it to the
signed-in member, before anything is loaded. What must look further, such as sign-in itself, says so by name with
`everyone("…")`. Outside requests (commands, the worker) the guard is open.

It covers ORM selects, counts, aliases, sub-queries, relationship loads, bulk update and delete. What loader criteria
cannot cover is refused while the guard is narrow: Core and text statements on guarded tables, bulk inserts, and a
flush of somebody else's row (SECURITY §2).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import ColumnElement, TextClause, event, false, inspect
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.sql.visitors import iterate

from app.models.base import MemberOwned, Model, StaffOnly, UserOwned


class RowForbidden(Exception):
    """A request tried to reach or write a row that is not its own. Always a defect or an attack."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows may be reached. Not open and without ids: nobody's."""

    name: str
    is_open: bool = False
    member_id: int | None = None
    user_id: int | None = None


OUTSIDE_REQUESTS = Scope("outside requests", is_open=True)
CLOSED = Scope("closed")
_scope: ContextVar[Scope] = ContextVar("row_guard_scope", default=OUTSIDE_REQUESTS)


def current_scope() -> Scope:
    """The scope of this request, job or command."""
    return _scope.get()


def enter(scope: Scope) -> Scope:
    """Make `scope` the current one until the next `enter`; gives the one before it."""
    before = _scope.get()
    _scope.set(scope)
    return before


def own_rows(*, member_id: int | None, user_id: int) -> Scope:
    """The scope of a signed-in member."""
    return Scope("own rows", member_id=member_id, user_id=user_id)


@contextmanager
def everyone(reason: str) -> Iterator[None]:
    """Reach all rows inside the block; `reason` names why, for whoever reads the code."""
    before = enter(Scope(reason, is_open=True))
    try:
        yield
    finally:
        enter(before)


@lru_cache(maxsize=1)
def guarded_classes() -> tuple[type[Model], ...]:
    """Every mapped class whose rows have an owner, or are the team's alone."""
    mapped = [mapper.class_ for mapper in Model.registry.mappers]
    owned = (MemberOwned, UserOwned, StaffOnly)
    return tuple(c for c in mapped if c is User or issubclass(c, owned))


@lru_cache(maxsize=1)
def _guarded_tables() -> frozenset[Any]:
    return frozenset(inspect(c).local_table for c in guarded_classes())


def _own(class_: Any, scope: Scope) -> ColumnElement[bool]:
    owner_id, column = _owner(class_, scope)
    if owner_id is None or column is None:
        return false()
    criterion: ColumnElement[bool] = getattr(class_, column) == owner_id
    return criterion


def _owner(class_: Any, scope: Scope) -> tuple[int | None, str | None]:
    """The id that must own a row of this class, and the column that says so."""
    if class_ is User:
        return scope.user_id, "id"
    if issubclass(class_, MemberOwned):
        return scope.member_id, class_.owner_column
    if issubclass(class_, UserOwned):
        return scope.user_id, class_.owner_column
    return None, None


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    scope = _scope.get()
    if scope.is_open:
        return
    if not state.is_orm_statement or state.is_insert:
        _refuse_guarded_tables(state.statement, scope)
        return
    state.statement = state.statement.options(
        *(with_loader_criteria(c, _own(c, scope), include_aliases=True) for c in guarded_classes())
    )


def _refuse_guarded_tables(statement: Any, scope: Scope) -> None:
    if isinstance(statement, TextClause):
        raise RowForbidden(f"text statement in scope {scope.name}")
    if any(part in _guarded_tables() for part in iterate(statement) if part.__visit_name__ == "table"):
        raise RowForbidden(f"Core statement on a guarded table in scope {scope.name}")


@event.listens_for(Session, "before_flush")
def _refuse_foreign_rows(session: Session, context: UOWTransaction, instances: object) -> None:
    scope = _scope.get()
    if scope.is_open:
        return
    for row in session.new:
        if not isinstance(row, StaffOnly):  # the audit trail takes new rows from everybody
            _check_owner(row, scope)
    for row in (*session.dirty, *session.deleted):
        _check_owner(row, scope)


def _check_owner(row: Any, scope: Scope) -> None:
    if not isinstance(row, (User, MemberOwned, UserOwned, StaffOnly)):
        return
    owner_id, column = _owner(type(row), scope)
    if owner_id is None or column is None or getattr(row, column) != owner_id:
        raise RowForbidden(f"{type(row).__name__} of somebody else in scope {scope.name}")
    _check_owner_was(row, column, owner_id, scope)


def _check_owner_was(row: Any, column: str, owner_id: int, scope: Scope) -> None:
    """A row may not be taken over either: the owner that the database holds must be the same one."""
    history = inspect(row).attrs[column].history
    if any(old not in (None, owner_id) for old in history.deleted or ()):
        raise RowForbidden(f"{type(row).__name__} taken over in scope {scope.name}")
