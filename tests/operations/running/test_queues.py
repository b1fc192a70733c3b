"""The queue in PostgreSQL and in Redis: a job that one process asks for is done by workers that are others."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import func, select

from app import jobs
from app.clock import utc_now
from app.extensions import db as portal_db
from app.models import MailState, OutboundMail
from app.services.mail.outbox import queue_mail
from config import UnsafeSettings
from tests.conftest import make_app
from tests.support import parts
from tests.support.machines.postgresql import free_port
from tests.support.worker import Worker, wait_for

QUICKLY = 20  # seconds on a busy machine; the work of each minute alone would take up to a minute


@contextlib.contextmanager
def postgresql_database(server_url: str) -> Iterator[str]:
    """A database of its own on the tests' server."""
    if not server_url:
        pytest.skip("on SQLite there is no PostgreSQL server; the run on PostgreSQL has this test")
    with psycopg.connect(f"{server_url}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE queue_of_jobs")
        try:
            yield f"{server_url}/queue_of_jobs"
        finally:
            connection.execute("DROP DATABASE queue_of_jobs WITH (FORCE)")


@pytest.fixture(params=["postgresql", "redis"])
def queue_url(request, pytestconfig):
    if request.param == "redis":
        yield request.getfixturevalue("redis_process").url
        return
    with postgresql_database(pytestconfig.stash[parts.SERVER_URL]) as url:
        yield url


@pytest.fixture
def other_app(app, db, database, mailbox, queue_url, tmp_path):
    """The portal with this queue, on the database of the test."""
    keys = {name: app.config[name] for name in ("SECRET_KEY", "ENCRYPTION_KEYS")}
    return make_app(database.url, mailbox.port, tmp_path / "instance", QUEUE_URL=queue_url, **keys)


@pytest.fixture
def workers(other_app, queue_url):
    keys = {name: other_app.config[name] for name in ("SECRET_KEY", "ENCRYPTION_KEYS")}
    started = [Worker(other_app, QUEUE_URL=queue_url, **keys).start() for _ in range(2)]
    yield started
    for worker in started:
        worker.kill()


def queue_one(number):
    values = {"name": "Zoë", "user_name": "zoe"}
    queue_mail(
        "waiting", recipient=f"lid{number}@post.example", user_id=None, locale="nl", values=values, now=utc_now()
    )
    portal_db.session.commit()


def sent():
    found = portal_db.session.scalar(select(func.count(OutboundMail.id)).where(OutboundMail.state == MailState.SENT))
    portal_db.session.rollback()
    return found


def test_jobs_go_to_workers_through_this_queue(other_app, workers, mailbox):
    queue_one(0)
    wait_for(lambda: sent() == 1)  # by the work with which a worker starts
    for number in range(1, 6):
        queue_one(number)
        with other_app.app_context():
            jobs.deliver_mail()
        wait_for(lambda number=number: sent() == number + 1, QUICKLY)
    assert len(mailbox.messages) == 6

    workers[0].kill()
    queue_one(6)
    with other_app.app_context():
        jobs.deliver_mail()
    wait_for(lambda: sent() == 7, QUICKLY)
    time.sleep(0.5)
    assert len(mailbox.messages) == 7


def test_a_job_of_somebody_without_the_key_is_not_run(other_app):
    queue = other_app.extensions["jobs"].queue
    queue.storage.enqueue(b"cos\nsystem\n(S'true'\ntR.:0000")
    with pytest.raises(ValueError, match="mismatch"):
        queue.dequeue()


def test_the_portal_starts_while_the_database_of_its_queue_is_down(database, mailbox, tmp_path):
    nobody = f"postgresql://portal:x@127.0.0.1:{free_port()}/queue"
    portal = make_app(database.url, mailbox.port, tmp_path / "instance", QUEUE_URL=nobody)
    with portal.app_context():
        assert not jobs.deliver_mail()
        assert jobs.look_at_queue(shown=1) is None


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all/queue.db", "redis://host:port/0"])
def test_a_queue_that_can_never_be_opened_is_a_sentence(database, mailbox, tmp_path, url):
    with pytest.raises(UnsafeSettings, match="QUEUE_URL names no queue that can be opened"):
        make_app(database.url, mailbox.port, tmp_path / "instance", QUEUE_URL=url)
