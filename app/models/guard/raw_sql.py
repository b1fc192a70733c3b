"""What a statement holds that the ORM did not put there: the row guard cannot narrow it, so it refuses it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BinaryExpression,
    BindParameter,
    BooleanClauseList,
    ColumnClause,
    Join,
    Select,
    TableClause,
    TextClause,
)
from sqlalchemy.orm import FromStatement, Mapper
from sqlalchemy.sql.selectable import AliasedReturnsRows
from sqlalchemy.sql.visitors import iterate

WORD = re.compile(r"\w+")


class RowForbidden(Exception):
    """A request tried to reach or write a row that is not its own. Always a defect or an attack."""


@lru_cache(maxsize=2_000)
def names_in(sql: str) -> frozenset[str]:
    """Every word of a statement, names of tables among them."""
    return frozenset(WORD.findall(sql.lower()))


MOST_KEPT = 2_000
_kept: set[Any] = set()  # of statements without a raw part: SQLAlchemy's own key of what they look like, and the mapper


def refuse_raw_parts(statement: Any, mapper: Mapper[Any] | None, tables: frozenset[str], scope: str) -> None:
    """Raises RowForbidden for a Core table or column, or a text, on one of these tables inside an ORM statement.

    A statement that was found clean is not walked through again: SQLAlchemy reuses the SQL of one with the same key, so
    the key says all of it but the values. What has no key is always walked through, and a refusal is never kept.
    """
    if isinstance(statement, FromStatement):
        raise RowForbidden(f"rows from a statement in scope {scope}")
    look = statement._generate_cache_key()
    key = None if look is None else (look.key, mapper, tables)
    if key is None or key not in _kept:
        _walk_through(statement, mapper, tables, scope)
        if key is not None and len(_kept) < MOST_KEPT:
            _kept.add(key)


def _walk_through(statement: Any, mapper: Mapper[Any] | None, tables: frozenset[str], scope: str) -> None:
    for part in iterate(_without_key(statement, mapper)):
        if _is_raw(part, tables):
            raise RowForbidden(f"raw part in an ORM statement in scope {scope}")


def set_columns(statement: Any) -> set[str]:
    """The columns that an UPDATE sets."""
    given = statement._values or dict(statement._ordered_values or ())
    return {getattr(column, "key", column) for column in given}


def _without_key(statement: Any, mapper: Mapper[Any] | None) -> Any:
    """The statement without the condition that `session.get` writes itself, on the Core columns of the key."""
    if mapper is None or not isinstance(statement, Select):
        return statement
    rest = statement._generate()
    rest._where_criteria = tuple(part for part in statement._where_criteria if not _is_key(part, mapper))
    return rest


def _is_key(condition: Any, mapper: Mapper[Any]) -> bool:
    parts = condition.clauses if isinstance(condition, BooleanClauseList) else [condition]
    return all(
        isinstance(part, BinaryExpression)
        and any(part.left is column for column in mapper.primary_key)
        and isinstance(part.right, BindParameter)
        for part in parts
    )


def _is_raw(part: Any, tables: frozenset[str]) -> bool:
    if isinstance(part, TextClause):
        return bool(names_in(part.text) & tables)
    if isinstance(part, Select):  # not its computed FROM, in which the ORM's own tables bear no mark either
        joined = [target for target, *_ in part._setup_joins]
        return any(_is_raw_table(column, tables) for column in (*part._raw_columns, *part._from_obj, *joined))
    if not isinstance(part, ColumnClause):
        return False
    if part.is_literal:
        return bool(names_in(part.name) & tables)
    return not _is_of_a_class(part) and _table_name(part.table) in tables


def _is_raw_table(part: Any, tables: frozenset[str]) -> bool:
    if isinstance(part, Join):
        return _is_raw_table(part.left, tables) or _is_raw_table(part.right, tables)
    return not _is_of_a_class(part) and _table_name(part) in tables


def _table_name(part: Any) -> str:
    """The table behind aliases, or "" for anything else."""
    while isinstance(part, AliasedReturnsRows):
        part = part.element
    return str(part.name) if isinstance(part, TableClause) else ""


def _is_of_a_class(part: Any) -> bool:
    """The ORM notes on its tables and columns which class they stand for."""
    return bool(part._annotations.keys() & {"parententity", "parentmapper"})
