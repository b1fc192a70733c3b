"""Sessions of trainings for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.extensions import db
from app.models import Member, SeatOutcome, TrainingSeat, TrainingSession
from app.services.audit import COMMAND
from app.services.training import attendance, seats
from app.services.training.sessions import SessionText, write_session


def session_text(now: datetime, **values: Any) -> SessionText:
    """A session in two weeks with two places, for everybody."""
    starts_at = values.pop("starts_at", now + timedelta(days=14))
    given = {
        "title": "Training stembureaulid",
        "kind": "place",
        "place": "Stadskantoor, Stadsplein 1",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "capacity": 2,
        "valid_months": 24,
        "remind_days": 3,
        **values,
    }
    return SessionText(**given)


def make_session(now: datetime, **values: Any) -> TrainingSession:
    """The same, committed."""
    session = write_session(session_text(now, **values), None, actor=COMMAND, now=now)
    db.session.commit()
    return session


def sign_up(session: TrainingSession, member: Member, now: datetime, *, is_own: bool = True) -> TrainingSeat:
    """The member has a place, or waits; committed."""
    seat = seats.choose(session.id, member.id, actor=COMMAND, now=now, is_own=is_own)
    db.session.commit()
    return seat


def mark(seat: TrainingSeat, outcome: SeatOutcome, now: datetime) -> None:
    """What became of it, on the day itself; committed."""
    attendance.mark(seat, outcome, actor=COMMAND, now=max(now, seat.session.starts_at))
    db.session.commit()
