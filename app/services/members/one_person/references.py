"""Which tables hold something of a member or an account: read from the foreign keys, so that no subject is missed."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Table, exists, or_, true

from app.models import (
    EligibilityFinding,
    ImportLeftover,
    Member,
    MemberIdentity,
    ProfileChange,
    ResultSource,
    TrainingResult,
    User,
)
from app.models.base import Model

OF_THE_DATA: Final = frozenset(
    table.__tablename__ for table in (MemberIdentity, ProfileChange, ImportLeftover, EligibilityFinding)
)


@cache
def columns_of_members() -> tuple[Column[Any], ...]:
    """Every column that refers to a member, the tables in the order in which rows may be deleted."""
    return _referring(Member.__table__)


@cache
def columns_of_users() -> tuple[Column[Any], ...]:
    """Every column that refers to an account."""
    return _referring(User.__table__)


def is_used_elsewhere() -> ColumnElement[bool]:
    """Of a member: something beyond the data itself is there, such as an answer, a message or a notification."""
    columns = [column for column in columns_of_members() if column.table.name not in OF_THE_DATA]
    return or_(*(exists().where(column == Member.id, _is_use(column)).correlate(Member) for column in columns))


def _is_use(column: Column[Any]) -> ColumnElement[bool]:
    """Not what a roster itself noted: the day of a training is a part of the data."""
    is_result = column.table.name == TrainingResult.__tablename__
    return TrainingResult.source != ResultSource.NOTED if is_result else true()


def _referring(target: Any) -> tuple[Column[Any], ...]:
    tables: list[Table] = list(reversed(Model.metadata.sorted_tables))
    return tuple(
        column
        for table in tables
        for column in table.columns
        if any(key.column.table is target for key in column.foreign_keys)
    )
