"""What a member sees of replacement: the own questions with their places; nothing of who left or who else is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from app.extensions import db
from app.models import AskState, ReplacementAsk, Shift, Vacancy
from app.models.guard.row_guard import everyone
from app.services.appointments.replacement.vacancies import is_open

SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Question:
    """One question to a member: where, in which function and when, what it pays, and until when one answers."""

    ask_id: int
    state: AskState
    until: datetime
    election: Any
    station: Any
    shift: Any
    function: Any
    starts_at: datetime
    ends_at: datetime
    is_still_open: bool  # nobody has the place yet

    @property
    def fee(self) -> Decimal | None:
        """What the function pays."""
        fee: Decimal | None = self.function.fee
        return fee

    def waits(self, now: datetime) -> bool:
        """Whether the member can answer."""
        return self.state == AskState.ASKED and self.until > now and self.is_still_open


@everyone("read what a member is asked")
def list_questions(member_id: int, now: datetime) -> list[Question]:
    """Of elections that go on or lately were, the newest first. One statement."""
    return _read(ReplacementAsk.member_id == member_id, now=now)


@everyone("read what a member is asked")
def find_question(member_id: int, ask_id: int, now: datetime) -> Question | None:
    """The own question. One statement."""
    return next(iter(_read(ReplacementAsk.member_id == member_id, ReplacementAsk.id == ask_id, now=now)), None)


def find_own_ask(member_id: int, ask_id: int) -> ReplacementAsk | None:
    """The row of it."""
    rows = select(ReplacementAsk).where(ReplacementAsk.id == ask_id, ReplacementAsk.member_id == member_id)
    return db.session.scalars(rows).first()


def _read(*wanted: Any, now: datetime) -> list[Question]:
    rows = (
        select(ReplacementAsk, Vacancy, is_open(now))
        .join(Vacancy, Vacancy.id == ReplacementAsk.vacancy_id)
        .where(*wanted, ReplacementAsk.state != AskState.MISSED)
        .options(
            contains_eager(ReplacementAsk.vacancy),
            joinedload(Vacancy.election),
            joinedload(Vacancy.station),
            joinedload(Vacancy.function),
            joinedload(Vacancy.shift).joinedload(Shift.day),
        )
        .order_by(ReplacementAsk.id.desc())
        .limit(SHOWN)
    )
    return [_question(ask, vacancy, bool(is_so)) for ask, vacancy, is_so in db.session.execute(rows)]


def _question(ask: ReplacementAsk, vacancy: Vacancy, is_still_open: bool) -> Question:
    return Question(
        ask.id,
        AskState(ask.state),
        ask.until,
        vacancy.election,
        vacancy.station,
        vacancy.shift,
        vacancy.function,
        vacancy.starts_at,
        vacancy.ends_at,
        is_still_open,
    )


@everyone("start the work that a yes asks for")
def find_run(ask_id: int) -> int | None:
    """The run that makes the letters after this question was answered with yes."""
    rows = select(Vacancy.run_id).join(ReplacementAsk, ReplacementAsk.vacancy_id == Vacancy.id)
    return db.session.scalar(rows.where(ReplacementAsk.id == ask_id))
