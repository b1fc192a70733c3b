"""What waits in replacement: questions of a member, and for the team places that came free."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select

from app.extensions import db
from app.models import AskState, Member, ReplacementAsk, Vacancy
from app.phrases import counted, phrase
from app.services.appointments.replacement.vacancies import is_open
from app.services.waiting import MEMBER_ID, NOW, OpenTask, Total, asked_of, how_many


def _open_asks(member_id: Any, now: Any) -> Select[Any]:
    return select(ReplacementAsk).where(
        ReplacementAsk.member_id == member_id, ReplacementAsk.state == AskState.ASKED, ReplacementAsk.until > now
    )


_OWN: Final = _open_asks(MEMBER_ID, NOW).order_by(ReplacementAsk.until, ReplacementAsk.id)


def find_asks(member: Member, now: datetime) -> list[OpenTask]:
    """A task for each question that the member did not answer."""
    return [
        OpenTask(
            "replacement",
            phrase("Can you help out?"),
            phrase("Somebody is needed at a polling station. Tell us whether you can come; who says yes first has it."),
            ask.until,
            ask,
        )
        for ask in db.session.scalars(_OWN, asked_of(member.id, now))
    ]


def count_asks(member_id: Any, now: Any) -> ColumnElement[int]:
    """How many these are."""
    return how_many(_open_asks(member_id, now).correlate(None))


FREE: Final = counted("place that came free and has nobody yet", "places that came free and have nobody yet")


def total_open(now: datetime) -> list[Total]:
    """For the team's home: places for which somebody is looked for."""
    return [Total(FREE, select(func.count(Vacancy.id)).where(is_open(now)).scalar_subquery(), {"looked": "open"})]
