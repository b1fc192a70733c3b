"""What the clock does for sessions: places of who left come free, and free places go to who waits.

Each act on a place does the second itself; here is found what came another way, such as members that became one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select

from app.extensions import db
from app.models import Member, MemberState, TrainingSeat, TrainingSession
from app.services.audit import WORKER
from app.services.training import seats

LEFT: Final = (MemberState.PAUSED, MemberState.RESIGNED, MemberState.ANONYMISED)


def keep_up(now: datetime) -> int:
    """Give up what is of who left, and give what is free; how many of both. Commit after it."""
    gone = (
        select(TrainingSeat.id)
        .join(Member, Member.id == TrainingSeat.member_id)
        .join(TrainingSession, TrainingSession.id == TrainingSeat.session_id)
        .where(
            TrainingSeat.state.in_(seats.OPEN),
            Member.state.in_(LEFT),
            TrainingSession.is_open,
            TrainingSession.starts_at > now,
        )
    )
    free = select(TrainingSession).where(
        TrainingSession.is_open,
        TrainingSession.starts_at > now,
        TrainingSession.waiting > 0,
        TrainingSession.taken < TrainingSession.capacity,
    )
    if not (db.session.scalars(gone.limit(1)).all() or db.session.scalars(free.limit(1)).all()):
        return 0
    seats.serialize_seats()
    given_up = db.session.scalars(gone.order_by(TrainingSeat.id)).all()
    for seat_id in given_up:
        seats.give_up(seat_id, actor=WORKER, now=now)
    found = db.session.scalars(free.order_by(TrainingSession.id), execution_options={"populate_existing": True}).all()
    return len(given_up) + sum(seats.fill_free_places(session, now=now) for session in found)
