"""Groups by what the team asked."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, exists

from app.models import Condition, Member, Thread
from app.phrases import phrase
from app.services.audience_kinds import Kind


def _was_asked(asked: Condition) -> ColumnElement[bool]:
    return exists().where(Thread.member_id == Member.id, Thread.team_question_id.in_(asked.ids))


KINDS: Final[dict[str, Kind]] = {
    "team_question": Kind(phrase("Was asked a question in the message box"), _was_asked, is_offered=False),
}
