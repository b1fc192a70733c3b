"""Finding members by what the team types: name, number, user name, address, e-mail address or telephone number."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true

from app.extensions import db
from app.importing.rosters.values import read_postcode
from app.member_fields import MEMBER_FIELDS
from app.models import Member, MergedMember, User
from app.phrases import Phrase, RuleBroken, phrase
from app.services.search.folding import fold_text
from app.services.search.query import Search, begins, holds, holds_plainly, lowered, read_search

LONGEST: Final = 400  # the column's
ONLY_BEGINNINGS: Final = phrase(
    "With fewer than three letters only surnames and member numbers that begin with them are found."
)


_NAMES: Final = MEMBER_FIELDS.names(lambda field: field.is_searched and field.is_name)[::-1]  # the surname first
_OTHERS: Final = MEMBER_FIELDS.names(lambda field: field.is_searched and not field.is_name)


def make_search_text(member: Any, username: str) -> str:
    """What the column `search_text` holds: one folded line that begins with the surname.

    `member` has the fields that are searched: the model, or a row of a roster. A Dutch telephone number stands in the
    line twice, as 06… and as +316…, because people type both.
    """
    others = (form for name in _OTHERS if (value := getattr(member, name)) for form in _forms(value))
    names = (getattr(member, name) for name in _NAMES)
    return fold_text(" ".join(filter(None, (*names, username, *others))))[:LONGEST]


def _forms(value: str) -> tuple[str, ...]:
    return (value, f"0{value[3:]}") if value.startswith("+31") else (value,)


def contains_words(typed: str) -> list[ColumnElement[bool]]:
    """What a search asks of a member, as criteria that must all hold: see `found_by`."""
    return [found_by(read_search(typed))]


def found_by(search: Search) -> ColumnElement[bool]:
    """Every word is somewhere in the member's search text; of a short search only beginnings count.

    A postcode finds who lives there: it is no part of the search text, and has an index of its own.
    """
    if search.is_empty:
        return true()
    postcode = read_postcode(" ".join(search.alternatives[0]))
    if not isinstance(postcode, Phrase) and not postcode[1]:
        return or_(Member.postcode == postcode[0], holds(Member, search))
    if search.is_short:
        return or_(*(and_(*(_begins(word) for word in words)) for words in search.alternatives))
    return holds(Member, search)


def _begins(word: str) -> ColumnElement[bool]:
    return or_(begins(Member.search_text, word), begins(lowered(Member.member_number), word))


def best_first(search: Search) -> list[ColumnElement[bool]]:
    """The same from the best to the widest: this surname or number, a surname that begins so, the words anywhere."""
    words = [word for alternative in search.alternatives for word in alternative]
    anywhere = found_by(search)
    is_exact = or_(
        *(begins(Member.search_text, f"{word} ") | (lowered(Member.member_number) == word) for word in words)
    )
    begins_so = or_(*(begins(Member.search_text, word) for word in words))
    plainly = holds_plainly(Member, search)  # few begin so
    if search.is_short:
        return [and_(is_exact, anywhere), anywhere]
    return [and_(is_exact, plainly), and_(begins_so, plainly), anywhere]


def members_called(typed: str, column: Any) -> Select[Any]:
    """This column of the one member with this user name or member number, for an IN (…); where nobody
    has it, of the members in whom the words are found; of nobody, no rows.

    Who was merged into another one is that one.
    """
    number, name = typed.strip(), typed.strip().lower()
    user_ids = select(User.id).where(func.lower(User.username) == name)
    is_old = or_(MergedMember.member_number == number, func.lower(MergedMember.old_user_name) == name)
    merged = select(MergedMember.member_id).where(is_old)
    is_called = or_(Member.member_number == number, Member.user_id.in_(user_ids), Member.id.in_(merged))
    nobody_is = ~exists(select(Member.id).where(is_called).correlate(None))
    search = read_search(typed)
    by_words = false() if search.is_empty else and_(nobody_is, found_by(search))
    return select(column).where(or_(is_called, by_words)).correlate(None)


def ids_before(member_ids: Select[Any], column: Any = MergedMember.old_id) -> Select[Any]:
    """The keys, or another column, of the members that became part of these: the audit trail keeps them."""
    return select(column).where(MergedMember.member_id.in_(member_ids)).correlate(None)


def find_by_name_or_number(typed: str) -> Member:
    """The member with this member number or user name. Raises RuleBroken with field "member_number"."""
    wanted = typed.strip()
    user_name = select(User.id).where(func.lower(User.username) == wanted.lower()).scalar_subquery()
    found = db.session.scalars(select(Member).where(or_(Member.member_number == wanted, Member.user_id == user_name)))
    members = found.all()
    if len(members) != 1:
        raise RuleBroken(phrase("Nobody has this member number or user name."), field="member_number")
    return members[0]
