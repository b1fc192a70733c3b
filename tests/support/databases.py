"""The database under a test: SQLite or PostgreSQL, back to how `portal setup` left it before each test."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy import Engine


class Database(Protocol):
    """A database that can go back to its fresh state."""

    url: str  # as DATABASE_URL

    def keep_as_fresh(self, engine: Engine) -> None:
        """Remember the present state."""

    def make_fresh(self, engine: Engine) -> None:
        """Back to the remembered state."""


@contextmanager
def start_database(server_url: str, worker: str, folder: Path) -> Iterator[Database]:
    """An empty database for one test process: on the PostgreSQL server, or a SQLite file in `folder`."""
    if not server_url:
        yield SqliteFile(folder)
        return
    database = PostgresDatabase(server_url, f"portal_{worker}")
    database.create()
    yield database


class SqliteFile:
    """Copied back by SQLite itself: faster than deleting rows, triggers have no say, a late reader does no harm."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "portal.db"
        self._fresh = folder / "fresh.db"
        self.url = f"sqlite:///{self._file}"

    def keep_as_fresh(self, engine: Engine) -> None:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        shutil.copyfile(self._file, self._fresh)

    def make_fresh(self, engine: Engine) -> None:
        engine.dispose()
        with closing(sqlite3.connect(self._fresh)) as fresh, closing(sqlite3.connect(self._file, timeout=15)) as used:
            fresh.backup(used)


# Empties every table that was empty at first, and only where a test wrote: most tests touch few tables.
# TRUNCATE passes the append-only triggers of the audit trail, which DELETE would not.
EMPTY_TABLES = """
DO $$
DECLARE name text; filled text[] := '{{}}'; has_rows boolean;
BEGIN
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables
              WHERE schemaname = 'public' AND tablename <> ALL ({kept}) LOOP
    EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || name || ')' INTO has_rows;
    IF has_rows THEN filled := filled || name; END IF;
  END LOOP;
  IF cardinality(filled) > 0 THEN
    EXECUTE 'TRUNCATE ' || array_to_string(filled, ', ') || ' RESTART IDENTITY CASCADE';
  END IF;
END $$
"""


class PostgresDatabase:
    """Emptied table by table; copied anew from a template when a test changed the roles or another filled table."""

    def __init__(self, server_url: str, name: str) -> None:
        self._server_url = server_url
        self._name = name
        self._fresh = f"{name}_fresh"
        self.url = f"{server_url}/{name}"
        self._kept: list[str] = []
        self._fingerprint: list[object] = []

    def create(self) -> None:
        """Make the empty database."""
        self._on_server("CREATE DATABASE {name}")

    def keep_as_fresh(self, engine: Engine) -> None:
        engine.dispose()
        self._on_server("CREATE DATABASE {fresh} TEMPLATE {name}")
        with psycopg.connect(self.url) as connection:
            tables = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname='public'")]
            self._kept = [name for name in tables if self._has_rows(connection, name)]
            self._fingerprint = self._take_fingerprint(connection)

    def make_fresh(self, engine: Engine) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(SQL(EMPTY_TABLES).format(kept=Literal(self._kept)))
            unchanged = self._take_fingerprint(connection) == self._fingerprint
        if not unchanged:
            engine.dispose()
            self._on_server("DROP DATABASE {name} WITH (FORCE)")
            self._on_server("CREATE DATABASE {name} TEMPLATE {fresh}")

    def _take_fingerprint(self, connection: psycopg.Connection) -> list[object]:
        """Row counts and latest transactions of the filled tables: an insert or update shows in xmin."""
        question = SQL("SELECT count(*), max(xmin::text::bigint) FROM {}")
        return [connection.execute(question.format(Identifier(name))).fetchone() for name in self._kept]

    @staticmethod
    def _has_rows(connection: psycopg.Connection, name: str) -> bool:
        return connection.execute(SQL("SELECT 1 FROM {} LIMIT 1").format(Identifier(name))).fetchone() is not None

    def _on_server(self, statement: str) -> None:
        with psycopg.connect(f"{self._server_url}/postgres", autocommit=True) as connection:
            names = {"name": Identifier(self._name), "fresh": Identifier(self._fresh)}
            connection.execute(SQL(statement).format(**names))
