"""Appointments for tests: an election with settings, a published plan, and decisions as the worker makes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models import (
    Appointment,
    AppointmentRun,
    AppointmentSetup,
    AppointmentState,
    Election,
    Member,
    OutboundMail,
)
from app.services.appointments import appointing, plans, setups
from app.services.appointments.office import Office
from app.services.appointments.setups import SetupText
from app.services.audit import COMMAND
from tests.support.jobs import run_job

OFFICE = Office("Gemeente Voorbeeldstad", "Team verkiezingen", "t@v.example", "14 0123", "https://leden.v.example")


def make_setup(election: Election, *, now: datetime, **values: Any) -> AppointmentSetup:
    """How the election appoints; values are of SetupText."""
    known = {"series": f"SB-{election.id}", "mandate": "Mandaatbesluit 2025", "signatory_name": "M. Bakker"}
    wanted = SetupText(**{**known, "signatory_role": "teamleider", **values})
    setup = setups.add_setup(election, wanted, actor=COMMAND, now=now)
    db.session.commit()
    return setup


def start(setup: AppointmentSetup, *, now: datetime) -> AppointmentRun:
    """A run for the newest plan, waiting for the worker."""
    version = plans.find_version(setup.election_id)
    assert version is not None
    run = appointing.start_run(setup, version.id, actor=COMMAND, now=now)
    db.session.commit()
    return run


def appoint(setup: AppointmentSetup, *, now: datetime, step: int = 25) -> AppointmentRun:
    """Appoint whom the newest plan touches."""
    run = start(setup, now=now)
    run_job(appointing.run_appointments, run.id, lambda: now, office=OFFICE, step=step)
    return run


def decision_of(member: Member) -> Appointment:
    """The one that holds now."""
    rows = select(Appointment).where(Appointment.member_id == member.id, Appointment.state == AppointmentState.ISSUED)
    return db.session.scalars(rows).one()


def appointed_mails() -> list[OutboundMail]:
    """Those that tell of an appointment, in the order in which they were queued."""
    rows = select(OutboundMail).where(OutboundMail.template == "appointed").order_by(OutboundMail.id)
    return list(db.session.scalars(rows))
