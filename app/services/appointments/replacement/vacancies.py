"""Places that somebody left: how one opens, when it still needs somebody, and how it is closed.

A place is needed while fewer people stand there than are asked for, as on the board. Where nobody said how many are
asked for, it is needed until it is closed by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Appointment,
    Assignment,
    Election,
    ElectionState,
    Shift,
    StaffingNeed,
    Vacancy,
    VacancyCause,
    VacancyState,
)
from app.phrases import RuleBroken, phrase
from app.services.appointments.replacement import ask_ends
from app.services.atomic import change_if
from app.services.audit import Actor, record_event
from app.services.planning.board.places import Place

LOADED: Final = (
    joinedload(Vacancy.election),
    joinedload(Vacancy.station),
    joinedload(Vacancy.shift).joinedload(Shift.day),
    joinedload(Vacancy.function),
    joinedload(Vacancy.left_member),
    joinedload(Vacancy.filled_by_member),
)


def open_vacancies(
    election: Election,
    left: Sequence[Place],
    cause: VacancyCause,
    reason: str,
    *,
    appointment: Appointment | None = None,
    actor: Actor,
    now: datetime,
) -> list[Vacancy]:
    """For each of these places, which their member just left. Call it after they were taken out of the plan."""
    opened = [
        Vacancy(
            election_id=election.id,
            station_id=place.station_id,
            shift_id=place.shift_id,
            function_id=place.function_id,
            starts_at=place.starts_at,
            ends_at=place.ends_at,
            left_member_id=place.member_id,
            appointment_id=appointment.id if appointment else None,
            cause=cause,
            reason=reason,
            opened_at=now,
            opened_by_user_id=actor.user_id,
            state=VacancyState.OPEN,
        )
        for place in left
    ]
    db.session.add_all(opened)
    db.session.flush()
    for vacancy in opened:
        record_event(actor, "vacancy.opened", now=now, subject=vacancy, member_id=vacancy.left_member_id)
    return opened


def needs_somebody() -> ColumnElement[bool]:
    """Of a vacancy: fewer people stand there now than are asked for."""
    return or_(asked_for().is_(None), standing() < asked_for())


def standing() -> ColumnElement[int]:
    """Of a vacancy: how many people stand there now."""
    return (
        select(func.count())
        .where(
            Assignment.shift_id == Vacancy.shift_id,
            Assignment.function_id == Vacancy.function_id,
            func.coalesce(Assignment.station_id, 0) == func.coalesce(Vacancy.station_id, 0),
        )
        .correlate(Vacancy)
        .scalar_subquery()
    )


def asked_for() -> ColumnElement[int | None]:
    """Of a vacancy: how many people are asked for there; NULL where nobody said."""
    return (
        select(func.max(StaffingNeed.target))
        .where(
            StaffingNeed.shift_id == Vacancy.shift_id,
            StaffingNeed.function_id == Vacancy.function_id,
            func.coalesce(StaffingNeed.station_id, 0) == func.coalesce(Vacancy.station_id, 0),
            StaffingNeed.target > 0,
        )
        .correlate(Vacancy)
        .scalar_subquery()
    )


def is_open(now: Any) -> ColumnElement[bool]:
    """Somebody is looked for: not filled, not over, still needed, and the election goes on."""
    goes_on = select(Election.id).where(Election.id == Vacancy.election_id, Election.state != ElectionState.CLOSED)
    return and_(
        Vacancy.state == VacancyState.OPEN,
        Vacancy.ends_at > now,
        goes_on.correlate(Vacancy).exists(),
        needs_somebody(),
    )


def find_vacancy(vacancy_id: int) -> Vacancy | None:
    """With its place and who left. One statement."""
    return db.session.scalars(select(Vacancy).where(Vacancy.id == vacancy_id).options(*LOADED)).first()


def is_open_now(vacancy: Vacancy, now: datetime) -> bool:
    """Whether somebody is looked for. One statement."""
    return db.session.scalar(select(Vacancy.id).where(Vacancy.id == vacancy.id, is_open(now))) is not None


def require_open(vacancy: Vacancy, now: datetime) -> None:
    """Raises RuleBroken when nobody is looked for any more."""
    if not is_open_now(vacancy, now):
        raise RuleBroken(phrase("This place is filled already, or nobody is needed there any more."))


def close(vacancy: Vacancy, *, actor: Actor, now: datetime) -> None:
    """Look for nobody any more; who is asked is told kindly. Raises RuleBroken for what is filled or closed."""
    ended = {"state": VacancyState.CLOSED, "closed_at": now}
    if not change_if(Vacancy, Vacancy.id == vacancy.id, Vacancy.state == VacancyState.OPEN, **ended):
        raise RuleBroken(phrase("This place is filled already, or nobody is needed there any more."))
    record_event(actor, "vacancy.closed", now=now, subject=vacancy, member_id=vacancy.left_member_id)
    ask_ends.withdraw_all(vacancy, actor=actor, now=now)


def note_filled_elsewhere(vacancy: Vacancy, *, actor: Actor, now: datetime) -> bool:
    """Somebody got the place on the board; who is asked is told kindly. False where it was no longer open."""
    ended = {"state": VacancyState.FILLED, "closed_at": now}
    if not change_if(Vacancy, Vacancy.id == vacancy.id, Vacancy.state == VacancyState.OPEN, **ended):
        return False
    record_event(actor, "vacancy.filled", now=now, subject=vacancy, member_id=vacancy.left_member_id)
    ask_ends.tell_too_late(vacancy, actor=actor, now=now)
    return True
