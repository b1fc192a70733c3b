"""Accounts of the team: made, given roles, switched off. Nobody gives more than they have, or changes their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import select

from app.extensions import db
from app.models import Account
from app.permissions import ADMIN, MEMBER, STAFF
from app.services import sessions
from app.services.accounts import Person
from app.services.audit import Actor, record_event
from app.services.email_addresses import check_email
from app.services.invitations import Invited, invite
from app.texts import RuleBroken, text

USER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}", re.ASCII)
# What a role may give to others; a member's role comes with the member only.
MAY_GIVE = {ADMIN: (STAFF, ADMIN)}


@dataclass(frozen=True, slots=True)
class NewUser:
    """What is needed for an account of the team."""

    user_name: str
    first_name: str
    last_name: str
    email: str
    roles: Sequence[str]


def add_user(new: NewUser, *, giver_roles: Sequence[str], actor: Actor, now: datetime) -> User:
    """An account without password for somebody of the team; invite it to let the person in.

    Raises RuleBroken with the field user_name, email or roles.
    """
    name = new.user_name.strip().lower()
    if not USER_NAME.fullmatch(name):
        raise RuleBroken(text("Use 3 to 40 letters, digits, full stops or hyphens."), field="user_name")
    if db.session.scalar(select(User.id).where(User.username == name)):
        raise RuleBroken(text("This user name is already in use. Choose another one."), field="user_name")
    email = check_email(new.email)
    if db.session.scalar(select(User.id).where(User.email == email)):
        raise RuleBroken(text("Another account already uses this e-mail address."), field="email")
    user = User(username=name, first_name=new.first_name.strip(), last_name=new.last_name.strip(), email=email)
    user.active = True
    user.roles = _find_roles(new.roles, giver_roles)
    db.session.add(user)
    db.session.flush()
    db.session.add(Account(user_id=user.id))
    db.session.flush()
    record_event(actor, "user.added", now=now, subject=user, roles=sorted(new.roles))
    return user


def add_first_admin(user_name: str, email: str, *, actor: Actor, now: datetime, lifetime: timedelta) -> Invited:
    """An administrator by command, invited by mail. Raises RuleBroken."""
    new = NewUser(user_name, first_name=user_name, last_name="", email=email, roles=[ADMIN])
    user = add_user(new, giver_roles=[ADMIN], actor=actor, now=now)
    return invite([user.id], actor=actor, now=now, lifetime=lifetime)


def change_roles(
    person: Person, roles: Sequence[str], *, giver_roles: Sequence[str], actor: Actor, now: datetime
) -> None:
    """Give exactly these roles and end the sessions. Raises RuleBroken with field "roles"."""
    _refuse_self(person, actor)
    if person.member is not None:
        raise RuleBroken(text("A member keeps the role of a member."), field="roles")
    before = sorted(role.name for role in person.user.roles)
    person.user.roles = _find_roles(roles, giver_roles)
    sessions.end_sessions(person.account)
    record_event(actor, "user.roles_changed", now=now, subject=person.user, before=before, after=sorted(roles))


def switch_off(person: Person, *, actor: Actor, now: datetime) -> None:
    """Nobody comes in with this account any more, and who is inside is out. Raises RuleBroken."""
    _refuse_self(person, actor)
    person.user.active = False
    sessions.end_sessions(person.account)
    record_event(actor, "user.switched_off", now=now, subject=person.user, member_id=_member_id(person))


def switch_on(person: Person, *, actor: Actor, now: datetime) -> None:
    """The account works again, with the password that it had."""
    person.user.active = True
    record_event(actor, "user.switched_on", now=now, subject=person.user, member_id=_member_id(person))


def end_all_sessions(person: Person, *, actor: Actor, now: datetime) -> None:
    """Sign the person out everywhere."""
    sessions.end_sessions(person.account)
    record_event(actor, "user.sessions_ended", now=now, subject=person.user, member_id=_member_id(person))


def _find_roles(names: Sequence[str], giver_roles: Sequence[str]) -> list[Role]:
    allowed = {role for giver in giver_roles for role in MAY_GIVE.get(giver, ())}
    if not names:
        raise RuleBroken(text("Choose at least one role."), field="roles")
    if MEMBER in names or not set(names) <= allowed:
        raise RuleBroken(text("You cannot give this role."), field="roles")
    return list(db.session.scalars(select(Role).where(Role.name.in_(names))))


def _refuse_self(person: Person, actor: Actor) -> None:
    if person.user.id == actor.user_id:
        raise RuleBroken(text("You cannot change your own account here. Ask another administrator."))


def _member_id(person: Person) -> int | None:
    return person.member.id if person.member else None
