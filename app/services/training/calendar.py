"""The own trainings as events of a calendar (RFC 5545); what a member gave up is told as CANCELLED for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from icalendar import Event
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import SeatState, SessionKind, TrainingSeat, TrainingSession

KEPT: Final = timedelta(days=60)  # so long what fell away is told; programs look more often than that
LATELY: Final = timedelta(days=365)
PAGE: Final = "/mijn-training/"


def list_events(member_id: int, *, portal: str, language: str, now: datetime) -> list[Event]:
    """The events of this member, the first one first. One statement."""
    rows = (
        select(TrainingSeat)
        .join(TrainingSession, TrainingSession.id == TrainingSeat.session_id)
        .where(
            TrainingSeat.member_id == member_id,
            TrainingSeat.state != SeatState.WAITING,
            TrainingSession.ends_at > now - LATELY,
        )
        .options(joinedload(TrainingSeat.session))
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    seats = db.session.scalars(rows).all()
    return [make_event(seat, portal=portal, language=language) for seat in seats if _is_told(seat, now)]


def _is_told(seat: TrainingSeat, now: datetime) -> bool:
    return seat.state == SeatState.SIGNED_UP or seat.changed_at > now - KEPT


def make_event(seat: TrainingSeat, *, portal: str, language: str) -> Event:
    """One session. Its UID stays; its SEQUENCE grows with each change of the session and of the place in it."""
    session = seat.session
    is_gone = seat.state != SeatState.SIGNED_UP or not session.is_open
    event = Event()
    event.add("uid", f"training-{session.id}@{urlsplit(portal).hostname}")
    event.add("dtstamp", max(session.changed_at, seat.changed_at))
    event.add("sequence", session.changes + seat.changes)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("summary", session.title_en if language == "en" and session.title_en else session.title)
    event.add("status", "CANCELLED" if is_gone else "CONFIRMED")
    event.add("description", f"{portal}{PAGE}")
    event.add("url", f"{portal}{PAGE}")
    event.add("class", "PRIVATE")
    if session.kind == SessionKind.PLACE:
        event.add("location", session.place)
    return event
