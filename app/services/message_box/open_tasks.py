"""What waits in the message box: answers for a member to read, questions for the team to answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from app.extensions import db
from app.models import Member, Thread
from app.phrases import counted, phrase
from app.services.message_box.threads import unread_by_member, waiting_for_team
from app.services.waiting import OpenTask, Total, how_many


def find_answers(member: Member, now: datetime) -> list[OpenTask]:
    """Each conversation in which the team wrote something that the member has not read."""
    found = db.session.scalars(unread_by_member(member.id).order_by(Thread.last_message_at)).all()
    explanation = phrase("The election team wrote to you in the message box.")
    return [
        OpenTask("answer", phrase("Read: %(subject)s", subject=thread.subject), explanation, about=thread)
        for thread in found
    ]


def count_unread_answers(member_id: Any, _now: Any) -> ColumnElement[int]:
    """How many of these conversations there are."""
    return how_many(unread_by_member(member_id))


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
    return [Total(name, how_many(waiting_for_team(now - answer_within)))]
