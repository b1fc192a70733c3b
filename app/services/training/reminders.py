"""Reminding who has a place some days before the session, as many as the session says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from app.extensions import db
from app.models import SeatState, TrainingSession
from app.services.atomic import change_if
from app.services.audit import WORKER, record_event
from app.services.training.attendance import list_seats
from app.services.training.sessions import FURTHEST_REMINDER
from app.services.training.telling import Told, tell

SETTLED: Final = timedelta(days=1)  # who signed up within it knows it still


def remind_due(now: datetime) -> int:
    """Remind of each session whose moment has come, once; gives how many mails there are. Commit after it."""
    rows = select(TrainingSession).where(
        TrainingSession.is_open,
        TrainingSession.reminded_at.is_(None),
        TrainingSession.remind_days.is_not(None),
        TrainingSession.starts_at > now,
        TrainingSession.starts_at <= now + timedelta(days=FURTHEST_REMINDER),
    )
    due = [found for found in db.session.scalars(rows).all() if _is_due(found, now)]
    return sum(_remind(session, now) for session in due)


def _is_due(session: TrainingSession, now: datetime) -> bool:
    return session.remind_days is not None and now >= session.starts_at - timedelta(days=session.remind_days)


def _remind(session: TrainingSession, now: datetime) -> int:
    holds = (TrainingSession.id == session.id, TrainingSession.is_open, TrainingSession.reminded_at.is_(None))
    if not change_if(TrainingSession, *holds, reminded_at=now):
        return 0
    seats = [seat for seat in list_seats(session.id, SeatState.SIGNED_UP) if seat.queued_at < now - SETTLED]
    key = f"reminder:{session.starts_at:%Y%m%d%H%M}"
    told = tell([seat.member_id for seat in seats], Told.REMINDER, session, now=now, key=key)
    record_event(WORKER, "training_session.reminded", now=now, subject=session, members=told)
    return told
