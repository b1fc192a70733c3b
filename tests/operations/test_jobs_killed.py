"""A worker that is killed in the middle of an import loses nothing and does nothing twice."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import func, select

from app import jobs
from app.clock import utc_now
from app.extensions import db as portal_db
from app.models import ImportState, Member, User
from app.services.audit import COMMAND
from app.services.rosters import runs
from tests.support.worker import Worker

ROWS = 8_000  # enough for the worker, and for a second of work
PATIENCE_SECONDS = 60


def make_roster() -> bytes:
    return ("Lidnummer;Voornaam;Achternaam\n" + "".join(f"{n};Jan;Vries{n}\n" for n in range(ROWS))).encode()


def wait_until(run, reached) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert time.monotonic() < deadline, (run.state, run.message, run.rows_done)
        time.sleep(0.02)
        portal_db.session.rollback()
        portal_db.session.refresh(run)
    portal_db.session.rollback()


def test_an_import_whose_worker_is_killed_is_finished_by_another_one_and_done_once(app, db, smtp):
    folder = app.config["INSTANCE_DIR"]
    app.extensions["jobs"].queue.flush()
    run = runs.start_run(make_roster(), "leden.csv", instance=folder, actor=COMMAND, now=utc_now())
    runs.ask_check(run, runs.columns_of(run), instance=folder, now=utc_now())
    runs.run_import(run.id, utc_now(), instance=folder, checkpoint=db.session.commit)
    assert run.state == ImportState.CHECKED
    runs.ask_import(run, instance=folder, actor=COMMAND, now=utc_now())
    db.session.commit()

    jobs.run_import(run.id)
    first = Worker(app).start()
    wait_until(run, lambda: run.lease_until is not None)
    time.sleep(0.1)  # somewhere in the middle of the work
    first.kill()
    db.session.refresh(run)
    assert run.state != ImportState.DONE
    assert db.session.scalar(select(func.count(Member.id))) == 0

    run.lease_until = utc_now() - timedelta(seconds=1)  # five minutes later
    db.session.commit()
    jobs.run_import(run.id)
    second = Worker(app).start()
    try:
        wait_until(run, lambda: run.state == ImportState.DONE)
    finally:
        second.kill()
    assert db.session.scalar(select(func.count(Member.id))) == ROWS
    assert db.session.scalar(select(func.count(func.distinct(Member.member_number)))) == ROWS
    assert db.session.scalar(select(func.count(User.id))) == ROWS
