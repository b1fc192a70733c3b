"""Places in trainings of two members that become one: in a session one place counts, and the other comes free."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from sqlalchemy import delete, select, update

from app.extensions import db
from app.models import SeatState, TrainingSeat, TrainingSession

RANK: Final = (SeatState.SIGNED_UP, SeatState.WAITING, SeatState.CANCELLED)  # the best one stays
COUNTER: Final = {SeatState.SIGNED_UP: TrainingSession.taken, SeatState.WAITING: TrainingSession.waiting}


def settle_seats(gone_id: int, kept_id: int) -> None:
    """Where both have a place in one session the better one stays; who waits gets the other by the clock."""
    found: dict[int, list[TrainingSeat]] = defaultdict(list)
    for seat in db.session.scalars(select(TrainingSeat).where(TrainingSeat.member_id.in_((gone_id, kept_id)))):
        found[seat.session_id].append(seat)
    for session_id, both in found.items():
        if len(both) == len((gone_id, kept_id)):
            worse = max(both, key=lambda seat: (RANK.index(SeatState(seat.state)), seat.member_id == gone_id))
            _drop(session_id, worse)


def _drop(session_id: int, seat: TrainingSeat) -> None:
    counter = COUNTER.get(SeatState(seat.state))
    options = {"synchronize_session": False}
    db.session.execute(delete(TrainingSeat).where(TrainingSeat.id == seat.id), execution_options=options)
    if counter is not None:
        less = update(TrainingSession).where(TrainingSession.id == session_id).values({counter: counter - 1})
        db.session.execute(less, execution_options=options)
