"""The row guard: beneath every view, a member's request reaches only the rows of that member.

Each request starts closed (no member-owned row at all). `create_app` then opens it for the team, or narrows it to the
signed-in member, before anything is loaded. What must look further, such as sign-in itself, says so by name with
`everyone("…")`. Outside requests (commands, the worker) the guard is open.

It covers ORM selects, counts, aliases, sub-queries, relationship loads, bulk update and delete. What loader criteria
cannot cover is refused while the guard is narrow: Core tables and texts, alone or inside an ORM statement, statements
on the session's connection, bulk inserts, updates by key, and a flush of somebody else's row (SECURITY §2).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary, WeakSet

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import BindParameter, ColumnElement, Connection, Engine, Integer, bindparam, event, false, inspect
from sqlalchemy.engine import ExecutionContext
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction, with_loader_criteria

from app.models.base import MemberOwned, Model, StaffOnly, UserOwned
from app.models.guard.criteria import CriteriaTogether
from app.models.guard.leftovers import forget_foreign
from app.models.guard.raw_sql import RowForbidden, names_in, refuse_raw_parts, set_columns

NARROWED = "row_guard_narrowed"  # the execution option of a statement that carries the criteria
PARAMETER = "row_guard_id"  # how the parameters of the criteria are called in SQL, with a number


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
_looked_in: ContextVar[WeakSet[Session] | None] = ContextVar("row_guard_sessions", default=None)  # inside `everyone`
_is_checked_flush: ContextVar[bool] = ContextVar("row_guard_flush", default=False)


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
    """Reach all rows inside the block; `reason` names why, for whoever reads the code.

    After it the session of a signed-in member holds no row of others, whatever the block loaded.
    """
    before, sessions = enter(Scope(reason, is_open=True)), _looked_in.get()
    if before.user_id is not None:
        _looked_in.set(WeakSet())
    try:
        yield
    finally:
        enter(before)
        if before.user_id is not None:
            for session in _looked_in.get() or ():
                forget_foreign(session, partial(_is_foreign, before))
            _looked_in.set(sessions)


def _note_session(session: Session) -> None:
    """Inside `everyone`: it may hold rows of others now."""
    if (sessions := _looked_in.get()) is not None:
        sessions.add(session)


def _is_foreign(scope: Scope, row: Any) -> bool:
    """Whether the scope does not reach this row. One whose owner is not loaded is asked for anew before it is read."""
    if not isinstance(row, (User, MemberOwned, UserOwned, StaffOnly)):
        return False
    owner = _owner(type(row))
    if owner is None:
        return True
    own_id = getattr(scope, owner.id_name)
    return bool(vars(row).get(owner.column, own_id) != own_id)


@lru_cache(maxsize=1)
def guarded_classes() -> tuple[type[Model], ...]:
    """Every mapped class whose rows have an owner, or are the team's alone."""
    mapped = [mapper.class_ for mapper in Model.registry.mappers]
    owned = (MemberOwned, UserOwned, StaffOnly)
    return tuple(c for c in mapped if c is User or issubclass(c, owned))


@lru_cache(maxsize=1)
def guarded_names() -> frozenset[str]:
    """The names of their tables, and of the full-text tables over them (models.derived.text_index)."""
    names = {str(inspect(c).local_table.name) for c in guarded_classes()}
    return frozenset(names | {f"fts_{name}" for name in names})


class Owner(NamedTuple):
    """Which id of the scope a row must have, and the column that says so."""

    id_name: str
    column: str


def _owner(class_: Any) -> Owner | None:
    """None for rows that are the team's alone."""
    if class_ is User:
        return Owner("user_id", "id")
    if issubclass(class_, MemberOwned):
        return Owner("member_id", class_.owner_column)
    return Owner("user_id", class_.owner_column) if issubclass(class_, UserOwned) else None


def _id_of_scope(name: str) -> BindParameter[int]:
    """Asked anew each time that a statement runs, so the criteria are the same ones for every member."""

    def ask() -> int:
        scope = _scope.get()
        found: int | None = getattr(scope, name)
        if found is None or scope.is_open:
            raise RowForbidden(f"a statement that was narrowed elsewhere, in scope {scope.name}")
        return found

    return bindparam(PARAMETER, type_=Integer(), callable_=ask, unique=True)


@lru_cache(maxsize=4)
def _criteria(*, has_member: bool, has_user: bool) -> CriteriaTogether:
    """A criterion per guarded class, for the scopes that have these ids. Where the id is missing, no row at all."""
    known = {"member_id": has_member, "user_id": has_user}

    def own(class_: Any) -> ColumnElement[bool]:
        owner = _owner(class_)
        if owner is None or not known[owner.id_name]:
            return false()
        criterion: ColumnElement[bool] = getattr(class_, owner.column) == _id_of_scope(owner.id_name)
        return criterion

    return CriteriaTogether(with_loader_criteria(c, own(c), include_aliases=True) for c in guarded_classes())


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    scope = _scope.get()
    if scope.is_open:
        _note_session(state.session)
        return
    if not state.is_orm_statement or state.is_insert:
        return  # `_refuse_what_is_not_narrowed` sees it
    _refuse_values_of_the_criteria(state.parameters, scope)
    if state.is_update:
        _refuse_new_owner(state, scope)
    criteria = _criteria(has_member=scope.member_id is not None, has_user=scope.user_id is not None)
    if state.is_relationship_load or state.is_column_load:  # those the ORM builds itself
        state.statement = state.statement.options(criteria)
    else:
        state.statement = _checked(state, criteria, scope)
    state.update_execution_options(**{NARROWED: True})


# By statement: itself with criteria. One that is made once and runs again keeps what SQLAlchemy knows of its looks.
_narrowed: WeakKeyDictionary[Any, dict[Any, Any]] = WeakKeyDictionary()


def _checked(state: ORMExecuteState, criteria: CriteriaTogether, scope: Scope) -> Any:
    """The statement with the criteria, when there is nothing in it that they cannot narrow."""
    known = _narrowed.setdefault(state.statement, {})
    key = criteria, state.bind_mapper
    if key not in known:
        refuse_raw_parts(state.statement, state.bind_mapper, guarded_names(), scope.name)
        known[key] = state.statement.options(criteria)
    return known[key]


def _refuse_values_of_the_criteria(given: Any, scope: Scope) -> None:
    """Who runs a statement gives values by name, and would so decide whose rows the criteria ask for."""
    for values in given if isinstance(given, list) else [given or ()]:
        if any(str(name).startswith(PARAMETER) for name in values):
            raise RowForbidden(f"a value for the criteria in scope {scope.name}")


def _refuse_new_owner(state: ORMExecuteState, scope: Scope) -> None:
    """An UPDATE may not give a row away; one per key of a list of rows asks no criteria at all."""
    class_ = state.bind_mapper.class_ if state.bind_mapper is not None else None
    if class_ not in guarded_classes():
        return
    owner = _owner(class_)
    if isinstance(state.parameters, list) or (owner and owner.column in set_columns(state.statement)):
        raise RowForbidden(f"UPDATE of {class_.__name__} by rows or of its owner in scope {scope.name}")


@event.listens_for(Engine, "before_cursor_execute")
def _refuse_what_is_not_narrowed(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: ExecutionContext, many: bool
) -> None:
    """The last door: whatever the way, no SQL on a guarded table leaves unless the guard narrowed or checked it."""
    scope = _scope.get()
    if scope.is_open or _is_checked_flush.get() or context.execution_options.get(NARROWED):
        return
    if names_in(statement) & guarded_names():
        raise RowForbidden(f"statement on a guarded table in scope {scope.name}")


@event.listens_for(Session, "before_flush")
def _refuse_foreign_rows(session: Session, context: UOWTransaction, instances: object) -> None:
    scope = _scope.get()
    if scope.is_open:
        _note_session(session)
        return
    for row in session.new:
        if not isinstance(row, StaffOnly):  # the audit trail takes new rows from everybody
            _check_owner(row, scope)
    for row in (*session.dirty, *session.deleted):
        _check_owner(row, scope)
    _is_checked_flush.set(True)


@event.listens_for(Session, "after_flush")
def _flush_is_over(session: Session, context: UOWTransaction) -> None:
    _is_checked_flush.set(False)


@event.listens_for(Session, "after_soft_rollback")
def _flush_has_failed(session: Session, previous: SessionTransaction) -> None:
    _is_checked_flush.set(False)


def _check_owner(row: Any, scope: Scope) -> None:
    if not isinstance(row, (User, MemberOwned, UserOwned, StaffOnly)):
        return
    owner = _owner(type(row))
    owner_id = getattr(scope, owner.id_name) if owner else None
    if owner is None or owner_id is None or getattr(row, owner.column) != owner_id:
        raise RowForbidden(f"{type(row).__name__} of somebody else in scope {scope.name}")
    _check_owner_was(row, owner.column, owner_id, scope)


def _check_owner_was(row: Any, column: str, owner_id: int, scope: Scope) -> None:
    """A row may not be taken over either: the owner that the database holds must be the same one."""
    history = inspect(row).attrs[column].history
    if any(old not in (None, owner_id) for old in history.deleted or ()):
        raise RowForbidden(f"{type(row).__name__} taken over in scope {scope.name}")
