"""Places in sessions: taking one, waiting for one, moving, giving it up, and who of the waiting list gets it.

All of it is done by one at a time (`serialize_seats`), so nobody misses what another does; that a session never gets
more people than it holds is besides a condition of the update that takes a place, and a constraint of the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Member, MemberState, SeatOutcome, SeatState, TrainingSeat, TrainingSession
from app.models.guard.row_guard import everyone
from app.phrases import Phrase, RuleBroken, phrase
from app.services.atomic import change_if
from app.services.audit import WORKER, Actor, record_event
from app.services.bulk import serialize
from app.services.training.telling import Told, tell

OPEN: Final = (SeatState.SIGNED_UP, SeatState.WAITING)
FULL: Final = phrase("This session is full.")
STARTED: Final = phrase("This session has begun already.")
GONE: Final = phrase("This session is cancelled. Choose another one.")


def serialize_seats() -> None:
    """Until the end of the transaction nobody else gives or takes places. Read what you decide on after it."""
    serialize("training seats")


@everyone("give a place in a training")
def choose(session_id: int, member_id: int, *, actor: Actor, now: datetime, is_own: bool) -> TrainingSeat:
    """A place in this session, or one on its waiting list when it is full; gives the seat as it is then.

    A place in another session of the same training is given up for it, so this moves somebody too; who comes on a
    waiting list keeps the place elsewhere until there is one here. `is_own`: the member asks, not the team, who may do
    it until the session begins. Raises RuleBroken.
    """
    serialize_seats()
    session = db.session.get_one(TrainingSession, session_id, populate_existing=True)
    member = db.session.get_one(Member, member_id)
    _check_open(session, now, is_own=is_own)
    if member.state in (MemberState.PAUSED, MemberState.RESIGNED, MemberState.ANONYMISED):
        raise RuleBroken(phrase("This member has a pause or has left."))
    seat = _find(session.id, member.id)
    if seat is not None and seat.state in OPEN:
        raise RuleBroken(_said_of(seat))
    others = _others(session, member.id, now)
    has_place = _take_place(session)
    if not has_place:
        _join_queue(session)
    seat = _write(seat, session, member, SeatState.SIGNED_UP if has_place else SeatState.WAITING, now)
    moved = [other for other in others if other.state == SeatState.SIGNED_UP] if has_place else []
    if has_place:
        _give_up_all(others, now)
    record_event(
        actor,
        "training_seat.moved" if moved else "training_seat.signed_up" if has_place else "training_seat.queued",
        now=now,
        subject=seat,
        member_id=member.id,
        session_id=session.id,
    )
    tell(
        [member.id],
        Told.SIGNED_UP if has_place else Told.WAITING,
        session,
        now=now,
        key=f"{seat.state}:{seat.changes}",
    )
    return seat


def _said_of(seat: TrainingSeat) -> Phrase:
    if seat.state == SeatState.WAITING:
        return phrase("This member is on the waiting list of this session already.")
    return phrase("This member has a place in this session already.")


def _check_open(session: TrainingSession, now: datetime, *, is_own: bool) -> None:
    if not session.is_open:
        raise RuleBroken(GONE)
    has_begun = session.starts_at <= now
    if session.ends_at <= now or (has_begun and is_own):
        raise RuleBroken(STARTED)
    if has_begun and not session.free:
        raise RuleBroken(phrase("This session is full. Give it more places first."))
    if is_own and not session.takes_members(now):
        raise RuleBroken(phrase("The last day to sign up is over. Call the election team."))


@everyone("give up a place in a training")
def give_up(seat_id: int, *, actor: Actor, now: datetime) -> None:
    """The member does not come, or no longer waits; the first of the waiting list gets the place. Raises RuleBroken."""
    serialize_seats()
    rows = select(TrainingSeat).where(TrainingSeat.id == seat_id).options(joinedload(TrainingSeat.session))
    seat = db.session.scalars(rows, execution_options={"populate_existing": True}).one()
    if seat.state not in OPEN:
        raise RuleBroken(phrase("This place was given up already."))
    if seat.session.starts_at <= now:
        raise RuleBroken(STARTED)
    _give_up_all([seat], now)
    record_event(
        actor,
        "training_seat.cancelled",
        now=now,
        subject=seat,
        member_id=seat.member_id,
        session_id=seat.session_id,
    )


@everyone("give free places to who waits")
def fill_free_places(session: TrainingSession, *, now: datetime) -> int:
    """Who waits longest gets what is free, and is told; gives how many. Call `serialize_seats` before."""
    filled = 0
    while session.is_open and session.starts_at > now and session.waiting and session.free > 0:
        rows = (
            select(TrainingSeat)
            .where(TrainingSeat.session_id == session.id, TrainingSeat.state == SeatState.WAITING)
            .order_by(TrainingSeat.queued_at, TrainingSeat.id)
            .limit(1)
        )
        seat = db.session.scalars(rows).first()
        if seat is None or not _take_place(session, of_queue=True):
            break
        _set_state(seat, SeatState.SIGNED_UP, now)
        filled += 1
        about = {"member_id": seat.member_id, "session_id": session.id}
        record_event(WORKER, "training_seat.promoted", now=now, subject=seat, **about)
        tell([seat.member_id], Told.PROMOTED, session, now=now, key=f"promoted:{seat.changes}")
        _give_up_all(_others(session, seat.member_id, now), now)
    return filled


def end_all(session: TrainingSession, *, now: datetime) -> None:
    """Nobody has a place in a session that is cancelled. Call `serialize_seats` before."""
    values = {"state": SeatState.CANCELLED, "changed_at": now, "changes": TrainingSeat.changes + 1}
    ended = update(TrainingSeat).where(TrainingSeat.session_id == session.id, TrainingSeat.state.in_(OPEN))
    db.session.execute(ended.values(values), execution_options={"synchronize_session": "fetch"})
    session.taken = session.waiting = 0
    db.session.flush()


def list_open_members(session_id: int) -> Sequence[int]:
    """Who has a place or waits for one."""
    rows = select(TrainingSeat.member_id).where(TrainingSeat.session_id == session_id, TrainingSeat.state.in_(OPEN))
    return db.session.scalars(rows.order_by(TrainingSeat.member_id)).all()


@everyone("count who waits longer")
def place_in_queue(seat: TrainingSeat) -> int:
    """Which one of the waiting list this is; 1 is the next."""
    earlier = (TrainingSeat.queued_at < seat.queued_at) | (
        (TrainingSeat.queued_at == seat.queued_at) & (TrainingSeat.id < seat.id)
    )
    rows = select(func.count(TrainingSeat.id)).where(
        TrainingSeat.session_id == seat.session_id, TrainingSeat.state == SeatState.WAITING, earlier
    )
    return 1 + (db.session.scalar(rows) or 0)


# --- one step each ---------------------------------------------------------------------------------------------------


def _take_place(session: TrainingSession, *, of_queue: bool = False) -> bool:
    """One of the places that are free, if there is one; who does not wait goes after who does."""
    has_room = TrainingSession.taken < TrainingSession.capacity
    queue = TrainingSession.waiting > 0 if of_queue else TrainingSession.waiting == 0
    waiting = TrainingSession.waiting - (1 if of_queue else 0)
    holds = (TrainingSession.id == session.id, TrainingSession.is_open, has_room, queue)
    return change_if(TrainingSession, *holds, taken=TrainingSession.taken + 1, waiting=waiting)


def _join_queue(session: TrainingSession) -> None:
    if not change_if(TrainingSession, TrainingSession.id == session.id, waiting=TrainingSession.waiting + 1):
        raise RuleBroken(GONE)


def _give_up_all(given_up: Sequence[TrainingSeat], now: datetime) -> None:
    for seat in given_up:
        session, had_place = seat.session, seat.state == SeatState.SIGNED_UP
        _set_state(seat, SeatState.CANCELLED, now)
        less = {"taken": TrainingSession.taken - 1} if had_place else {"waiting": TrainingSession.waiting - 1}
        change_if(TrainingSession, TrainingSession.id == session.id, **less)
        fill_free_places(session, now=now)


def _set_state(seat: TrainingSeat, state: SeatState, now: datetime) -> None:
    seat.state, seat.changed_at, seat.changes = state, now, seat.changes + 1
    db.session.flush()


def _find(session_id: int, member_id: int) -> TrainingSeat | None:
    rows = select(TrainingSeat).where(TrainingSeat.session_id == session_id, TrainingSeat.member_id == member_id)
    return db.session.scalars(rows, execution_options={"populate_existing": True}).first()


def _others(session: TrainingSession, member_id: int, now: datetime) -> Sequence[TrainingSeat]:
    """The member's open seats in other coming sessions of the same training: the same title and election."""
    rows = (
        select(TrainingSeat)
        .join(TrainingSession, TrainingSession.id == TrainingSeat.session_id)
        .where(
            TrainingSeat.member_id == member_id,
            TrainingSeat.state.in_(OPEN),
            TrainingSeat.outcome == SeatOutcome.NONE,
            TrainingSession.id != session.id,
            TrainingSession.title == session.title,
            TrainingSession.election_id.is_not_distinct_from(session.election_id),
            TrainingSession.starts_at > now,
        )
        .options(joinedload(TrainingSeat.session))
        .order_by(TrainingSeat.id)
    )
    return db.session.scalars(rows, execution_options={"populate_existing": True}).all()


def _write(
    seat: TrainingSeat | None, session: TrainingSession, member: Member, state: SeatState, now: datetime
) -> TrainingSeat:
    row = seat or TrainingSeat(session_id=session.id, member_id=member.id, changes=0, outcome=SeatOutcome.NONE)
    row.queued_at = now
    db.session.add(row)
    row.state, row.changed_at, row.changes = state, now, row.changes + 1
    db.session.flush()
    return row
