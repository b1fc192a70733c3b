"""Whose turn the regular work is, who is alive, and a worker that works without its queue."""

from __future__ import annotations

import json
import threading
import time
from datetime import timedelta

import pytest
import redis
from sqlalchemy import func, select, update

from app import jobs
from app.clock import utc_now
from app.extensions import db as portal_db
from app.jobs import due
from app.models import MailState, OutboundMail, WorkerBeat, WorkTurn
from app.services.campaigns import campaigns
from app.services.mail.outbox import queue_mail
from app.services.operations import workers
from tests.conftest import make_app
from tests.support.worker import Worker, wait_for

MINUTE = timedelta(minutes=1)


def test_one_of_many_workers_gets_a_turn_and_the_next_turn_is_a_minute_later(app, db, now):
    won = []

    def claim() -> None:
        with app.app_context():
            won.append(workers.claim_turn("due work", now=now, every=MINUTE))
            portal_db.session.commit()

    threads = [threading.Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 5 + [True]
    assert not workers.claim_turn("due work", now=now + MINUTE / 2, every=MINUTE)
    assert workers.claim_turn("forgetting", now=now + MINUTE / 2, every=MINUTE)
    assert workers.claim_turn("due work", now=now + MINUTE, every=MINUTE)


def test_a_worker_that_is_silent_for_long_is_not_alive_and_is_forgotten_after_a_day(db, now):
    for worker, minutes in (("one", 1), ("other", 3)):
        told = now - timedelta(minutes=minutes)
        workers.beat(worker, started_at=now - timedelta(hours=1), hears_queue=True, now=told)
    assert [beat.worker for beat in workers.find_living(now)] == ["one"]
    workers.delete_old_beats(now + timedelta(days=1) - timedelta(minutes=2))
    assert portal_db.session.scalar(select(func.count(WorkerBeat.worker))) == 1


def test_a_part_that_fails_does_not_keep_the_others_from_being_done(app, db, mailbox, monkeypatch):
    app.extensions["jobs"].queue.flush()
    queue_one(1)
    monkeypatch.setattr(campaigns, "start_due_campaigns", lambda now: 1 / 0)
    assert not due.run_due_work(jobs.deliver_mail)
    assert len(mailbox.messages) == 1


def queue_one(number: int) -> None:
    values = {"name": "Zoë", "user_name": "zoe"}
    recipient = f"lid{number}@post.example"
    queue_mail("waiting", recipient=recipient, user_id=None, locale="nl", values=values, now=utc_now())
    portal_db.session.commit()


def sent() -> int:
    found = portal_db.session.scalar(select(func.count(OutboundMail.id)).where(OutboundMail.state == MailState.SENT))
    portal_db.session.rollback()
    return found or 0


@pytest.fixture
def own_queue(app, db, database, mailbox, redis_process, tmp_path):
    """The portal on a Redis of its own, and that Redis."""
    keys = {name: app.config[name] for name in ("SECRET_KEY", "ENCRYPTION_KEYS")}
    where = {"QUEUE_URL": redis_process.url, **keys}
    return make_app(database.url, mailbox.port, tmp_path / "instance", **where), where


@pytest.fixture
def two_workers(own_queue):
    """Two worker processes."""
    portal, where = own_queue
    workers = [Worker(portal, **where).start() for _ in range(2)]
    yield workers
    for worker in workers:
        worker.kill()


def let_the_minute_pass() -> None:
    """The next turn of the work that is due is now, instead of a minute after the last one."""
    portal_db.session.execute(update(WorkTurn).where(WorkTurn.name == workers.DUE_WORK).values(due_at=utc_now()))
    portal_db.session.commit()


def both_live() -> bool:
    living = len(workers.find_living(utc_now()))
    portal_db.session.rollback()
    return living == 2


def faults_of(worker) -> list[dict]:
    return [line for line in map(json.loads, worker.said.splitlines()) if line["level"] in ("error", "warning")]


def test_work_goes_on_with_a_dead_queue_and_each_worker_tells_it_in_a_line(own_queue, two_workers, redis_process):
    portal, _ = own_queue
    queue_one(0)
    wait_for(lambda: sent() == 1 and both_live())
    redis_process.kill()
    queue_one(1)
    with portal.app_context():
        assert not jobs.deliver_mail()
        asked_at = time.monotonic()
        assert not jobs.deliver_mail()
        assert time.monotonic() - asked_at < 1, "who asks again soon does not wait again"
    let_the_minute_pass()
    wait_for(lambda: sent() == 2)
    wait_for(lambda: all("queue does not answer" in worker.said for worker in two_workers))
    assert all(len(faults_of(worker)) <= 2 for worker in two_workers)


def test_work_goes_on_with_a_full_queue(own_queue, two_workers, redis_process):
    portal, _ = own_queue
    queue_one(0)
    wait_for(lambda: sent() == 1 and both_live())
    redis.Redis.from_url(redis_process.url).config_set("maxmemory", "1")
    queue_one(1)
    with portal.app_context():
        assert not jobs.deliver_mail()
    let_the_minute_pass()
    wait_for(lambda: sent() == 2)
    assert all(len(faults_of(worker)) <= 2 for worker in two_workers)
