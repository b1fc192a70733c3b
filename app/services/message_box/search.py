"""Finding threads by what stands in them: subject, messages, the team's notes, and the name of the member."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, union
from sqlalchemy.orm import aliased

from app.models import InternalNote, Member, Message, Thread
from app.phrases import phrase
from app.services.members.search import found_by
from app.services.search.folding import fold_text
from app.services.search.query import SHORTEST, Search, holds, read_search

LONGEST: Final = 200  # characters of the column
ONLY_BEGINNINGS: Final = phrase(
    "With fewer than three letters only questions of members whose surname or member number begins with them are found."
)


def text_of_subject(subject: str) -> str:
    """What is searched of a subject, as long as its column: folding can make it longer ("ß" is "ss")."""
    return fold_text(subject)[:LONGEST]


def contains_words(typed: str) -> ColumnElement[bool] | None:
    """What a search asks of a thread (see `found_by`); None where nothing was typed."""
    search = read_search(typed)
    return None if search.is_empty else found_in(search)


def found_in(search: Search) -> ColumnElement[bool]:
    """Each word is somewhere in the thread, not all in one place; of a short search only whose thread it is counts."""
    if search.is_short:
        return Thread.member_id.in_(select(Member.id).where(found_by(search)).correlate(None))
    most = search.most if len(search.words) == 1 else None  # of several words, each must leave what the others need
    return or_(*(and_(*(_contains(word, most) for word in words)) for words in search.alternatives))


def best_first(search: Search) -> list[ColumnElement[bool]]:
    """The same from the best to the widest: all words in the subject, then anywhere. One that was merged is no row."""
    anywhere = and_(Thread.merged_into_id.is_(None), found_in(search))
    return [anywhere] if search.is_short else [and_(Thread.merged_into_id.is_(None), holds(Thread, search)), anywhere]


def found_text(search: Search) -> ColumnElement[Any]:
    """The newest message, or else note, in which one of the words is: to select beside a thread."""
    telling = [word for word in search.words if len(word) >= SHORTEST]
    newest = [
        select(place.body)
        .where(place.thread_id == Thread.id, or_(false(), *(holds(place, Search(((word,),))) for word in telling)))
        .order_by(place.id.desc())
        .limit(1)
        .correlate(Thread)
        .scalar_subquery()
        for place in (Message, InternalNote)
    ]
    return func.coalesce(*newest)


def _contains(word: str, most: int | None) -> ColumnElement[bool]:
    """Where the index knows the word: the threads that it names. A shorter word is looked for in those threads."""
    search = Search(((word,),), most)
    if search.is_short:
        inside = [
            exists().where(place.thread_id == Thread.id, holds(place, search)) for place in (Message, InternalNote)
        ]
        return or_(holds(Thread, search), *inside, exists().where(Member.id == Thread.member_id, holds(Member, search)))
    return Thread.id.in_(union(*_places(search)))


def _places(search: Search) -> list[Select[Any]]:
    inner = aliased(Thread)
    places: list[Select[Any]] = [
        select(inner.id).where(holds(inner, search)),
        select(inner.id).join(Member, Member.id == inner.member_id).where(found_by(search)),
        select(Message.thread_id).where(holds(Message, search)),
        select(InternalNote.thread_id).where(holds(InternalNote, search)),
    ]
    return places if search.most is None else [select(place.limit(search.most).subquery()) for place in places]
