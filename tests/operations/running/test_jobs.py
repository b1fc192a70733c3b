"""The worker: mail leaves after the commit, a lost job loses nothing, and a stop is clean."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import jobs
from app.clock import utc_now
from app.extensions import db as portal_db
from app.jobs import due
from app.models import Account, ImportState, MailState, Member, OutboundMail, UserSession
from app.services import import_uploads
from app.services.access import sessions
from app.services.accounts.invitations import invite
from app.services.audit import COMMAND
from app.services.rosters import runs
from tests.support.factories.people import make_member
from tests.support.machines.processes import ROOT
from tests.support.worker import environment_of, wait_for

ROSTER = b"Lidnummer;Voornaam;Achternaam\n1001;Jan;Vries\n1002;Fatma;Yilmaz\n"


@pytest.fixture
def queue(app, db):
    """The empty queue of the portal."""
    waiting = app.extensions["jobs"].queue
    waiting.flush()
    return waiting


def queue_invitation() -> None:
    member = make_member(password=None)
    invite([member.user_id], actor=COMMAND, now=utc_now(), lifetime=timedelta(days=14))
    portal_db.session.commit()


def run_jobs(queue) -> int:
    done = 0
    while task := queue.dequeue():
        task.execute()
        done += 1
    portal_db.session.expire_all()
    return done


def test_mail_leaves_when_the_job_runs(queue, mailbox):
    queue_invitation()
    jobs.deliver_mail()
    assert mailbox.messages == []

    assert run_jobs(queue) == 1
    assert len(mailbox.messages) == 1
    assert portal_db.session.scalar(select(OutboundMail.state)) == MailState.SENT


def test_the_clock_sends_what_no_job_was_asked_for(queue, mailbox):
    queue_invitation()
    due.run_due_work(jobs.deliver_mail)
    assert len(mailbox.messages) == 1


def test_a_large_import_is_done_by_the_worker_also_when_its_job_got_lost(queue, app, monkeypatch):
    monkeypatch.setattr(runs, "AT_ONCE", 1)
    folder = app.config["INSTANCE_DIR"]
    run = runs.start_run(ROSTER, "leden.csv", instance=folder, actor=COMMAND, now=utc_now())
    runs.ask_check(run, runs.columns_of(run), instance=folder, now=utc_now())
    portal_db.session.commit()
    jobs.run_import(run.id)
    assert run_jobs(queue) == 1
    assert run.state == ImportState.CHECKED

    runs.ask_import(run, instance=folder, actor=COMMAND, now=utc_now())
    portal_db.session.commit()
    due.run_due_work(jobs.deliver_mail)
    portal_db.session.expire_all()
    assert (run.state, run.file_name) == (ImportState.DONE, None)  # a roster may hold BSNs: gone once imported
    assert portal_db.session.scalar(select(func.count()).select_from(Member)) == 2


def test_old_uploads_are_deleted_every_hour(queue, app):
    name = import_uploads.keep_upload(b"a roster", instance=app.config["INSTANCE_DIR"])
    file = app.config["INSTANCE_DIR"] / "uploads" / name
    day_ago = (utc_now() - timedelta(hours=25)).timestamp()
    os.utime(file, (day_ago, day_ago))
    due.forget_old()
    assert not file.exists()


def test_sessions_past_their_end_are_deleted_every_hour(queue):
    account = portal_db.session.get_one(Account, make_member().user_id)
    for hours in (1, 13):
        sessions.open_session(account, now=utc_now() - timedelta(hours=hours), ip="", agent="")
    portal_db.session.commit()
    due.forget_old()
    assert portal_db.session.scalar(select(func.count()).select_from(UserSession)) == 1


def test_a_queue_that_fails_does_not_fail_the_request(queue, app, mailbox, monkeypatch, tmp_path):
    broken = jobs.open_queue(f"sqlite:///{tmp_path / 'queue.db'}", secret="x" * 32)
    tasks = {"deliver": broken.task(name="deliver")(lambda: None)}
    monkeypatch.setitem(app.extensions, "jobs", jobs.Jobs(broken, tasks))
    broken.storage.close()
    (tmp_path / "queue.db").unlink()
    (tmp_path / "queue.db").mkdir()

    jobs.deliver_mail()


def test_a_job_that_was_tampered_with_is_not_run(queue):
    queue.storage.enqueue(b"cos\nsystem\n(S'true'\ntR.:0000")
    with pytest.raises(ValueError, match="mismatch"):
        queue.dequeue()


def test_the_worker_sends_mail_and_ends_cleanly_on_sigterm(app, db, mailbox, tmp_path, pytestconfig):
    queue_invitation()
    worker = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "portal", "worker"],
        cwd=ROOT,
        env=environment_of(app),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_for(lambda: mailbox.messages)
        worker.send_signal(signal.SIGTERM)
        output, _ = worker.communicate(timeout=30)
    finally:
        worker.kill()
    assert worker.returncode == 0, output
    assert portal_db.session.scalar(select(func.count()).where(OutboundMail.state == MailState.SENT)) == 1
