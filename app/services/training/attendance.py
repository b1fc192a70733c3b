"""What became of a place in a session: was the member there, and did they pass. Passing gives a certificate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.clock import local, local_today
from app.extensions import db
from app.models import Member, ResultSource, SeatOutcome, SeatState, TrainingSeat, TrainingSession
from app.phrases import RuleBroken, phrase
from app.services.atomic import change_if
from app.services.audit import Actor, record_event
from app.services.certificates import results
from app.services.certificates.results import Passed, end_of_term

NO_PLACE: Final = phrase("This member has no place in this session.")
TOO_EARLY: Final = phrase("This can be filled in from the day of the session on.")


def day_of(session: TrainingSession) -> date:
    """The day on a Dutch calendar."""
    return local(session.starts_at).date()


def can_mark(session: TrainingSession, now: datetime) -> bool:
    """Whether the session is today or was before, and goes on."""
    return session.is_open and day_of(session) <= local_today(now)


def mark(seat: TrainingSeat, outcome: SeatOutcome, *, actor: Actor, now: datetime) -> None:
    """Note what became of it. Passing adds a result, anything else takes away the one of this session.

    The same outcome again changes nothing: a tap may come twice. Raises RuleBroken.
    """
    session = seat.session
    if seat.state != SeatState.SIGNED_UP:
        raise RuleBroken(NO_PLACE)
    if not can_mark(session, now):
        raise RuleBroken(TOO_EARLY)
    holds = (TrainingSeat.id == seat.id, TrainingSeat.state == SeatState.SIGNED_UP, TrainingSeat.outcome != outcome)
    if not change_if(TrainingSeat, *holds, outcome=outcome, outcome_at=now if outcome else None):
        return
    record_event(
        actor,
        "training_seat.marked",
        now=now,
        subject=seat,
        member_id=seat.member_id,
        session_id=session.id,
        outcome=outcome.value,
    )
    _follow(session, seat.member, outcome, actor=actor, now=now)


def _follow(session: TrainingSession, member: Member, outcome: SeatOutcome, *, actor: Actor, now: datetime) -> None:
    known = results.find_of_session(session.id, member.id)
    if outcome == SeatOutcome.PASSED and known is None:
        results.add_result(member, passed_in(session), actor=actor, now=now)
    elif outcome != SeatOutcome.PASSED and known is not None:
        results.remove_result(known, actor=actor, now=now)


def passed_in(session: TrainingSession) -> Passed:
    """Passed in this session, on its day; the term is the session's."""
    passed_on = day_of(session)
    until = end_of_term(passed_on, session.valid_months)
    return Passed(passed_on, until, ResultSource.SESSION, session.id)


def pass_everybody_present(session: TrainingSession, *, actor: Actor, now: datetime) -> int:
    """Who was there passed; gives how many. For a training without a test."""
    present = [seat for seat in list_seats(session.id) if seat.outcome == SeatOutcome.PRESENT]
    for seat in present:
        mark(seat, SeatOutcome.PASSED, actor=actor, now=now)
    return len(present)


def list_seats(session_id: int, *states: SeatState) -> Sequence[TrainingSeat]:
    """Who has a place (or what `states` ask), by name, with the members. One statement."""
    rows = (
        select(TrainingSeat)
        .join(Member, Member.id == TrainingSeat.member_id)
        .where(TrainingSeat.session_id == session_id, TrainingSeat.state.in_(states or (SeatState.SIGNED_UP,)))
        .options(joinedload(TrainingSeat.member).joinedload(Member.user), joinedload(TrainingSeat.session))
        .order_by(*Member.by_name())
    )
    return db.session.scalars(rows).all()


def list_of_member(member_id: int, *, limit: int) -> Sequence[TrainingSeat]:
    """Where this member has a place, waits, or gave it up, the latest session first. One statement."""
    rows = select(TrainingSeat).join(TrainingSession, TrainingSession.id == TrainingSeat.session_id)
    rows = rows.where(TrainingSeat.member_id == member_id).options(joinedload(TrainingSeat.session))
    order = (TrainingSession.starts_at.desc(), TrainingSeat.id.desc())
    return db.session.scalars(rows.order_by(*order).limit(limit)).all()
