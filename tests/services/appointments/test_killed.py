"""A worker that is killed in the middle of appointing leaves whole decisions; the next one makes the rest, once.

Nobody asks for the run: the clock of each worker finds it, as it finds one whose job got lost in the queue.
"""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import func, select

from app.clock import utc_now
from app.extensions import db as portal_db
from app.models import AppointedPlace, Appointment, DocumentGrant, OutboundMail, RunState
from tests.support.factories.appointments import make_setup, start
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.plans import publish_places
from tests.support.worker import Worker, wait_for

MEMBERS = 80  # some four steps


def test_a_killed_run_is_finished_by_another_worker_and_nobody_gets_two(app, db, smtp):
    now = utc_now()
    election = make_election()
    setup = make_setup(election, now=now)
    station, early, function = make_station(election, 12), shifts_of(election)[0], make_function("stembureaulid")
    publish_places(election, [(make_member(), station, early, function) for _ in range(MEMBERS)], now=now)
    run = start(setup, now=now)

    def look(reached):
        portal_db.session.rollback()
        portal_db.session.refresh(run)
        time.sleep(0.02)
        return reached()

    first = Worker(app).start()
    wait_for(lambda: look(lambda: run.done > 0))
    first.kill()
    look(lambda: True)
    made = db.session.scalar(select(func.count(Appointment.id)))
    assert run.done == made < MEMBERS
    run.lease_until = utc_now() - timedelta(seconds=1)  # five minutes later
    db.session.commit()
    Worker(app).start()
    wait_for(lambda: look(lambda: run.state == RunState.DONE))
    portal_db.session.rollback()
    numbers = list(db.session.scalars(select(Appointment.number).order_by(Appointment.number)))
    assert numbers == list(range(1, MEMBERS + 1))
    for table in (AppointedPlace.member_id, DocumentGrant.member_id, Appointment.member_id):
        assert db.session.scalar(select(func.count(func.distinct(table)))) == MEMBERS
    told = select(func.count(OutboundMail.id)).where(OutboundMail.template == "appointed")
    assert db.session.scalar(told) == MEMBERS
    assert run.done == MEMBERS
