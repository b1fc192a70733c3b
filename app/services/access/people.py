"""Finding an account by what people type, and where its mail goes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import BindParameter, Select, bindparam, exists, select, union_all

from app.addresses import one_spelling
from app.extensions import db
from app.models import Account, Member
from app.models.guard.row_guard import everyone

MOST_SHARING = 20  # accounts of one address, such as that of a home


@dataclass(frozen=True, slots=True)
class Person:
    """An account with its user and, for a member, the member."""

    user: User
    account: Account
    member: Member | None

    @property
    def email(self) -> str | None:
        """Where mail goes: the member's own address (couples share one), or FAB's for the team."""
        return self.member.email if self.member else self.user.email

    @property
    def name(self) -> str:
        """The name to greet with."""
        return self.member.full_name if self.member else self.user.get_full_name()

    @property
    def member_id(self) -> int | None:
        """The member's id, or None for the team."""
        return self.member.id if self.member else None

    @property
    def is_active(self) -> bool:
        """Whether this account may be used at all."""
        return bool(self.user.active)

    @property
    def own_words(self) -> list[str]:
        """What a password must not be made of."""
        member = self.member
        names = [member.first_name, member.surname, member.city] if member else []
        return [self.user.username, self.email or "", self.user.first_name, self.user.last_name, *names]


def _people() -> Select[tuple[User, Account, Member]]:
    return (
        select(User, Account, Member)
        .join(Account, Account.user_id == User.id)
        .outerjoin(Member, Member.user_id == User.id)
    )


def find_by_name(typed: str) -> Person | None:
    """The account with this user name, or with this e-mail address where only one has it. Capitals do not matter."""
    found = find_people(typed)
    return found[0] if len(found) == 1 else None


@everyone("find accounts by name")
def find_people(typed: str) -> list[Person]:
    """The account with this user name; else all that have this e-mail address, because couples share one."""
    name = typed.strip().lower()
    rows = db.session.execute(_find_by_name(), {"typed_name": name, "address": one_spelling(typed)}).all()
    exact = [row for row in rows if row.User.username == name]
    return [Person(*row) for row in exact or rows]


@cache
def _find_by_name() -> Select[Any]:
    """Made once, as the others here: it takes longer to make than to run."""
    is_name = User.username == bindparam("typed_name")
    ids = union_all(select(User.id).where(is_name), *_ids_of_address())
    return _people().where(User.id.in_(ids)).order_by(is_name.desc(), User.username).limit(MOST_SHARING)


@everyone("find the accounts of an address")
def find_by_email(typed: str) -> list[Person]:
    """All accounts whose mail goes to this address; couples share one."""
    return [Person(*row) for row in db.session.execute(_find_by_email(), {"address": one_spelling(typed)})]


@cache
def _find_by_email() -> Select[Any]:
    return _people().where(User.id.in_(union_all(*_ids_of_address()))).order_by(User.username).limit(MOST_SHARING)


def _ids_of_address() -> tuple[Select[Any], Select[Any]]:
    """The users whose mail goes there: members by their own address, the team by FAB's. Each finds its index."""
    address: BindParameter[str] = bindparam("address")
    is_member = exists().where(Member.user_id == User.id)
    return (
        select(Member.user_id).where(Member.email == address),
        select(User.id).where(User.email == address, ~is_member),
    )


@everyone("find an account by id")
def find_person(user_id: int) -> Person | None:
    """The account of this user."""
    row = db.session.execute(_find_by_id(), {"of_user": user_id}).one_or_none()
    return Person(*row) if row else None


@cache
def _find_by_id() -> Select[Any]:
    return _people().where(User.id == bindparam("of_user"))
