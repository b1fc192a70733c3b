"""What the console shows of the queue, on each of the storages that QUEUE_URL can name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import redis

from app import jobs
from app.jobs.queue import Bell
from app.views import outside


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
    url: str = database.url if kind == "postgresql" else request.getfixturevalue("redis_process").url
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


@contextmanager
def full_sqlite(queue: Bell, url: str) -> Iterator[None]:
    """It is read and takes nothing, as with a full disk."""
    says = "SELECT RAISE(ABORT, 'database or disk is full')"
    queue.storage.sql(f"CREATE TRIGGER nothing_fits BEFORE INSERT ON kv BEGIN {says}; END", commit=True)
    yield
    queue.storage.sql("DROP TRIGGER nothing_fits", commit=True)


@contextmanager
def full_redis(queue: Bell, url: str) -> Iterator[None]:
    """It may use no memory."""
    redis.Redis.from_url(url).config_set("maxmemory", "1")
    yield
    redis.Redis.from_url(url).config_set("maxmemory", "0")


@contextmanager
def full_postgresql(queue: Bell, url: str) -> Iterator[None]:
    """The same."""
    table = queue.storage.table_kv
    queue.storage.sql(f"ALTER TABLE {table} ADD CONSTRAINT nothing_fits CHECK (false) NOT VALID")
    yield
    queue.storage.sql(f"ALTER TABLE {table} DROP CONSTRAINT nothing_fits")


FULL: dict[str, Callable] = {"sqlite": full_sqlite, "redis": full_redis, "postgresql": full_postgresql}


def test_a_queue_that_is_full_is_no_queue_that_is_well(app, client, db, monkeypatch, caplog, kind, queue_url):
    queue = jobs.open_queue(queue_url, secret="x" * 32)
    monkeypatch.setitem(app.extensions, "jobs", jobs.Jobs(queue, {}))
    monkeypatch.setattr(outside, "KEPT_SECONDS", 0)
    caplog.set_level("INFO")

    assert "queue" not in client.get("/readyz").json["warnings"]
    with FULL[kind](queue, queue_url):
        assert queue.pending_count() == 0, "it is read as if nothing were wrong"
        assert "queue" in client.get("/readyz").json["warnings"]
        assert jobs.look_at_queue(shown=1) is None
    monkeypatch.setattr(queue, "_silent_until", 0.0)
    assert "queue" not in client.get("/readyz").json["warnings"]
    assert "over: the queue does not answer" in caplog.text
    app.extensions.pop("silent_parts")


def test_trying_a_queue_out_leaves_nothing_in_it(app, db, monkeypatch, kind, queue_url):
    queue = jobs.open_queue(queue_url, secret="x" * 32)
    monkeypatch.setitem(app.extensions, "jobs", jobs.Jobs(queue, {}))
    seen = jobs.look_at_queue(shown=1)
    assert (seen.waiting, seen.scheduled, queue.storage.result_store_size()) == (0, 0, 0)
