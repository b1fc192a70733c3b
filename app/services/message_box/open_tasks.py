"""What waits in the message box for the team: questions to answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam

from app.models.base import UtcDateTime
from app.phrases import counted
from app.services.message_box.threads import waiting_for_team
from app.services.waiting import Total, how_many


def count_waiting_questions(_member_id: Any, _now: Any) -> ColumnElement[int]:
    """Questions that wait for the team."""
    return how_many(waiting_for_team())


def total_late(now: datetime, *, answer_within: timedelta) -> list[Total]:
    """Questions that wait longer than `answer_within`."""
    name = counted(
        "question that waits longer than %(days)s days",
        "questions that wait longer than %(days)s days",
        days=answer_within.days,
    )
    return [Total(name, _LATE, given={_SINCE.key: now - answer_within})]


_SINCE: Final[Any] = bindparam("waits_since", type_=UtcDateTime())
_LATE: Final = how_many(waiting_for_team(_SINCE))
