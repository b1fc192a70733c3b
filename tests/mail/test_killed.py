"""Whatever is killed, and however the mail server fails: every mail arrives, at most one twice per worker killed.

Everything is real: worker, mail server and sender are processes, ended by kill -9.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app import jobs
from app.clock import utc_now
from app.extensions import db as portal_db
from app.models import MailState, OutboundMail
from tests.support.machines.mail_sink import Sink
from tests.support.machines.postgresql import free_port
from tests.support.machines.processes import ROOT
from tests.support.worker import Worker, environment_of, wait_for

MAILS = 240
SOME = 60  # in the middle of the second batch


@pytest.fixture
def sink(app, db, tmp_path):
    app.extensions["jobs"].queue.flush()
    running = Sink(free_port(), tmp_path / "sink").start()
    yield running
    running.kill()


@pytest.fixture
def worker(app, sink):
    """`worker()` starts one more."""
    started = []

    def start():
        started.append(Worker(app, MAIL_PORT=str(sink.port)).start())
        return started[-1]

    yield start
    for running in started:
        running.kill()


def queue_mails(count):
    now = utc_now()
    portal_db.session.add_all(
        OutboundMail(
            template="waiting",
            recipient=f"lid{number}@post.example",
            locale="nl",
            created_at=now,
            values={"name": "Zoë", "user_name": f"lid{number}"},
            next_attempt_at=now,
            is_bulk=True,
        )
        for number in range(count)
    )
    portal_db.session.commit()


def count(state):
    found = portal_db.session.scalar(select(func.count(OutboundMail.id)).where(OutboundMail.state == state))
    portal_db.session.rollback()
    return found


def change(**values):
    """What time would do: leases end, waits are over."""
    unsent = OutboundMail.state.in_((MailState.SENDING, MailState.RETRYING))
    portal_db.session.execute(update(OutboundMail).where(unsent).values(**values))
    portal_db.session.commit()


def is_over(mails):
    """Whether all were sent; until then the waits are over at once, and the worker is asked again."""
    change(next_attempt_at=utc_now())
    jobs.deliver_mail()
    time.sleep(0.5)
    return count(MailState.SENT) == mails


def assert_each_arrived(sink, mails, *, repeats):
    taken = sink.taken()
    times = Counter(receiver for receiver, _ in taken)
    assert set(times) == {f"lid{number}@post.example" for number in range(mails)}
    assert len(taken) - mails <= repeats, [who for who, often in times.items() if often > 1]
    assert len({identity for _, identity in taken}) == mails  # a repeat has the same Message-ID
    assert count(MailState.SENT) == mails


def test_a_worker_killed_in_the_middle_of_a_batch_repeats_at_most_one(sink, worker):
    sink.tell("slow")  # so that there is a middle
    queue_mails(MAILS)
    first = worker()
    wait_for(lambda: len(sink.taken()) > SOME)
    first.kill()
    assert count(MailState.SENT) < MAILS
    assert count(MailState.SENDING) > 0
    change(lease_until=utc_now() - timedelta(seconds=1))  # five minutes later
    worker()
    wait_for(lambda: count(MailState.SENT) == MAILS)
    assert_each_arrived(sink, MAILS, repeats=1)


def test_two_workers_killed_one_after_the_other_repeat_at_most_two(sink, worker):
    sink.tell("slow")
    queue_mails(MAILS)
    for some in (SOME, 2 * SOME):
        killed = worker()
        wait_for(lambda some=some: len(sink.taken()) > some)
        killed.kill()
        change(lease_until=utc_now() - timedelta(seconds=1))
    worker()
    wait_for(lambda: count(MailState.SENT) == MAILS)
    assert_each_arrived(sink, MAILS, repeats=2)


def test_a_mail_server_killed_in_the_middle_costs_only_time(sink, worker):
    sink.tell("slow")
    queue_mails(MAILS)
    worker()
    wait_for(lambda: len(sink.taken()) > SOME)
    sink.kill()
    wait_for(lambda: count(MailState.SENDING) == 0)
    assert count(MailState.FAILED) == 0
    assert count(MailState.SENT) < MAILS
    sink.start()
    wait_for(lambda: is_over(MAILS))
    assert_each_arrived(sink, MAILS, repeats=1)


def test_without_a_mail_server_nothing_fails(sink, worker):
    sink.kill()
    queue_mails(20)
    worker()
    wait_for(lambda: count(MailState.RETRYING) == 20)
    sink.start()
    wait_for(lambda: is_over(20))
    assert_each_arrived(sink, 20, repeats=0)


@pytest.mark.parametrize(
    ("commands", "repeats"),
    [
        (["take", "take", "451 later", "take"], 0),
        (["take", "take", "hang up", "take"], 0),
        (["take", "take", "drop", "take"], 1),  # taken, and the worker cannot know
        (["hang up", "421 busy", "451 later", "drop", "take"], 1),
    ],
)
def test_a_mail_server_that_fails_in_the_middle_of_a_batch(sink, worker, commands, repeats):
    sink.tell(*commands)
    queue_mails(20)
    worker()
    wait_for(lambda: is_over(20))
    assert_each_arrived(sink, 20, repeats=repeats)


def test_a_refused_mail_is_failed_and_the_others_leave(sink, worker):
    sink.tell("take", "550 no", "take")
    queue_mails(10)
    worker()
    wait_for(lambda: count(MailState.SENT) == 9)
    assert count(MailState.FAILED) == 1
    assert len(sink.taken()) == 9


WEB = """
import os, signal
from app import create_app
from app.clock import utc_now
from app.extensions import db
from app.services.mail.outbox import queue_mail
with create_app().app_context():
    values = {"name": "Zoë", "user_name": "lid0"}
    queue_mail("waiting", recipient="lid0@post.example", user_id=None, locale="nl", values=values, now=utc_now())
    db.session.commit()
    os.kill(os.getpid(), signal.SIGKILL)  # before it can ask for the job
"""


def test_a_web_server_killed_between_commit_and_job_loses_nothing(app, sink, worker):
    done = subprocess.run([sys.executable, "-c", WEB], cwd=ROOT, env=environment_of(app), check=False)
    assert done.returncode == -signal.SIGKILL
    assert not app.extensions["jobs"].queue.pending()
    worker()
    wait_for(lambda: count(MailState.SENT) == 1)
    assert_each_arrived(sink, 1, repeats=0)


def test_several_workers_at_once_send_each_mail_once(sink, worker):
    queue_mails(MAILS)
    for _ in range(3):
        worker()
    wait_for(lambda: count(MailState.SENT) == MAILS)
    assert_each_arrived(sink, MAILS, repeats=0)
