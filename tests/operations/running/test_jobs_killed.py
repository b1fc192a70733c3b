"""A worker that is killed in the middle of an import loses nothing and does nothing twice."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import func, insert, select

from app import jobs
from app.clock import utc_now
from app.extensions import db as portal_db
from app.models import Account, BulkState, ImportState, Member, MemberState, OutboundMail, User
from app.services import bulk_runs
from app.services.audit import COMMAND
from app.services.rosters import runs
from tests.support.jobs import run_job
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
    run_job(runs.run_import, run.id, utc_now(), instance=folder)
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


FOUND = 3_000  # members: some thirty parts


def make_found() -> None:
    now = utc_now()
    plain = {"active": True, "password": None, "first_name": "A", "last_name": "B"}
    ids = range(10_001, 10_001 + FOUND)
    users = [{"id": i, "username": f"gevonden{i}", "email": f"{i}@x.invalid", **plain} for i in ids]
    portal_db.session.execute(insert(User), users)
    portal_db.session.execute(insert(Account), [{"user_id": i, "locale": "nl"} for i in ids])
    given = {"state": MemberState.IMPORTED, "created_at": now, "changed_at": now, "search_text": ""}
    rows = [{"user_id": i, "surname": f"Lid {i}", "email": f"lid{i}@post.example", **given} for i in ids]
    portal_db.session.execute(insert(Member), rows)
    portal_db.session.commit()


def test_an_act_on_all_that_was_found_goes_on_after_a_kill_and_invites_nobody_twice(app, db, smtp):
    app.extensions["jobs"].queue.flush()
    make_found()
    everybody = select(Member.id)
    given = {"parameters": {"days": 14}, "actor": COMMAND, "now": utc_now()}
    run = bulk_runs.start_run("MembersView", "invite", everybody, **given)
    db.session.commit()

    jobs.run_bulk(run.id)
    first = Worker(app).start()
    wait_for_bulk(run, lambda: run.done > 0)
    first.kill()
    db.session.refresh(run)
    queued = db.session.scalar(select(func.count(OutboundMail.id)))
    assert run.done == queued < FOUND

    run.lease_until = utc_now() - timedelta(seconds=1)  # five minutes later
    db.session.commit()
    jobs.run_bulk(run.id)
    second = Worker(app).start()
    try:
        wait_for_bulk(run, lambda: run.state == BulkState.DONE)
    finally:
        second.kill()
    assert run.done == FOUND
    assert db.session.scalar(select(func.count(func.distinct(OutboundMail.user_id)))) == FOUND
    assert db.session.scalar(select(func.count(OutboundMail.id))) == FOUND


def wait_for_bulk(run, reached) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert time.monotonic() < deadline, (run.state, run.done)
        time.sleep(0.02)
        portal_db.session.rollback()
        portal_db.session.refresh(run)
    portal_db.session.rollback()
