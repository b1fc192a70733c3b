"""Counts that the database keeps itself, so that the team's home costs the same with a thousand members and a million.

Each table of tallies holds a number per combination of what is counted by. Triggers keep it within the transaction of
the change. On SQLite, which writes one transaction at a time, a combination has one row. On PostgreSQL each statement
adds rows with what it changed, so that nobody waits for a counter; the worker adds them up (services.tallies), and a
reader sums what is there. Metadata cannot say triggers: a migration makes them. See docs/decisions/0020.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Boolean, Connection, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, StaffOnly
from app.models.derived.watching import ROWS


class MemberTally(StaffOnly, Model):
    """How many members are in this state and lack these things."""

    __tablename__ = "member_tally"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    needs_bsn: Mapped[bool] = mapped_column(Boolean)
    is_unchecked: Mapped[bool] = mapped_column(Boolean)  # never looked at the own data
    lacks_email: Mapped[bool] = mapped_column(Boolean)
    has_broken_email: Mapped[bool] = mapped_column(Boolean)
    number: Mapped[int] = mapped_column(Integer)


class AnswerTally(StaffOnly, Model):
    """How many answers an election has in this state."""

    __tablename__ = "availability_tally"

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))
    number: Mapped[int] = mapped_column(Integer)


@dataclass(frozen=True, slots=True)
class Tallied:
    """A table that is counted: each column of its tally, as SQL over a row `r`, and the columns that this reads."""

    table: str
    keys: Mapping[str, str]
    reads: tuple[str, ...]


TALLIED: Final = (
    Tallied(
        "member",
        {
            "state": "r.state",
            "needs_bsn": "(r.bsn_known_at IS NULL)",
            "is_unchecked": "(r.data_checked_at IS NULL)",
            "lacks_email": "(r.email IS NULL)",
            "has_broken_email": "(r.email_broken_at IS NOT NULL)",
        },
        ("state", "bsn_known_at", "data_checked_at", "email", "email_broken_at"),
    ),
    Tallied("availability", {"election_id": "r.election_id", "state": "r.state"}, ("election_id", "state")),
)


def create_tally(connection: Connection, tallied: Tallied) -> None:
    """Count the rows that are there, and keep the count from now on.

    A later batch change that makes the table anew on SQLite drops its triggers: call `drop_tally` before it and this
    after it.
    """
    is_postgresql = connection.dialect.name == "postgresql"
    for statement in _on_postgresql(tallied) if is_postgresql else _on_sqlite(tallied):
        connection.exec_driver_sql(statement)
    table, columns, keys = tallied.table, ", ".join(tallied.keys), ", ".join(tallied.keys.values())
    connection.exec_driver_sql(
        f"INSERT INTO {table}_tally ({columns}, number) SELECT {keys}, count(*) FROM {table} AS r GROUP BY {keys}"
    )


def drop_tally(connection: Connection, tallied: Tallied) -> None:
    """Stop counting, and forget the count."""
    table = tallied.table
    if connection.dialect.name == "postgresql":
        for event in ROWS:
            connection.exec_driver_sql(f"DROP TRIGGER tally_{event.lower()} ON {table}")
        connection.exec_driver_sql(f"DROP FUNCTION tally_{table}()")
    else:
        for event in ROWS:
            connection.exec_driver_sql(f"DROP TRIGGER tally_{table}_{event.lower()}")
        connection.exec_driver_sql(f"DROP INDEX fts_{table}_tally")
    connection.exec_driver_sql(f"DELETE FROM {table}_tally")


def _on_sqlite(tallied: Tallied) -> list[str]:
    table, columns = tallied.table, ", ".join(tallied.keys)
    statements = [f"CREATE UNIQUE INDEX fts_{table}_tally ON {table}_tally ({columns})"]
    for event, rows in ROWS.items():
        changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in tallied.reads)
        when = f" OF {', '.join(tallied.reads)} ON {table} WHEN {changed}" if event == "UPDATE" else f" ON {table}"
        body = " ".join(_add_on_sqlite(tallied, row) for row in rows)
        statements.append(f"CREATE TRIGGER tally_{table}_{event.lower()} AFTER {event}{when} BEGIN {body} END")
    return statements


def _add_on_sqlite(tallied: Tallied, row: str) -> str:
    columns = ", ".join(tallied.keys)
    keys = ", ".join(key.replace("r.", f"{row}.") for key in tallied.keys.values())
    more = 1 if row == "new" else -1
    return (
        f"INSERT INTO {tallied.table}_tally ({columns}, number) VALUES ({keys}, {more})"
        f" ON CONFLICT ({columns}) DO UPDATE SET number = number + {more};"
    )


def _on_postgresql(tallied: Tallied) -> list[str]:
    table, columns, keys = tallied.table, ", ".join(tallied.keys), ", ".join(tallied.keys.values())
    named = ", ".join(f"{key} AS {name}" for name, key in tallied.keys.items())
    into = f"INSERT INTO {table}_tally ({columns}, number)"
    function = f"""CREATE FUNCTION tally_{table}() RETURNS trigger AS $$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            {into} SELECT {keys}, count(*) FROM new_rows AS r GROUP BY {keys};
          ELSIF TG_OP = 'DELETE' THEN
            {into} SELECT {keys}, -count(*) FROM old_rows AS r GROUP BY {keys};
          ELSE
            {into} SELECT {columns}, sum(more) FROM (
              SELECT {named}, 1 AS more FROM new_rows AS r UNION ALL SELECT {named}, -1 FROM old_rows AS r
            ) AS changed GROUP BY {columns} HAVING sum(more) <> 0;
          END IF;
          RETURN NULL;
        END $$ LANGUAGE plpgsql"""
    triggers = [
        f"CREATE TRIGGER tally_{event.lower()} AFTER {event} ON {table}"
        f" REFERENCING {' '.join(f'{row.upper()} TABLE AS {row}_rows' for row in rows)}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION tally_{table}()"
        for event, rows in ROWS.items()
    ]
    return [function, *triggers]
