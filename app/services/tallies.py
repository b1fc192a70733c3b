"""The counts that the database keeps (models.derived.tallies): read, and added up where changes left rows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Table, delete, func, insert, literal_column, select

from app.extensions import db
from app.models import AnswerTally, MemberTally
from app.services.bulk import is_postgresql

TALLIES: Final[tuple[type[Any], ...]] = (MemberTally, AnswerTally)


def count_members(states: Collection[str]) -> int:
    """How many members are in one of these states, at the same cost however many there are."""
    return db.session.scalar(select(func.sum(MemberTally.number)).where(MemberTally.state.in_(states))) or 0


def add_up() -> None:
    """One row for each combination again, in one statement a table: who reads meanwhile sees the same sums.

    Rows of changes that are not committed yet stay for the next time. Commit after it.
    """
    if not is_postgresql():
        return  # there each combination has one row
    for tally in TALLIES:
        table: Table = tally.__table__
        keys = [column for column in table.columns if column.name not in ("id", "number")]
        gone = delete(table).returning(*keys, table.c.number).cte("gone")
        own = [gone.c[key.name] for key in keys]
        total = func.sum(gone.c.number)
        summed = select(*own, total).group_by(*own).having(total != literal_column("0"))
        names = [*(key.name for key in keys), "number"]
        db.session.execute(insert(table).from_select(names, summed, include_defaults=False).add_cte(gone))
