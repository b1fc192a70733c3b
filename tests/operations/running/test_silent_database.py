"""A PostgreSQL that is stopped in the middle holds no page: each says so soon, and all goes on when it is back."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from app.database import postgresql
from app.database.tuning import tune
from app.jobs.queue import WAIT_SECONDS, open_queue
from tests.support import parts
from tests.support.machines.postgresql import PostgresServer, free_port
from tests.support.machines.processes import Command, WebServer
from tests.support.worker import environment_of, wait_for


class StoppableServer(PostgresServer):
    """Its processes can be stopped as by a machine that hangs: connections stay open and nothing answers."""

    def signal(self, signum: int) -> None:
        postmaster = int((self._folder / "data/postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for process in [postmaster, *map(int, children)]:
            os.kill(process, signum)

    def stop(self) -> None:
        self.signal(signal.SIGCONT)
        super().stop()


@pytest.fixture
def server(pytestconfig, database):
    if pytestconfig.getoption("--database") != "postgresql":
        pytest.skip("about PostgreSQL; the run on PostgreSQL has this test")
    parts.need("PostgreSQL")
    started = StoppableServer()
    started.url = f"{started.start()}/postgres"
    started.driver_url = started.url.replace("postgresql://", "postgresql+psycopg://")
    yield started
    started.stop()


@pytest.fixture
def portal(app, server):
    """Two web processes on this server, and their address."""
    environment = environment_of(app, DATABASE_URL=server.url, SECRET_KEY=app.config["SECRET_KEY"])
    environment["EXTRA_HOSTS"] = "127.0.0.1"
    Command("setup", environment=environment).finish()
    port = free_port()
    web = WebServer(port, processes=2, environment=environment)
    address = f"http://127.0.0.1:{port}"
    wait_for(lambda: ask(f"{address}/readyz")[0] == 200)
    yield address
    web.send_signal(signal.SIGTERM)
    web.finish(30)


def ask(url: str, cookie: str = "") -> tuple[int, str, float]:
    """Status, text and seconds; status 0 when nobody listens."""
    start = time.monotonic()
    try:
        with urlopen(Request(url, headers={"Cookie": cookie}), timeout=40) as answer:
            status, said = answer.status, answer.read().decode()
    except HTTPError as error:
        status, said = error.code, error.read().decode()
    except OSError as error:
        status, said = 0, str(error)
    return status, said, time.monotonic() - start


def test_pages_of_a_silent_database_say_so_soon_and_come_back(app, portal, server):
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie = f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'token': 'of nobody'})}"
    home = f"{portal}/"
    for _ in range(8):
        assert ask(home, cookie)[0] == 200
    server.signal(signal.SIGSTOP)
    status, said, seconds = ask(home, cookie)
    assert (status, "Het portaal kan niet bij zijn gegevens" in said) == (503, True), said
    assert seconds < postgresql.PING_SECONDS + postgresql.CONNECT_SECONDS + 3
    ask(home, cookie)  # the other process finds out too
    assert max(ask(f"{portal}/healthz")[2] for _ in range(4)) < 1
    status, said, seconds = ask(f"{portal}/readyz")
    assert (status, '"database"' in said) == (503, True)
    assert seconds < 6
    server.signal(signal.SIGCONT)
    wait_for(lambda: all(ask(home, cookie)[0] == 200 for _ in range(4)), 30)


def test_a_statement_that_is_under_way_ends_too(server, monkeypatch):
    monkeypatch.setattr(postgresql, "GRACE_SECONDS", 1)
    monkeypatch.setattr(postgresql, "PAGE_SECONDS", 2)
    engine = create_engine(server.driver_url)
    tune(engine, is_command=False)
    with engine.connect() as connection, pytest.raises(OperationalError, match="statement timeout"):
        connection.execute(text("SELECT pg_sleep(10)"))
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        server.signal(signal.SIGSTOP)
        start = time.monotonic()
        with pytest.raises(OperationalError, match="did not answer within 3 seconds") as silent:
            connection.execute(text("SELECT 2"))
        assert time.monotonic() - start < 5
        assert silent.value.connection_invalidated
    server.signal(signal.SIGCONT)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 3")) == 3
    engine.dispose()


def test_commands_take_as_long_as_they_need(server, monkeypatch):
    monkeypatch.setattr(postgresql, "PAGE_SECONDS", 1)
    engine = create_engine(server.driver_url)
    tune(engine, is_command=True)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1 FROM pg_sleep(2)")) == 1
    engine.dispose()


@pytest.mark.parametrize("is_command", [True, False])
def test_no_statement_is_compiled_before_it_runs(server, is_command):
    engine = create_engine(server.driver_url)
    tune(engine, is_command=is_command)
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW jit")) == "off"
    engine.dispose()


def test_what_the_address_says_itself_stays_in_force(server):
    engine = create_engine(server.driver_url + "?options=-cstatement_timeout%3D700")
    tune(engine, is_command=False)
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "700ms"
    engine.dispose()


def test_a_page_does_not_wait_for_a_silent_queue(app, server):
    queue = open_queue(server.url, secret="x" * 32)
    ring = queue.task(name="deliver")(lambda: None)
    ring()
    assert queue.pending_count() == 1
    server.signal(signal.SIGSTOP)
    start = time.monotonic()
    assert queue.dequeue() is None
    assert time.monotonic() - start < 3 * WAIT_SECONDS
    assert queue.is_silent
    server.signal(signal.SIGCONT)
    wait_for(lambda: queue.dequeue() is not None or ring() is None, 20)  # the first may be lost: it is only a bell
