"""Two imports at the same moment, as by a command while somebody imports on the screen."""

from __future__ import annotations

import threading
import time

from sqlalchemy import func, select

from app.extensions import db as portal_db
from app.models import Member
from app.services.audit import Actor
from app.services.rosters import runs
from tests.services.rosters.roster_files import roster

A_MOMENT = 0.3  # seconds


def test_who_imports_second_waits_and_finds_the_members_of_the_first(app, db, now, monkeypatch):
    plan_import, summaries, start = runs.plan_import, [], threading.Barrier(2)

    def plan_slowly(*rows, **more):
        plan = plan_import(*rows, **more)
        time.sleep(A_MOMENT)
        return plan

    def import_it() -> None:
        with app.app_context():
            start.wait()
            plan, _ = runs.import_file(roster(), "leden.csv", actor=Actor("team"), now=now)
            summaries.append((len(plan.new), plan.unchanged))
            portal_db.session.commit()

    monkeypatch.setattr(runs, "plan_import", plan_slowly)
    threads = [threading.Thread(target=import_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert summaries == [(3, 0), (0, 3)]
    assert db.session.scalar(select(func.count(Member.id))) == 3
