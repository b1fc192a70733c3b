"""Finding members by what the team types: names, member number or user name, without case and accents."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import ColumnElement, func, or_, select

from app.extensions import db
from app.models import Member, User
from app.services.folding import fold_text
from app.texts import RuleBroken, text

LONGEST = 400  # the column's


class Named(Protocol):
    """What has a member's names: the model, and a row of a roster."""

    @property
    def member_number(self) -> str | None: ...  # noqa: D102
    @property
    def first_name(self) -> str | None: ...  # noqa: D102
    @property
    def initials(self) -> str | None: ...  # noqa: D102
    @property
    def infix(self) -> str | None: ...  # noqa: D102
    @property
    def surname(self) -> str: ...  # noqa: D102


def make_search_text(member: Named, username: str) -> str:
    """What the column `search_text` holds: one line, so that "jan de vries" is found as people type it."""
    parts = (member.first_name, member.initials, member.infix, member.surname, member.member_number, username)
    return fold_text(" ".join(filter(None, parts)))[:LONGEST]


LONGEST = 100  # characters of a search


def contains_words(typed: str) -> list[ColumnElement[bool]]:
    """Each typed word, accents and capitals left out, is in the member's search text, or with an @ in the address."""
    words = fold_text(typed[:LONGEST].replace("\x00", "")).split()
    return [
        Member.email.icontains(word, autoescape=True)
        if "@" in word
        else Member.search_text.contains(word, autoescape=True)
        for word in words
    ]


def find_by_name_or_number(typed: str) -> Member:
    """The member with this member number or user name. Raises RuleBroken with field "member_number"."""
    wanted = typed.strip()
    user_name = select(User.id).where(func.lower(User.username) == wanted.lower()).scalar_subquery()
    found = db.session.scalars(select(Member).where(or_(Member.member_number == wanted, Member.user_id == user_name)))
    members = found.all()
    if len(members) != 1:
        raise RuleBroken(text("Nobody has this member number or user name."), field="member_number")
    return members[0]
