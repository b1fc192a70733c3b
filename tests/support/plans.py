"""How the database goes about a statement, without a clock: by which index it reads a table, or whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Engine, event

WHOLE = ""  # no index: every row
SQLITE = re.compile(
    r"(?:SCAN|SEARCH) (\w+?)(?:_\d+)?(?: USING (?:COVERING )?INDEX (\w+)| USING INTEGER PRIMARY (KEY)|$)"
)


def indexes_read(engine: Engine, act: Callable[[], Any]) -> set[tuple[str, str]]:
    """(table, index) of all that the SELECTs in `act` read; of a table that is read whole (table, WHOLE)."""
    seen: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    read = _read_on_postgresql if engine.dialect.name == "postgresql" else _read_on_sqlite
    return {found for statement, parameters in seen for found in read(engine, statement, parameters)}


def _read_on_sqlite(engine: Engine, statement: str, parameters: Any) -> Iterator[tuple[str, str]]:
    with engine.connect() as connection:
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all():
            found = SQLITE.search(row[3])
            if found:
                yield found[1], found[2] or found[3] or WHOLE


def _read_on_postgresql(engine: Engine, statement: str, parameters: Any) -> Iterator[tuple[str, str]]:
    """With few rows PostgreSQL reads them whole, so it is told to plan as for many."""
    with engine.connect() as connection:
        for way in ("seqscan", "bitmapscan"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    nodes = [plan[0]["Plan"]]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if "Relation Name" in node:
            yield node["Relation Name"], node.get("Index Name", WHOLE)
