"""Finding threads by what stands in them: subject, messages, the team's notes, and the name of the member."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, union
from sqlalchemy.orm import aliased

from app.models import InternalNote, Member, Message, Thread
from app.services.member_search import found_by
from app.services.text_search import Search, holds, read_search
from app.texts import text

ONLY_BEGINNINGS: Final = text(
    "With fewer than three letters only questions of members whose surname or member number begins with them are found."
)


def contains_words(typed: str) -> ColumnElement[bool] | None:
    """What a search asks of a thread (see `found_by`); None where nothing was typed."""
    search = read_search(typed)
    return None if search.is_empty else found_in(search)


def found_in(search: Search) -> ColumnElement[bool]:
    """Each word is somewhere in the thread, not all in one place; of a short search only whose thread it is counts."""
    if search.is_short:
        return Thread.member_id.in_(select(Member.id).where(found_by(search)))
    return or_(*(and_(*(_contains(word) for word in words)) for words in search.alternatives))


def _contains(word: str) -> ColumnElement[bool]:
    """Where the index knows the word: the threads that it names. A shorter word is looked for in those threads."""
    one = Search(((word,),))
    if one.is_short:
        inside = [exists().where(place.thread_id == Thread.id, holds(place, one)) for place in (Message, InternalNote)]
        return or_(holds(Thread, one), *inside, exists().where(Member.id == Thread.member_id, holds(Member, one)))
    return Thread.id.in_(union(*_places(one)))


def _places(one: Search) -> list[Select[Any]]:
    inner = aliased(Thread)
    return [
        select(inner.id).where(holds(inner, one)),
        select(inner.id).join(Member, Member.id == inner.member_id).where(found_by(one)),
        select(Message.thread_id).where(holds(Message, one)),
        select(InternalNote.thread_id).where(holds(InternalNote, one)),
    ]
