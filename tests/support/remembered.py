"""A state that many tests begin with: made once by each process, and copied from then on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import inspect

from tests.support.databases import Database

T = TypeVar("T")
_made: dict[str, Any] = {}  # what each gave, with keys in the place of rows


@dataclass(frozen=True, slots=True)
class Key:
    """Which row it was."""

    class_: type[Any]
    identity: tuple[Any, ...]


def recall_or_make(database: Database, db: SQLAlchemy, make: Callable[[], T]) -> T:
    """What `make` gives in a fresh database, with all that it wrote; rows are those of this session.

    It is given nothing that differs from test to test, and makes no files. Where a test wrote something before, it is
    made as ever.
    """
    name = f"{make.__module__}.{make.__qualname__}"
    if db.session().in_transaction() or not database.is_fresh():
        return make()
    if database.recall(name, db.engine):
        return _with_rows(_made[name], db)  # type: ignore[no-any-return]
    made = make()
    db.session.commit()
    database.keep(name)
    _made[name] = _with_keys(made)
    return made


def _with_keys(made: Any) -> Any:
    state = inspect(made, raiseerr=False)
    return Key(type(made), state.identity) if hasattr(state, "identity") else _each(made, _with_keys)


def _with_rows(made: Any, db: SQLAlchemy) -> Any:
    if isinstance(made, Key):
        return db.session.get_one(made.class_, made.identity)
    return _each(made, lambda part: _with_rows(part, db))


def _each(made: Any, change: Callable[[Any], Any]) -> Any:
    if is_dataclass(made) and not isinstance(made, type):
        return replace(made, **{field.name: change(getattr(made, field.name)) for field in fields(made)})  # type: ignore[type-var]
    if isinstance(made, list | tuple):
        return type(made)(map(change, made))
    return {key: change(value) for key, value in made.items()} if isinstance(made, dict) else made
