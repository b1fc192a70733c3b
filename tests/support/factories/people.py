"""People and things for tests: made with sensible values, committed, each different from the last.

`make_member(surname="Bakker", state=MemberState.PAUSED)`: every column can be given.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from flask_appbuilder.security.sqla.models import assoc_user_role
from sqlalchemy import literal, select

from app.extensions import db
from app.models import Account, Member, MemberState, Role, User
from app.permissions import ADMIN, MEMBER, STAFF
from app.services.access.passwords import hash_password
from app.services.audit import COMMAND
from app.services.certificates.results import note_days
from app.services.members.search import make_search_text

Person = Member | User | Account

LONG_AGO = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)
_numbers = count(1)


def make_user(
    *roles: str,
    password: str | None = None,
    locale: str = "nl",
    **values: Any,
) -> User:
    """A user with an account and these roles of `portal setup`. Without a password: invited, not yet activated."""
    user = _add_user(*roles, password=password, locale=locale, **values)
    db.session.commit()
    return user


def _add_user(*roles: str, password: str | None, locale: str, **values: Any) -> User:
    number = next(_numbers)
    user = User(
        **{
            "username": f"user{number}",
            "first_name": "Robin",
            "last_name": f"Jansen {number}",
            "email": f"user{number}@voorbeeldstad.example",
            "active": True,
            "password": hash_password(password) if password else None,
            **values,
        }
    )
    db.session.add(user)
    db.session.flush()
    own = select(literal(user.id), Role.id).where(Role.name.in_(roles))
    db.session.execute(assoc_user_role.insert().from_select(["user_id", "role_id"], own, include_defaults=False))
    db.session.add(Account(user_id=user.id, locale=locale, password_set_at=LONG_AGO if password else None))
    return user


def make_staff(**values: Any) -> User:
    """Somebody of the election team."""
    return make_user(STAFF, **values)


def make_admin(**values: Any) -> User:
    """An administrator."""
    return make_user(ADMIN, **values)


def make_member(
    *, username: str | None = None, password: str | None = None, locale: str = "nl", active: bool = True, **values: Any
) -> Member:
    """An active member with a user, an account and the role Member; values are columns of Member."""
    number = next(_numbers)
    user = _add_user(
        MEMBER,
        username=username or f"lid{number}",
        email=f"made-{number}@members.invalid",  # technical, and none that the portal gives: those have the user's id
        password=password,
        locale=locale,
        active=active,
    )
    member = Member(
        **{
            "user_id": user.id,
            "member_number": f"{100000 + number}",
            "initials": "J.",
            "first_name": "Jan",
            "infix": "de",
            "surname": f"Vries {number}",
            "birth_date": date(1970, 6, 6),
            "email": f"lid{number}@post.example",
            "street": "Dorpsstraat",
            "house_number": "1",
            "postcode": "1234 AB",
            "city": "Voorbeeldstad",
            "state": MemberState.ACTIVE,
            "created_at": LONG_AGO,
            "changed_at": LONG_AGO,
            **values,
        }
    )
    if not member.search_text:
        member.search_text = make_search_text(member, user.username)
    db.session.add(member)
    if member.trained_on is not None:
        db.session.flush()
        train(member, member.trained_on)
    db.session.commit()
    return member


def train(member: Member, day: date | None) -> None:
    """The team knows that this member had a training then; flushed, not committed."""
    note_days({member.id: day}, actor=COMMAND, now=LONG_AGO)


def find_role(name: str) -> Role:
    """A role that `portal setup` made."""
    return db.session.scalars(select(Role).where(Role.name == name)).one()
