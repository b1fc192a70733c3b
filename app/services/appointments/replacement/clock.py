"""What the clock does of replacement: questions end, vacancies follow the board, and letters that had to wait begin."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Appointment,
    AskState,
    Election,
    ElectionState,
    PlanAct,
    ReplacementAsk,
    Vacancy,
    VacancyState,
)
from app.models.guard.row_guard import everyone
from app.services.appointments.replacement import ask_ends, following, vacancies
from app.services.atomic import change_if
from app.services.audit import WORKER, Actor, record_event

AT_ONCE: Final = 200  # a minute; the rest in the next one
REASONS_KEPT: Final = timedelta(days=31)  # after it was said


@everyone("keep replacement up to date")
def settle(now: datetime) -> None:
    """All of it; harmless to do twice. Commit after it."""
    _expire_asks(now)
    _close_over(now)
    _follow_board(now)
    _reopen_undone(now)
    following.appoint_left(now)


@everyone("forget why members left")
def forget_reasons(now: datetime) -> None:
    """Why somebody does not come is kept for a month, with the decision and with the place. Commit after it."""
    old = now - REASONS_KEPT
    said = update(Appointment).where(Appointment.decline_reason != "", Appointment.answered_at < old)
    left = update(Vacancy).where(Vacancy.reason != "", Vacancy.opened_at < old)
    for rows in (said.values(decline_reason=""), left.values(reason="")):
        db.session.execute(rows, execution_options={"synchronize_session": False})


def _expire_asks(now: datetime) -> None:
    rows = select(ReplacementAsk).where(ReplacementAsk.state == AskState.ASKED, ReplacementAsk.until <= now)
    for ask in db.session.scalars(rows.order_by(ReplacementAsk.id).limit(AT_ONCE)).all():
        ask_ends.end_ask(ask, AskState.EXPIRED, actor=WORKER, now=now)


def _close_over(now: datetime) -> None:
    """Of work that is over, and of elections that are closed."""
    is_over = or_(Vacancy.ends_at <= now, Election.state == ElectionState.CLOSED)
    rows = select(Vacancy).join(Election, Election.id == Vacancy.election_id)
    rows = rows.where(Vacancy.state == VacancyState.OPEN, is_over).order_by(Vacancy.id).limit(AT_ONCE)
    for vacancy in db.session.scalars(rows).all():
        ended = {"state": VacancyState.CLOSED, "closed_at": now}
        if change_if(Vacancy, Vacancy.id == vacancy.id, Vacancy.state == VacancyState.OPEN, **ended):
            record_event(WORKER, "vacancy.closed", now=now, subject=vacancy, member_id=vacancy.left_member_id)
            ask_ends.expire_all(vacancy, actor=WORKER, now=now)


def _follow_board(now: datetime) -> None:
    """Where the board has as many people as are asked for, nobody is looked for; the oldest are filled first."""
    missing = (vacancies.asked_for() - vacancies.standing()).label("missing")
    rows = select(Vacancy, missing).where(Vacancy.state == VacancyState.OPEN).order_by(Vacancy.id)
    of_place: dict[tuple[int | None, int, int], list[tuple[Vacancy, int | None]]] = {}
    for vacancy, number in db.session.execute(rows):
        key = (vacancy.station_id, vacancy.shift_id, vacancy.function_id)
        of_place.setdefault(key, []).append((vacancy, number))
    for found in of_place.values():
        number = found[0][1]
        filled = 0 if number is None else max(len(found) - max(number, 0), 0)
        for vacancy, _missing in found[:filled]:
            vacancies.note_filled_elsewhere(vacancy, actor=WORKER, now=now)


def _reopen_undone(now: datetime) -> None:
    """A planner took back the act by which somebody came."""
    rows = (
        select(Vacancy)
        .join(PlanAct, PlanAct.id == Vacancy.act_id)
        .where(Vacancy.state == VacancyState.FILLED, PlanAct.undone_at.is_not(None), Vacancy.ends_at > now)
    )
    for vacancy in db.session.scalars(rows.order_by(Vacancy.id)).all():
        reopen(vacancy, actor=WORKER, now=now)


def reopen(vacancy: Vacancy, *, actor: Actor, now: datetime) -> None:
    """Look for somebody again after the place was taken from who came."""
    comes = vacancy.filled_by_member_id
    back = {"state": VacancyState.OPEN, "closed_at": None, "filled_by_member_id": None, "act_id": None, "run_id": None}
    if not change_if(Vacancy, Vacancy.id == vacancy.id, Vacancy.state == VacancyState.FILLED, **back):
        return
    record_event(actor, "vacancy.reopened", now=now, subject=vacancy, member_id=vacancy.left_member_id)
    rows = select(ReplacementAsk).where(
        ReplacementAsk.vacancy_id == vacancy.id,
        ReplacementAsk.member_id == comes,
        ReplacementAsk.state == AskState.YES,
    )
    for ask in db.session.scalars(rows.options(joinedload(ReplacementAsk.member))).all():
        ask_ends.take_back_yes(ask, actor=actor, now=now)
