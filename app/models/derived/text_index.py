"""The index of three-letter parts over a table's `search_text`, for migrations. How it is asked: services.search.query.

Metadata cannot say these, so `migrations/env.py` leaves out what is called trgm_… or fts_….
"""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy import text as sql

# The index keeps no copy of the text: it reads the table's own, and the triggers tell it of each change. `columnsize`
# would only serve a ranking that is not used.
FTS = (
    "CREATE VIRTUAL TABLE fts_{table} USING fts5(search_text, content='{table}', content_rowid='id', columnsize=0,"
    " tokenize='trigram')",
    "CREATE TRIGGER fts_{table}_added AFTER INSERT ON {table} BEGIN"
    " INSERT INTO fts_{table} (rowid, search_text) VALUES (new.id, new.search_text); END",
    "CREATE TRIGGER fts_{table}_deleted AFTER DELETE ON {table} BEGIN"
    " INSERT INTO fts_{table} (fts_{table}, rowid, search_text) VALUES ('delete', old.id, old.search_text); END",
    "CREATE TRIGGER fts_{table}_changed AFTER UPDATE OF search_text ON {table}"
    " WHEN old.search_text <> new.search_text BEGIN"
    " INSERT INTO fts_{table} (fts_{table}, rowid, search_text) VALUES ('delete', old.id, old.search_text);"
    " INSERT INTO fts_{table} (rowid, search_text) VALUES (new.id, new.search_text); END",
    "INSERT INTO fts_{table} (fts_{table}) VALUES ('rebuild')",
)
TRIGRAMS = "CREATE INDEX IF NOT EXISTS trgm_{table}_search ON {table} USING gin (search_text gin_trgm_ops)"
OLDEST_SQLITE = (3, 34)  # the first with the trigram tokenizer


def create_text_index(connection: Connection, table: str) -> None:
    """Index `search_text` of this table, its present rows too. Without pg_trgm PostgreSQL searches, but slowly.

    A later batch change that makes the table anew on SQLite drops its triggers: call `drop_text_index` before it and
    this after it. Raises RuntimeError on a SQLite that is too old.
    """
    if connection.dialect.name == "postgresql":
        if connection.scalar(sql("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")):
            connection.exec_driver_sql(TRIGRAMS.format(table=table))
        return
    if connection.dialect.server_version_info < OLDEST_SQLITE:  # type: ignore[operator]
        raise RuntimeError("SQLite 3.34 or newer is needed, for searching in texts")
    for statement in FTS:
        connection.exec_driver_sql(statement.format(table=table))


def drop_text_index(connection: Connection, table: str) -> None:
    """Take it away again."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS trgm_{table}_search")
        return
    for change in ("added", "deleted", "changed"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS fts_{table}_{change}")
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS fts_{table}")
