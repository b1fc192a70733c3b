"""Triggers that note whom a change of a row is about, in a table of marks: whatever way the row was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Watched:
    """A table that is a cause: what its row `r` says about whom, and the columns of which a change matters.

    `only`: SQL over `r` that says which rows matter at all. `events`: what is noticed of it. `into`: the table of the
    marks; `prefix`: how the names of the triggers begin.
    """

    table: str
    marks: Mapping[str, str]  # column of the mark → column of the row
    reads: tuple[str, ...]
    only: str = ""
    events: tuple[str, ...] = field(default=("INSERT", "UPDATE", "DELETE"))
    into: str = "eligibility_mark"
    prefix: str = "mark"


ROWS: Final = {"INSERT": ("new",), "DELETE": ("old",), "UPDATE": ("new", "old")}  # that each event speaks of


def watch(connection: Connection, watched: Watched) -> None:
    """Note changes of this table from now on.

    A later batch change that makes the table anew on SQLite drops its triggers: call `stop_watching` before it and this
    after it.
    """
    is_postgresql = connection.dialect.name == "postgresql"
    for statement in _on_postgresql(watched) if is_postgresql else _on_sqlite(watched):
        connection.exec_driver_sql(statement)


def stop_watching(connection: Connection, watched: Watched) -> None:
    """Note nothing any more."""
    of_table = f" ON {watched.table}" if connection.dialect.name == "postgresql" else ""
    for event in watched.events:
        connection.exec_driver_sql(f"DROP TRIGGER {_name(watched, event)}{of_table}")
    if of_table:
        connection.exec_driver_sql(f"DROP FUNCTION {watched.prefix}_{watched.table}()")


def _name(watched: Watched, event: str) -> str:
    return f"{watched.prefix}_{watched.table}_{event.lower()}"


def _on_sqlite(watched: Watched) -> list[str]:
    columns = ", ".join(watched.marks)
    statements = []
    for event in watched.events:
        changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in watched.reads)
        when = f" OF {', '.join(watched.reads)} ON {watched.table} WHEN {changed}" if event == "UPDATE" else ""
        body = " ".join(
            f"INSERT INTO {watched.into} ({columns}) SELECT {_values(watched, row)}{_only(watched, row)};"
            for row in ROWS[event]
        )
        on = when or f" ON {watched.table}"
        statements.append(f"CREATE TRIGGER {_name(watched, event)} AFTER {event}{on} BEGIN {body} END")
    return statements


def _values(watched: Watched, row: str) -> str:
    return ", ".join(f"{row}.{name}" for name in watched.marks.values())


def _only(watched: Watched, row: str) -> str:
    return f" WHERE {watched.only.replace('r.', f'{row}.')}" if watched.only else ""


def _on_postgresql(watched: Watched) -> list[str]:
    """Once a statement, also where it wrote 100,000 rows."""
    into = f"INSERT INTO {watched.into} ({', '.join(watched.marks)})"
    read = ", ".join(watched.reads)
    take, only = f"{into} SELECT DISTINCT {_values(watched, 'r')} FROM", _only(watched, "r")
    columns = f"id, {read}{_rest(watched)}"
    function = f"""CREATE FUNCTION {watched.prefix}_{watched.table}() RETURNS trigger AS $$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            {take} new_rows AS r{only};
          ELSIF TG_OP = 'DELETE' THEN
            {take} old_rows AS r{only};
          ELSE
            {take} (SELECT {columns} FROM new_rows EXCEPT SELECT {columns} FROM old_rows) AS r{only};
            {take} (SELECT {columns} FROM old_rows EXCEPT SELECT {columns} FROM new_rows) AS r{only};
          END IF;
          RETURN NULL;
        END $$ LANGUAGE plpgsql"""
    triggers = [
        f"CREATE TRIGGER {_name(watched, event)} AFTER {event} ON {watched.table}"
        f" REFERENCING {' '.join(f'{row.upper()} TABLE AS {row}_rows' for row in ROWS[event])}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {watched.prefix}_{watched.table}()"
        for event in watched.events
    ]
    return [function, *triggers]


def _rest(watched: Watched) -> str:
    """The columns that a mark takes over and that are not compared already."""
    more = [name for name in watched.marks.values() if name not in (*watched.reads, "id")]
    return "".join(f", {name}" for name in more)
