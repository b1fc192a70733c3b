"""What all tables share: column types, and who owns a row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import ColumnElement, DateTime, Dialect, ForeignKey, literal
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

__all__ = ["LeasedRun", "MemberOwned", "Model", "StaffOnly", "UserOwned", "UtcDateTime", "is_any_of"]


def is_any_of(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """`column IN (…)` for values that are known when the program is written, such as some states.

    With `in_` alone SQLAlchemy writes the list into the SQL anew each time that the statement runs, for a list may have
    another length then.
    """
    found: ColumnElement[bool] = column.in_([literal(value, column.type) for value in values])
    return found


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant on both databases: `timestamptz` on PostgreSQL, naive UTC text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive instant; it would be read as another time elsewhere."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Always aware, in UTC."""
        if value is None:
            return None
        instant: datetime = value if value.tzinfo else value.replace(tzinfo=UTC)
        return instant.astimezone(UTC)


class MemberOwned:
    """Rows of one member. In a member's request the row guard narrows each such table to the signed-in member."""

    owner_column: ClassVar[str] = "member_id"


class UserOwned:
    """Rows of one account (member or staff): narrowed to the signed-in user in a member's request."""

    owner_column: ClassVar[str] = "user_id"


class StaffOnly:
    """Rows that a member's request can never read."""


class LeasedRun:
    """Work that somebody asked for and a worker does: who asked, when, until when a worker has it, and when it ended.

    How far it is and what came of it differs by kind; `services.leases` takes, renews and finds any of them by this.
    """

    created_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
