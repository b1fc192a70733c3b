"""What lists show beside the rows: how it stands with the questions, and what reserves answered for the shift."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Integer, String, and_, cast, func, literal, null, select, union_all

from app.extensions import db
from app.models import (
    AskState,
    Availability,
    AvailabilityShift,
    Election,
    ElectionDay,
    Function,
    PollingStation,
    ReplacementAsk,
    Reserve,
    Shift,
    Vacancy,
)
from app.services.bulk import among


@dataclass(frozen=True, slots=True)
class AskCounts:
    """Questions about one vacancy: all, without an answer, and answered no."""

    total: int
    waiting: int
    no: int


def count_asks(vacancy_ids: Collection[int]) -> dict[int, AskCounts]:
    """By vacancy. One statement."""
    number = func.count()
    rows = (
        select(
            ReplacementAsk.vacancy_id,
            number,
            number.filter(ReplacementAsk.state == AskState.ASKED),
            number.filter(ReplacementAsk.state == AskState.NO),
        )
        .where(among(ReplacementAsk.vacancy_id, vacancy_ids))
        .group_by(ReplacementAsk.vacancy_id)
    )
    return {key: AskCounts(total, waiting, no) for key, total, waiting, no in db.session.execute(rows)}


class OfMember(NamedTuple):
    """A line of the team's page of a member: a question (with its vacancy), or being in reserve (without one)."""

    vacancy_id: int | None
    place: str  # the name of the function, or of the shift
    station: str | None
    day: date
    election: str
    state: str
    at: datetime


def list_of_member(member_id: int, *, limit: int) -> list[OfMember]:
    """What this member was asked, and for which shifts the member is or was in reserve, the latest first.

    One statement.
    """
    station = cast(PollingStation.number, String) + literal(" ") + PollingStation.name
    asks = (
        select(
            ReplacementAsk.vacancy_id.label("vacancy_id"),
            Function.name.label("place"),
            station.label("station"),
            ElectionDay.date.label("day"),
            Election.name.label("election"),
            ReplacementAsk.state.label("state"),
            func.coalesce(ReplacementAsk.answered_at, ReplacementAsk.asked_at).label("at"),
        )
        .join(Vacancy, Vacancy.id == ReplacementAsk.vacancy_id)
        .join(Function, Function.id == Vacancy.function_id)
        .join(Shift, Shift.id == Vacancy.shift_id)
        .join(ElectionDay, ElectionDay.id == Shift.day_id)
        .join(Election, Election.id == Vacancy.election_id)
        .outerjoin(PollingStation, PollingStation.id == Vacancy.station_id)
        .where(ReplacementAsk.member_id == member_id)
    )
    reserves = (
        select(
            cast(null(), Integer),
            Shift.name,
            cast(null(), String),
            ElectionDay.date,
            Election.name,
            Reserve.state,
            Reserve.since,
        )
        .join(Shift, Shift.id == Reserve.shift_id)
        .join(ElectionDay, ElectionDay.id == Shift.day_id)
        .join(Election, Election.id == Reserve.election_id)
        .where(Reserve.member_id == member_id)
    )
    both = union_all(asks, reserves).subquery()
    rows = db.session.execute(select(both).order_by(both.c.at.desc()).limit(limit))
    return [OfMember(*row) for row in rows]


def read_answers(reserve_ids: Collection[int]) -> dict[int, str]:
    """By reserve the answer for the shift when availability was asked. One statement."""
    said = and_(AvailabilityShift.member_id == Reserve.member_id, AvailabilityShift.shift_id == Reserve.shift_id)
    rows = (
        select(Reserve.id, AvailabilityShift.answer)
        .join(AvailabilityShift, said)
        .join(Availability, Availability.id == AvailabilityShift.availability_id)
        .where(among(Reserve.id, reserve_ids), Availability.is_answered)
    )
    return dict(db.session.execute(rows).all())
