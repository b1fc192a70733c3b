"""What the forms beside a conversation offer: documents, standard answers, colleagues and questions to merge with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, literal, select, union_all

from app.extensions import db
from app.models import CannedAnswer, Document, Thread
from app.services.message_box.team import is_colleague

MOST_DUPLICATES: Final = 50
DOCUMENT, ANSWER, COLLEAGUE, DUPLICATE = range(4)

Choices = list[tuple[int, str]]  # number and name


@dataclass(frozen=True, slots=True)
class Offered:
    """By name, but the questions that it may be merged with, of which the latest is first."""

    documents: Choices  # of the library: published, within their period, and nobody's alone
    answers: Choices
    colleagues: Choices
    duplicates: Choices


def list_offered(thread: Thread, now: datetime) -> Offered:
    """All of it in one statement."""
    nothing = literal(0).label("place")
    latest = func.row_number().over(order_by=(Thread.last_message_at.desc(), Thread.id.desc()))
    duplicates = (
        select(literal(DUPLICATE), Thread.id, Thread.subject, latest.label("place"))
        .where(
            Thread.member_id == thread.member_id,
            Thread.id != thread.id,
            Thread.merged_into_id.is_(None),
            Thread.team_question_id.is_(None),
        )
        .order_by("place")
        .limit(MOST_DUPLICATES)
        .subquery()
    )
    is_in_library = (Document.is_shown(now), Document.is_personal.is_(False))
    parts = (
        select(literal(DOCUMENT).label("kind"), Document.id.label("id"), Document.title.label("name"), nothing).where(
            *is_in_library
        ),
        select(literal(ANSWER), CannedAnswer.id, CannedAnswer.title, nothing).where(CannedAnswer.is_active),
        select(literal(COLLEAGUE), User.id, User.first_name + " " + User.last_name, nothing).where(is_colleague()),
        select(duplicates),
    )
    rows = sorted(db.session.execute(union_all(*parts)), key=lambda row: (row.place, row.name.casefold(), row.id))
    return Offered(*([(row.id, row.name.strip()) for row in rows if row.kind == kind] for kind in range(4)))
