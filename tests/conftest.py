"""What all tests share: a portal on a real database, made by the real migrations, clean for each test."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

import config
from app import create_app
from app.cli.setup import prepare_database
from app.database import tuning as database_of_portal
from app.extensions import db as portal_db
from app.extensions import storage, vault
from app.i18n import write_mail
from app.mail.post_office import post_office
from app.services.access import passwords
from app.storage.store import FolderStore
from app.views import SUBJECTS, Subject
from setting_rules import parse_keys
from tests.support import parts
from tests.support.client import PortalClient, sign_in
from tests.support.databases import Database, start_database
from tests.support.factories.people import Person
from tests.support.machines import network, processes
from tests.support.machines.postgresql import PostgresServer
from tests.support.machines.redis_server import RedisProcess
from tests.support.mailbox import Mailbox
from tests.support.remembered import recall_or_make
from tests.support.statements import seen_statements

# A busy machine is no fault of what is tested.
hypothesis_settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("portal")

NOW = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)  # a Monday, six weeks before a municipal election


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite", help="run on this database")
    parser.addoption("--prepared", type=Path, help="a SQLite file on which `portal setup` ran: saves running it")


def pytest_configure(config: pytest.Config) -> None:
    """Only the first process looks for parts and starts PostgreSQL; pytest-xdist's workers are told."""
    gc.disable()  # until all is loaded, which stays
    network.watch()
    if hasattr(config, "workerinput"):
        config.stash[parts.SERVER_URL] = config.workerinput["server_url"]
        return
    parts.look_for(config)
    config.stash[parts.SERVER_URL] = ""
    if config.getoption("--database") == "postgresql" and parts.has("PostgreSQL"):
        server = PostgresServer()
        config.add_cleanup(server.stop)
        config.stash[parts.SERVER_URL] = server.start()


@pytest.hookimpl(tryfirst=True)  # where none is left for Hypothesis, it reads none of the code for its examples
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In an order in which all processes have something to do until the end.

    On PostgreSQL run what reaches SQL or jobs in a way of its own: see `parts.depends_on_the_database`.
    """
    items[:] = parts.in_line(items)
    if config.getoption("--database") == "postgresql":
        left_out = [item for item in items if not parts.depends_on_the_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def pytest_collection_finish() -> None:
    _leave_alone_what_stays()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def _leave_alone_what_stays() -> None:
    """Hundreds of thousands of objects of libraries, tests and the portal: to look at them is an eighth of all work."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["server_url"] = node.config.stash[parts.SERVER_URL]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    parts.tell_what_is_left_out(terminalreporter, config)


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """A test that reaches beyond this machine fails, even where the code swallowed the refusal."""
    network.attempts.clear()
    yield
    assert not network.attempts, f"connections beyond this machine: {network.attempts}"


@pytest.fixture(autouse=True)
def _no_process_left() -> Iterator[None]:
    """Also of a test that fails: a worker that stays would forget sessions and take runs of the tests after it."""
    yield
    processes.kill_forgotten()


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hashes that are made at once: only the work is less. `test_password_bounds.py` holds what it is in service."""
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", quick)
        patch.setattr(passwords, "_nobodys_hash", quick.hash("nobody's"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _harsher_sqlite() -> Iterator[None]:
    """Nothing of a test must survive a power cut, as on PostgreSQL. Processes of their own do force it.

    Rows that nobody asked an order of come backwards: PostgreSQL promises none, but seldom shows it.
    """
    own = ("synchronous=OFF", "reverse_unordered_selects=ON")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database_of_portal, "SQLITE_PRAGMAS", (*database_of_portal.SQLITE_PRAGMAS, *own))
        yield


@pytest.fixture(scope="session")
def smtp() -> Iterator[Mailbox]:
    """A real SMTP server on this machine that keeps what it receives."""
    box = Mailbox()
    box.start()
    yield box
    box.stop()


@pytest.fixture
def redis_process(tmp_path: Path) -> Iterator[RedisProcess]:
    """A Redis of the test's own."""
    server = RedisProcess(tmp_path)
    yield server
    server.kill()


@pytest.fixture(scope="session")
def database(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database of this process's own."""
    if pytestconfig.getoption("--database") == "postgresql":
        parts.need("PostgreSQL")
    server_url = pytestconfig.stash[parts.SERVER_URL]
    worker = getattr(pytestconfig, "workerinput", {}).get("workerid", "main")
    folder, prepared = tmp_path_factory.mktemp("database"), pytestconfig.getoption("--prepared")
    with start_database(server_url, worker, folder, prepared) as started:
        yield started


@pytest.fixture(scope="session")
def app(database: Database, smtp: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The portal in development settings, with its tables and roles made as `portal setup` makes them."""
    portal = make_app(database.url, smtp.port, tmp_path_factory.mktemp("instance"))
    with portal.app_context():
        if not database.is_prepared:
            prepare_database()
        portal_db.session.remove()
        database.keep_as_fresh(portal_db.engine)
    _leave_alone_what_stays()
    return portal


def make_app(
    database_url: str, smtp_port: int, instance: Path, *, subjects: Sequence[Subject] = SUBJECTS, **more: str
) -> Flask:
    """A portal of these subjects for tests; `more` are further settings of the environment."""
    settings = config.load_settings(
        {
            "PORTAL_ENV": "development",
            "INSTANCE_DIR": str(instance),
            "DATABASE_URL": database_url,
            "PUBLIC_URL": "http://localhost",
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(smtp_port),
            **more,
        }
    )
    # Flask-Mail sends nothing under TESTING unless told so; the mailbox is a real SMTP server.
    portal = create_app({**settings, "TESTING": True, "MAIL_SUPPRESS_SEND": False}, subjects)
    portal.test_client_class = PortalClient
    return portal


@pytest.fixture
def db(app: Flask, database: Database) -> Iterator[SQLAlchemy]:
    """A clean database inside an application context. `db.session` is the test's own; each request has another."""
    vault.use_keys(parse_keys(app.config["ENCRYPTION_KEYS"]))  # a portal that another test made has keys of its own
    storage.use(FolderStore(app.config["INSTANCE_DIR"] / "files"))
    post_office.open(app.config, server=app.extensions["mail"], write=write_mail)
    with app.app_context():
        database.make_fresh(portal_db.engine)
        yield portal_db
        portal_db.session.rollback()


@pytest.fixture
def remembered(db: SQLAlchemy, database: Database) -> Callable[[Callable[[], Any]], Any]:
    """`remembered(make)`: what `make` makes; the next test that asks the same is given a copy, a tenth of the work."""
    return partial(recall_or_make, database, db)


@pytest.fixture
def client(app: Flask, db: SQLAlchemy) -> PortalClient:
    """A browser that nobody signed in; its forms carry a CSRF token. More of them: `app.test_client()`."""
    return app.test_client()


@pytest.fixture
def csrf_client(app: Flask, db: SQLAlchemy) -> PortalClient:
    """A browser whose forms carry no CSRF token, unless the test puts one in."""
    browser: PortalClient = app.test_client()
    browser.sends_csrf_token = False
    return browser


@pytest.fixture
def sign_in_as(db: SQLAlchemy) -> Callable[[PortalClient, Person], PortalClient]:
    """`sign_in_as(client, member_or_user)`: the browser has a session of this person, as after the code."""
    return sign_in


@pytest.fixture
def mailbox(smtp: Mailbox) -> Mailbox:
    """The mails that left the portal during this test, over SMTP: `mailbox.messages`."""
    smtp.empty()
    return smtp


@pytest.fixture
def statements(db: SQLAlchemy) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with statements() as seen: …` collects the SQL statements inside the block, of requests too."""
    return lambda: seen_statements(db.engine)


@pytest.fixture
def now() -> datetime:
    """A fixed instant, aware, in UTC: the `now` of rules. The clock of requests stands elsewhere: see `clock`."""
    return NOW


@pytest.fixture
def clock(now: datetime) -> Iterator[time_machine.Traveller]:
    """The machine's clock stands at `now`, for tests that go through requests; `clock.shift(seconds)` moves it."""
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller
