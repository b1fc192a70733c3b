"""The database under a test: SQLite or PostgreSQL, back to how `portal setup` left it before each test."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal
from sqlalchemy import Engine


class Database(Protocol):
    """A database that can go back to its fresh state."""

    url: str  # as DATABASE_URL
    is_prepared: bool  # by `portal setup`

    def keep_as_fresh(self, engine: Engine) -> None:
        """Remember the present state."""

    def make_fresh(self, engine: Engine) -> None:
        """Back to the remembered state."""

    def is_fresh(self) -> bool:
        """Whether nobody committed anything since."""

    def keep(self, name: str) -> None:
        """Remember the present state by this name."""

    def recall(self, name: str, engine: Engine) -> bool:
        """From fresh to the state of this name; False when it is not known."""


@contextmanager
def start_database(server_url: str, worker: str, folder: Path, prepared: Path | None) -> Iterator[Database]:
    """A database for one test process: empty on the PostgreSQL server, or a SQLite file in `folder`.

    `prepared` is a SQLite file to begin with, on which `portal setup` ran.
    """
    if not server_url:
        yield SqliteFile(folder, prepared)
        return
    database = PostgresDatabase(server_url, f"portal_{worker}")
    database.create()
    yield database


class SqliteFile:
    """Copied back by SQLite itself: faster than deleting rows, triggers have no say, a late reader does no harm.

    Its two connections stay: the last one that closes would write all pages from the log to the file once more. Where
    nobody committed anything, as in most tests of services, nothing is copied.
    """

    def __init__(self, folder: Path, prepared: Path | None) -> None:
        self._file = folder / "portal.db"
        self.is_prepared = prepared is not None
        if prepared is not None:
            shutil.copyfile(prepared, self._file)
        self._fresh = folder / "fresh.db"
        self.url = f"sqlite:///{self._file}"
        self._links: tuple[sqlite3.Connection, sqlite3.Connection] | None = None
        self._version: object = None
        self._states: dict[str, sqlite3.Connection] = {}

    def keep_as_fresh(self, engine: Engine) -> None:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        self._make_small()
        shutil.copyfile(self._file, self._fresh)
        self._links = sqlite3.connect(self._fresh), sqlite3.connect(self._file, timeout=15)
        self._links[1].execute("PRAGMA synchronous=OFF")

    def _make_small(self) -> None:
        """Of hundreds of nearly empty pages each is a quarter: what is copied before each test is a third."""
        link = sqlite3.connect(self._file, isolation_level=None)
        for statement in ("PRAGMA journal_mode=DELETE", "PRAGMA page_size=1024", "VACUUM", "PRAGMA journal_mode=WAL"):
            link.execute(statement)
        link.close()

    def make_fresh(self, engine: Engine) -> None:
        assert self._links is not None
        if not self.is_fresh():
            self._copy(self._links[0], engine)
            self._version = self._read_version()

    def is_fresh(self) -> bool:
        return self._read_version() == self._version

    def keep(self, name: str) -> None:
        assert self._links is not None
        self._states[name] = sqlite3.connect(self._fresh.with_name(f"state-{len(self._states)}.db"))
        self._links[1].backup(self._states[name])

    def recall(self, name: str, engine: Engine) -> bool:
        if name not in self._states:
            return False
        self._copy(self._states[name], engine)
        self._version = None
        return True

    def _copy(self, state: sqlite3.Connection, engine: Engine) -> None:
        assert self._links is not None
        engine.dispose()  # what a connection that stays knows of the tables may be of before
        state.backup(self._links[1])

    def _read_version(self) -> object:
        """Another one after each commit by any other connection, of whatever process."""
        assert self._links is not None
        return self._links[1].execute("PRAGMA data_version").fetchone()


# Empties every table that was empty at first, where a test wrote, and starts its numbers again. Few rows are deleted,
# which takes a hundredth of the time of a TRUNCATE with all tables that point at it. As a replica no trigger has a say:
# not those that keep the audit trail, and no foreign key.
EMPTY_TABLES = """
DO $$
DECLARE name text; large text[] := '{{}}'; has_rows boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables
              WHERE schemaname = 'public' AND tablename <> ALL ({kept})
              AND pg_relation_size((quote_ident(schemaname) || '.' || quote_ident(tablename))::regclass) > 0 LOOP
    EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || name || ')' INTO has_rows;
    IF has_rows AND pg_relation_size(name::regclass) > 500000 THEN large := large || name;
    ELSIF has_rows THEN EXECUTE 'DELETE FROM ' || name;
    END IF;
  END LOOP;
  IF cardinality(large) > 0 THEN
    EXECUTE 'TRUNCATE ' || array_to_string(large, ', ') || ' CASCADE';
  END IF;
  PERFORM setval(quote_ident(sequencename)::regclass, start_value, false) FROM pg_sequences
          WHERE schemaname = 'public' AND last_value IS NOT NULL AND sequencename = ANY ({unused});
END $$
"""
UNUSED = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NULL"
USED = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND sequencename = ANY (%s)"
WRITTEN = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> ALL (%s)
AND pg_relation_size(oid) > 0
"""
COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
# As a replica: the rows that triggers wrote are among those that are kept.
FILL_TABLES = "DO $$ BEGIN SET LOCAL session_replication_role = replica; {steps} END $$"


class PostgresDatabase:
    """Emptied table by table; copied anew from a template when a test changed the roles or another filled table."""

    is_prepared = False

    def __init__(self, server_url: str, name: str) -> None:
        self._server_url = server_url
        self._name = name
        self._fresh = f"{name}_fresh"
        self.url = f"{server_url}/{name}"
        self._kept: list[str] = []  # tables with rows
        self._unused: list[str] = []  # sequences
        self._fingerprint: list[object] = []
        self._states: dict[str, Composed] = {}  # how each is made of fresh
        self._link: psycopg.Connection | None = None

    def create(self) -> None:
        """Make the empty database."""
        self._on_server("CREATE DATABASE {name}")

    def keep_as_fresh(self, engine: Engine) -> None:
        engine.dispose()
        self._on_server("CREATE DATABASE {fresh} TEMPLATE {name}")
        connection = self._connect()
        tables = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname='public'")]
        self._kept = [name for name in tables if self._has_rows(connection, name)]
        self._unused = [row[0] for row in connection.execute(UNUSED)]
        self._fingerprint = self._take_fingerprint(connection)

    def make_fresh(self, engine: Engine) -> None:
        connection = self._connect()
        with connection.transaction():
            connection.execute(SQL(EMPTY_TABLES).format(kept=Literal(self._kept), unused=Literal(self._unused)))
            unchanged = self._take_fingerprint(connection) == self._fingerprint
        if not unchanged:
            self._states.clear()
            engine.dispose()
            connection.close()
            self._on_server("DROP DATABASE {name} WITH (FORCE)")
            self._on_server("CREATE DATABASE {name} TEMPLATE {fresh}")

    def is_fresh(self) -> bool:
        return not self._filled()

    def keep(self, name: str) -> None:
        """The rows as tables of a schema of their own; where a test is given other roles, there is nothing to keep."""
        connection, schema = self._connect(), f"state_{len(self._states)}"
        if self._take_fingerprint(connection) != self._fingerprint:
            return
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
        steps: list[Composable] = []
        for table in self._filled():
            kept = Identifier(schema, table)
            connection.execute(SQL("CREATE TABLE {} AS TABLE {}").format(kept, Identifier("public", table)))
            [columns] = connection.execute(COLUMNS, [f'public."{table}"']).fetchone() or ("",)
            step = SQL("INSERT INTO {} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {};")
            steps.append(step.format(Identifier("public", table), kept, columns=SQL(columns)))
        for sequence, value in connection.execute(USED, [self._unused]).fetchall():
            if value is not None:
                steps.append(SQL("PERFORM setval({}, {});").format(Literal(f'public."{sequence}"'), Literal(value)))
        self._states[name] = SQL(FILL_TABLES).format(steps=SQL(" ").join(steps))

    def recall(self, name: str, engine: Engine) -> bool:
        if name not in self._states:
            return False
        self._connect().execute(self._states[name])
        return True

    def _filled(self) -> list[str]:
        """The tables that have rows and had none at first."""
        connection = self._connect()
        names = [name for (name,) in connection.execute(WRITTEN, [self._kept]).fetchall()]
        question = SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})")
        parts = [question.format(Literal(name), Identifier("public", name)) for name in names]
        return [name for (name,) in connection.execute(SQL(" UNION ALL ").join(parts))] if parts else []

    def _connect(self) -> psycopg.Connection:
        """The connection that stays: a new one takes longer than the work."""
        if self._link is None or self._link.closed:
            self._link = psycopg.connect(self.url, autocommit=True)
        return self._link

    def _take_fingerprint(self, connection: psycopg.Connection) -> list[object]:
        """Row counts and latest transactions of the filled tables: an insert or update shows in xmin."""
        question = SQL("SELECT count(*), max(xmin::text::bigint) FROM {}")
        together = SQL(" UNION ALL ").join(question.format(Identifier(name)) for name in self._kept)
        return list(connection.execute(together).fetchall())

    @staticmethod
    def _has_rows(connection: psycopg.Connection, name: str) -> bool:
        return connection.execute(SQL("SELECT 1 FROM {} LIMIT 1").format(Identifier(name))).fetchone() is not None

    def _on_server(self, statement: str) -> None:
        with psycopg.connect(f"{self._server_url}/postgres", autocommit=True) as connection:
            names = {"name": Identifier(self._name), "fresh": Identifier(self._fresh)}
            connection.execute(SQL(statement).format(**names))
