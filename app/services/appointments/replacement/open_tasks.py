"""What waits in replacement: questions of a member, and for the team places that came free."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, literal_column, select

from app.models import AskState, ReplacementAsk, Vacancy
from app.phrases import counted, phrase
from app.services.appointments.replacement.vacancies import is_open
from app.services.waiting import NOW, OpenTask, Total, asked_of, how_many

# Written out, no parameter: an index is of the rows in this state, and SQLite plans a statement anew at each run when a
# parameter stands where such an index asks a value. That was a third of each page of a member.
_ASKED: Final[Any] = literal_column(f"'{AskState.ASKED.value}'")


def is_open_ask(member_id: Any, now: Any) -> ColumnElement[bool]:
    """A question to this member that can be answered."""
    return and_(ReplacementAsk.member_id == member_id, ReplacementAsk.state == _ASKED, ReplacementAsk.until > now)


def as_task(ask: ReplacementAsk) -> OpenTask:
    """The task of such a question."""
    why = phrase("Somebody is needed at a polling station. Tell us whether you can come; who says yes first has it.")
    return OpenTask("replacement", phrase("Can you help out?"), why, ask.until, ask)


def count_asks(member_id: Any, now: Any) -> ColumnElement[int]:
    """How many these are."""
    return how_many(select(ReplacementAsk).where(is_open_ask(member_id, now)).correlate(None))


FREE: Final = counted("place that came free and has nobody yet", "places that came free and have nobody yet")


_OPEN: Final = select(func.count(Vacancy.id)).where(is_open(NOW)).scalar_subquery()  # made once


def total_open(now: datetime) -> list[Total]:
    """For the team's home: places for which somebody is looked for."""
    return [Total(FREE, _OPEN, {"looked": "open"}, given=asked_of(None, now))]
