"""What the console shows of the queue, on each of the storages that QUEUE_URL can name."""

from __future__ import annotations

import pytest

from app import jobs


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
