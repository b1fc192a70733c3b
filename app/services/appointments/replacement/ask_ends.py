"""How questions end without the member's own answer: the place is given, the team takes it back, or time is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import AskState, ReplacementAsk, Vacancy
from app.phrases import RuleBroken, phrase
from app.services.appointments.replacement.mails import tell
from app.services.atomic import change_if
from app.services.audit import Actor, record_event
from app.services.bulk_acts import BulkAct, Reason


def end_ask(ask: ReplacementAsk, state: AskState, *, actor: Actor, now: datetime) -> bool:
    """Close an open question, and tell the member unless time was over. False where it was not open any more."""
    if not change_if(
        ReplacementAsk,
        ReplacementAsk.id == ask.id,
        ReplacementAsk.state == AskState.ASKED,
        state=state,
        answered_at=now,
    ):
        return False
    record_event(actor, f"replacement_ask.{state}", now=now, subject=ask, member_id=ask.member_id)
    if state != AskState.EXPIRED:
        tell(ask, state, now=now)
    return True


def take_back_yes(ask: ReplacementAsk, *, actor: Actor, now: datetime) -> None:
    """The place was taken from who came: the member is told."""
    mine = (ReplacementAsk.id == ask.id, ReplacementAsk.state == AskState.YES)
    if change_if(ReplacementAsk, *mine, state=AskState.WITHDRAWN, answered_at=now):
        record_event(actor, "replacement_ask.withdrawn", now=now, subject=ask, member_id=ask.member_id)
        tell(ask, AskState.WITHDRAWN, now=now)


def withdraw(ask: ReplacementAsk, *, actor: Actor, now: datetime) -> None:
    """Ask this member no longer. Raises RuleBroken for what was answered or is over."""
    if not end_ask(ask, AskState.WITHDRAWN, actor=actor, now=now):
        raise RuleBroken(IS_OVER)


def withdraw_all(vacancy: Vacancy, *, actor: Actor, now: datetime) -> None:
    """Nobody is asked for this place any more."""
    for ask in _list_open(vacancy):
        end_ask(ask, AskState.WITHDRAWN, actor=actor, now=now)


def tell_too_late(vacancy: Vacancy, *, actor: Actor, now: datetime) -> None:
    """Somebody else has the place: the others are told."""
    for ask in _list_open(vacancy):
        end_ask(ask, AskState.TOO_LATE, actor=actor, now=now)


def expire_all(vacancy: Vacancy, *, actor: Actor, now: datetime) -> None:
    """The work itself is over."""
    for ask in _list_open(vacancy):
        end_ask(ask, AskState.EXPIRED, actor=actor, now=now)


def _list_open(vacancy: Vacancy) -> list[ReplacementAsk]:
    """In one order, so that two who end the same ones never wait for each other."""
    rows = select(ReplacementAsk).where(ReplacementAsk.vacancy_id == vacancy.id, ReplacementAsk.state == AskState.ASKED)
    return list(db.session.scalars(rows.options(joinedload(ReplacementAsk.member)).order_by(ReplacementAsk.id)))


IS_OVER: Final = phrase("This question was answered, or is over.")


def _each(ask: ReplacementAsk, *, actor: Any, now: datetime) -> None:
    withdraw(ask, actor=actor, now=now)


WITHDRAW: Final = BulkAct(
    ReplacementAsk, each=_each, reasons=lambda: [Reason(ReplacementAsk.state != AskState.ASKED, IS_OVER)]
)
