"""Finding threads by what stands in them: subject, messages, the team's notes, and the name of the member."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_

from app.models import InternalNote, Member, Message, Thread
from app.services.folding import fold_text

LONGEST = 100  # characters of a search


def contains_words(typed: str) -> ColumnElement[bool] | None:
    """Each typed word is somewhere in the thread, accents and capitals left out; None where nothing was typed."""
    words = fold_text(typed[:LONGEST].replace("\x00", "")).split()
    return and_(*(_contains(word) for word in words)) if words else None


def _contains(word: str) -> ColumnElement[bool]:
    in_member = exists().where(Member.id == Thread.member_id, Member.search_text.contains(word, autoescape=True))
    in_message = exists().where(Message.thread_id == Thread.id, Message.search_text.contains(word, autoescape=True))
    in_note = exists().where(
        InternalNote.thread_id == Thread.id, InternalNote.search_text.contains(word, autoescape=True)
    )
    return or_(Thread.search_text.contains(word, autoescape=True), in_member, in_message, in_note)
