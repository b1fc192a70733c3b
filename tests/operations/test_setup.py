"""`portal setup`: several at once, a database that is in use, and a database of a newer version."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from flask_migrate import downgrade
from sqlalchemy import text

from app.database import tuning as bounds
from app.extensions import db as portal_db
from app.services.operations import schema
from tests.conftest import make_app
from tests.support import parts
from tests.support.machines.processes import Command
from tests.support.worker import environment_of


@pytest.fixture
def empty_url(pytestconfig, tmp_path) -> Iterator[str]:
    """An empty database of this test's own, of the kind of this run."""
    server_url = pytestconfig.stash[parts.SERVER_URL]
    if not server_url:
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with psycopg.connect(f"{server_url}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty_one")
        try:
            yield f"{server_url}/empty_one"
        finally:
            connection.execute("DROP DATABASE empty_one WITH (FORCE)")


def start(app, url: str, command: str = "setup") -> Command:
    return Command(command, environment=environment_of(app, DATABASE_URL=url))


def test_three_at_once_are_all_done(app, empty_url):
    started = [start(app, empty_url) for _ in range(3)]
    said = [setup.finish() for setup in started]
    assert [setup.status for setup in started] == [0, 0, 0], said
    assert sum("Another setup of this database runs" in words for words in said) >= 1


def test_a_database_of_a_newer_version_is_said_and_left_alone(app, empty_url):
    setup = start(app, empty_url)
    assert setup.finish().endswith("up to date.\n")
    portal = make_app(empty_url, 1, app.config["INSTANCE_DIR"])
    with portal.app_context():
        assert schema.read_schema() == schema.Schema.CURRENT
        portal_db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        portal_db.session.commit()
        assert portal.test_client().get("/readyz").json["problems"] == ["newer database"]
        portal_db.session.remove()
        portal_db.engine.dispose()
    for command in ("setup", "worker"):
        refused = start(app, empty_url, command)
        said = refused.finish()
        assert (refused.status, "newer version" in said, "Traceback" in said) == (2, True, False), said


def test_a_worker_on_a_database_without_tables_says_what_to_run(app, empty_url):
    refused = start(app, empty_url, "worker")
    said = refused.finish()
    assert (refused.status, "portal setup` first" in said, "Traceback" in said) == (2, True, False), said


def test_a_database_of_another_owner_is_said_with_what_to_do(app, empty_url):
    if not empty_url.startswith("postgresql"):
        pytest.skip("a file of SQLite has no owner of this kind")
    with psycopg.connect(empty_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE guest LOGIN PASSWORD 'guest'")
        try:
            place = empty_url.rpartition("@")[2]
            setup = start(app, f"postgresql://guest:guest@{place}")
            said = setup.finish()
        finally:
            connection.execute("DROP ROLE guest")
    assert setup.status == 2
    assert "createdb -O" in said
    assert "CREATE TABLE" not in said
    assert "Traceback" not in said


def test_a_table_in_use_ends_the_setup_with_a_sentence(app, empty_url):
    if empty_url.startswith("sqlite"):
        pytest.skip("on SQLite the setup waits 15 seconds for who writes, and then says the same")
    setup = start(app, empty_url)
    setup.finish()
    portal = make_app(empty_url, 1, app.config["INSTANCE_DIR"])
    with portal.app_context():
        downgrade(directory=str(schema.MIGRATIONS))
        portal_db.session.remove()
        portal_db.engine.dispose()
    with psycopg.connect(empty_url) as connection:
        connection.execute("LOCK TABLE alembic_version")
        setup = start(app, empty_url)
        said = setup.finish()
    assert (setup.status, "A table is in use" in said, "Traceback" in said) == (2, True, False), said


def test_who_waits_for_long_is_told_to_look(app, db):
    told = []
    with (
        bounds.alone(db.engine, "test", seconds=1, tell=lambda: told.append(1)),
        pytest.raises(bounds.Occupied),
        bounds.alone(db.engine, "test", seconds=1, tell=lambda: told.append(2)),
    ):
        pass
    assert told == [2]
    with bounds.alone(db.engine, "test", seconds=1, tell=lambda: told.append(3)):
        assert told == [2]
