"""What the operator is told when the portal answers and yet does not work as a whole."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest

from app.clock import utc_now
from app.extensions import db as portal_db
from app.extensions import scanner, storage
from app.services.mail.outbox import queue_mail
from app.services.operations import readiness, workers
from app.storage.store import FolderStore
from tests.support.factories.people import make_admin
from tests.support.machines.clamd import running
from tests.support.machines.postgresql import free_port

MINUTES = timedelta(minutes=1)


@pytest.fixture
def all_well(app, db):
    """A worker lives and does its work; what was known of the parts outside is forgotten."""
    workers.claim_turn(workers.DUE_WORK, now=utc_now(), every=MINUTES)
    workers.note_done(workers.DUE_WORK, utc_now())
    workers.beat("a worker", started_at=utc_now() - 60 * MINUTES, hears_queue=True, now=utc_now())
    db.session.commit()
    app.extensions.pop("silent_parts", None)
    yield
    app.extensions.pop("silent_parts", None)


def warnings(client) -> list[str]:
    answer = client.get("/readyz")
    assert answer.status_code == 200, "taking the web processes away would not help"
    assert (answer.json["status"] == "degraded") == bool(answer.json["warnings"])
    assert client.get("/readyz?all=1").status_code == (503 if answer.json["warnings"] else 200)
    return answer.json["warnings"]


def test_all_is_well(client, all_well):
    assert warnings(client) == []


def test_a_worker_that_was_not_seen_for_some_minutes(client, all_well):
    long_ago = utc_now() - 5 * MINUTES
    workers.beat("a worker", started_at=long_ago, hears_queue=True, now=long_ago)
    portal_db.session.commit()
    assert warnings(client) == ["worker"]


def test_a_worker_whose_work_does_not_come_to_an_end(client, all_well):
    workers.note_done(workers.DUE_WORK, utc_now() - 11 * MINUTES)
    portal_db.session.commit()
    assert warnings(client) == ["due work"]


def test_mail_that_should_have_left(client, all_well):
    queue_mail(
        "waiting", recipient="a@post.example", user_id=None, locale="nl", values={}, now=utc_now() - 11 * MINUTES
    )
    portal_db.session.commit()
    assert warnings(client) == ["waiting mail"]


def test_a_disk_that_is_nearly_full(client, all_well, monkeypatch):
    monkeypatch.setattr(readiness, "LEAST_FREE_BYTES", 2**62)
    assert warnings(client) == ["disk"]


def test_a_mail_server_that_is_gone(app, client, all_well, monkeypatch):
    monkeypatch.setattr(app.extensions["mail"], "port", free_port())
    assert warnings(client) == ["mail server"]


def test_a_mail_server_that_hangs_is_not_waited_for(app, client, all_well, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(app.extensions["mail"], "port", silent.getsockname()[1])
        assert warnings(client) == ["mail server"]


def test_storage_that_is_gone(client, all_well, tmp_path):
    before = storage.store
    storage.use(FolderStore(tmp_path / "nowhere" / "at all"))
    try:
        assert warnings(client) == ["storage"]
    finally:
        storage.use(before)


def test_a_scanner_that_is_there_and_one_that_is_gone(app, client, all_well):
    try:
        with running() as address:
            scanner.use(address)
            assert warnings(client) == []
        app.extensions.pop("silent_parts")
        assert warnings(client) == ["scanner"]
    finally:
        scanner.use("")


def test_the_queue(app, client, all_well, monkeypatch):
    monkeypatch.setattr(app.extensions["jobs"].queue, "_silent_until", float("inf"))
    assert warnings(client) == ["queue"]


def test_the_console_says_it_in_words(app, client, all_well, sign_in_as, monkeypatch):
    page = sign_in_as(client, make_admin()).get("/console/").text
    assert "notice-error" not in page
    monkeypatch.setattr(app.extensions["mail"], "port", free_port())
    app.extensions.pop("silent_parts")
    workers.beat("a worker", started_at=utc_now(), hears_queue=True, now=utc_now() - 5 * MINUTES)
    portal_db.session.commit()
    page = client.get("/console/").text
    assert "Er draait geen achtergronddienst" in page
    assert "De mailserver antwoordt niet" in page
