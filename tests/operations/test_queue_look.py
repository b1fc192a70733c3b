"""What the console shows of the queue, on each of the storages that QUEUE_URL can name."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import jobs
from tests.support import parts
from tests.support.postgresql import free_port


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis server of the test's own."""
    parts.need("Redis")
    port = free_port()
    command = [str(shutil.which("redis-server")), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen([*command, "--dir", str(tmp_path)], stdout=subprocess.DEVNULL)
    wait_until_it_listens(port)
    yield f"redis://127.0.0.1:{port}"
    server.terminate()
    server.wait(timeout=10)


def wait_until_it_listens(port: int) -> None:
    """Raises OSError when it does not within ten seconds."""
    for left in range(200, -1, -1):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if not left:
                raise
            time.sleep(0.05)


@pytest.fixture(params=["sqlite", "postgresql", "redis"])
def kind(request: pytest.FixtureRequest) -> str:
    """The storage."""
    name: str = request.param
    return name


@pytest.fixture
def queue_url(request: pytest.FixtureRequest, kind: str, database, tmp_path) -> str:
    """Where the queue of this test is."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'queue.db'}"
    if kind == "postgresql" and not database.url.startswith("postgresql"):
        pytest.skip("runs with --database postgresql")
    url: str = database.url if kind == "postgresql" else request.getfixturevalue("redis_url")
    return url


def test_what_waits_and_what_is_planned_is_counted_and_named(app, db, monkeypatch, kind, queue_url):
    queue = jobs.open_queue(queue_url, secret="x" * 32)
    deliver, imports = (queue.task(name=name)(lambda: None) for name in ("deliver", "import"))
    monkeypatch.setitem(app.extensions, "jobs", jobs.Jobs(queue, {}))
    queue.flush()
    deliver()
    deliver()
    imports.schedule(delay=3600)
    seen = jobs.look_at_queue(shown=10)
    assert seen is not None
    assert seen.kind == kind
    assert seen.waiting + seen.scheduled == 3
    assert sorted(seen.names) == ["deliver", "deliver", "import"]
    assert jobs.look_at_queue(shown=1).names == ["deliver"]
    queue.flush()
