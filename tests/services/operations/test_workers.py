"""Whose turn the regular work is, which workers live, and what an operator is warned of."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import select

from app.models import (
    Campaign,
    CampaignState,
    ImportKind,
    ImportRun,
    ImportState,
    MailState,
    Reminder,
    WorkerBeat,
    WorkTurn,
)
from app.services.mail.outbox import queue_mail
from app.services.operations import readiness, status, workers
from app.services.operations.readiness import LATE

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
MAIL = SimpleNamespace(server="mail.example", default_sender="a@b.example")


def test_a_turn_is_of_one_until_the_next_is_due(db, now):
    def claim(at, name=workers.DUE_WORK):
        return workers.claim_turn(name, now=at, every=MINUTE)

    assert [claim(now), claim(now), claim(now + MINUTE - SECOND), claim(now + MINUTE)] == [True, False, False, True]
    assert [claim(now, workers.FORGETTING), claim(now + MINUTE)] == [True, False]
    workers.note_done(workers.DUE_WORK, now + SECOND)
    turns = dict(db.session.execute(select(WorkTurn.name, WorkTurn.done_at)).all())
    assert turns == {workers.DUE_WORK: now + SECOND, workers.FORGETTING: None}


def beat(worker, started_at, seen_at):
    workers.beat(worker, started_at=started_at, hears_queue=True, now=seen_at)


def test_a_worker_lives_as_long_as_it_says_so_and_is_forgotten_a_day_later(db, now):
    beat("young", now, now)
    beat("old", now - MINUTE, now)
    beat("young", now + MINUTE, now + MINUTE)  # it began when it began
    assert [found.worker for found in workers.find_living(now + MINUTE)] == ["old", "young"]
    at = now + workers.ALIVE_FOR
    assert [found.worker for found in workers.find_living(at - SECOND)] == ["old", "young"]
    assert [found.worker for found in workers.find_living(at)] == ["young"]
    assert workers.find_living(at)[0].started_at == now
    workers.delete_old_beats(now + workers.KEPT_FOR)
    assert len(db.session.scalars(select(WorkerBeat.worker)).all()) == 2
    workers.delete_old_beats(now + workers.KEPT_FOR + SECOND)
    assert db.session.scalars(select(WorkerBeat.worker)).all() == ["young"]


@pytest.mark.parametrize(
    ("started", "done", "is_stuck"),
    [
        (LATE, None, False),
        (LATE + SECOND, None, True),
        (LATE + SECOND, LATE, False),
        (LATE + SECOND, LATE + SECOND, True),
        (MINUTE, 2 * LATE, False),
    ],
)
def test_work_is_stuck_where_a_worker_lives_for_long_and_nothing_came_to_its_end(
    db, now, tmp_path, started, done, is_stuck
):
    beat("worker", now - started, now)
    workers.claim_turn(workers.DUE_WORK, now=now - 3 * LATE, every=MINUTE)
    if done is not None:
        workers.note_done(workers.DUE_WORK, now - done)
    assert readiness.find_warnings(now, tmp_path) == (["due work"] if is_stuck else [])


def test_it_is_told_that_no_worker_lives_that_mail_waits_and_that_the_disk_is_full(db, now, tmp_path, monkeypatch):
    assert readiness.find_warnings(now, tmp_path) == ["worker"]
    beat("worker", now, now)
    mail = queue_mail("code", recipient="a@b.example", user_id=None, locale="nl", values={}, now=now - LATE)
    found = {}
    for state, at in (
        (MailState.QUEUED, LATE),
        (MailState.QUEUED, LATE + SECOND),
        (MailState.RETRYING, 2 * LATE),
        (MailState.SENT, 2 * LATE),
    ):
        mail.state, mail.next_attempt_at = state, now - at
        db.session.flush()
        found[state, at] = readiness.find_warnings(now, tmp_path)
    assert list(found.values()) == [[], ["waiting mail"], ["waiting mail"], []]
    free = SimpleNamespace(free=readiness.LEAST_FREE_BYTES - 1)
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda _folder: free)
    assert readiness.find_warnings(now, tmp_path) == ["disk"]
    free.free += 1
    assert readiness.find_warnings(now, tmp_path) == []


def test_a_portal_without_a_mail_server_or_with_a_public_role_that_may_something_is_not_ready(db):
    assert readiness.find_problems(MAIL) == []
    for lacks in ("server", "default_sender"):
        assert readiness.find_problems(SimpleNamespace(**vars(MAIL) | {lacks: ""})) == ["mail"]
    public, staff = (db.session.scalars(select(Role).where(Role.name == name)).one() for name in ("Public", "Staff"))
    public.permissions = staff.permissions[:1]
    db.session.flush()
    assert readiness.find_problems(MAIL) == ["public role"]


def test_what_is_on_its_way_stands_in_the_order_in_which_it_comes(db, now):
    planned, sending, done, stopped = (
        Campaign(
            kind="information", title=state, created_at=now, state=state, send_at=now - number * MINUTE, conditions=[]
        )
        for number, state in enumerate(
            (CampaignState.PLANNED, CampaignState.SENDING, CampaignState.DONE, CampaignState.STOPPED)
        )
    )
    for number, campaign in enumerate((planned, sending, done, stopped)):
        campaign.reminders = [Reminder(days_before=1, send_at=now - number * MINUTE)]
    sending.reminders.append(Reminder(days_before=2, send_at=now, sent_at=now))
    db.session.add_all([planned, sending, done, stopped])
    runs = [
        ImportRun(kind=ImportKind.ROSTER, original_name="a.csv", state=state, created_at=now)
        for state in (ImportState.RUNNING, ImportState.QUEUED, ImportState.DONE)
    ]
    db.session.add_all(runs)
    db.session.flush()
    assert status.find_busy_campaigns() == [sending, planned]
    assert [reminder.campaign for reminder in status.find_coming_reminders()] == [done, sending, planned]
    assert status.find_busy_imports() == sorted(runs[:2], key=lambda run: run.id)
