"""One of thousands of members by what is typed: for a field of a form."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select

from app.extensions import db
from app.models import Member, User
from app.services.bulk import among
from app.services.members.search import found_by
from app.services.search.query import read_search


def find_members(typed: str, limit: int) -> Sequence[tuple[str, Member]]:
    """Members in whom all words are found, by name, each with the user name. One statement; nothing typed, nobody."""
    search = read_search(typed)
    if search.is_empty:
        return []
    found = select(User.username, Member).join(User, User.id == Member.user_id).where(found_by(search))
    return db.session.execute(found.order_by(*Member.by_name()).limit(limit)).all()


def read_members(member_ids: Collection[int]) -> dict[int, Member]:
    """The members with these ids, by id; who is gone is left out. One statement."""
    return {member.id: member for member in db.session.scalars(select(Member).where(among(Member.id, member_ids)))}


def find_member(typed: str) -> tuple[str, Member] | None:
    """The one member with this user name or member number, whatever the case."""
    name = typed.strip()
    is_called = or_(Member.member_number == name, func.lower(User.username) == name.lower())
    found = select(User.username, Member).join(User, User.id == Member.user_id).where(is_called)
    rows = db.session.execute(found).all()
    return rows[0] if len(rows) == 1 else None
