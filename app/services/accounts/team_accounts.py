"""Accounts of the team: made, given roles, switched off. Nobody gives more than they have, or changes their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import exists, inspect, select

from app.extensions import db
from app.models import Account, MemberState
from app.permissions import ADMIN, MEMBER, STAFF
from app.phrases import RuleBroken, phrase
from app.services.access import one_time_links, sessions
from app.services.access.email_addresses import check_email
from app.services.access.people import Person
from app.services.accounts import password_changes
from app.services.accounts.invitations import Invited, invite
from app.services.audit import Actor, record_event
from app.services.bulk import reserve_ids, serialize
from app.services.mail import outbox
from app.services.members.account_notices import AccountChange, Changed, tell_member, tell_of_changes

USER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}", re.ASCII)
# What a role may give to others; a member's role comes with the member only.
MAY_GIVE = {ADMIN: (STAFF, ADMIN)}
LONGEST_NAME = 64  # of FAB's columns


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
        raise RuleBroken(phrase("Use 3 to 40 letters, digits, full stops or hyphens."), field="user_name")
    if db.session.scalar(select(User.id).where(User.username == name)):
        raise RuleBroken(phrase("This user name is already in use. Choose another one."), field="user_name")
    email = check_email(new.email)
    _refuse_used(email)
    first_name, last_name = check_name(new.first_name, new.last_name)
    serialize("members")  # who make accounts too
    (user_id,) = reserve_ids(inspect(User).local_table, 1)
    user = User(id=user_id, username=name, first_name=first_name, last_name=last_name, email=email)
    user.active = True
    user.roles = _find_roles(new.roles, giver_roles)
    db.session.add(user)
    db.session.flush()
    db.session.add(Account(user_id=user.id))
    db.session.flush()
    record_event(actor, "user.added", now=now, subject=user, roles=sorted(new.roles))
    if ADMIN in new.roles:
        _tell_administrators(user, actor, now)
    return user


def add_and_invite(
    new: NewUser, *, giver_roles: Sequence[str], actor: Actor, now: datetime, lifetime: timedelta
) -> User:
    """`add_user`, and an invitation by mail that works for `lifetime`. Raises RuleBroken."""
    user = add_user(new, giver_roles=giver_roles, actor=actor, now=now)
    invite([user.id], actor=actor, now=now, lifetime=lifetime)
    return user


def add_first_admin(user_name: str, email: str, *, actor: Actor, now: datetime, lifetime: timedelta) -> Invited:
    """An administrator by command, invited by mail. Raises RuleBroken."""
    new = NewUser(user_name, first_name=user_name, last_name="", email=email, roles=[ADMIN])
    user = add_user(new, giver_roles=[ADMIN], actor=actor, now=now)
    return invite([user.id], actor=actor, now=now, lifetime=lifetime)


def rename(person: Person, first_name: str, last_name: str, *, actor: Actor, now: datetime) -> None:
    """Another name for somebody of the team; a member's name is in the member's data. Raises RuleBroken."""
    _refuse_self(person, actor)
    if person.member is not None:
        raise RuleBroken(phrase("Change the name of a member in the member's data."), field="last_name")
    user, names = person.user, check_name(first_name, last_name)
    if names == (user.first_name, user.last_name):
        return
    user.first_name, user.last_name = names
    record_event(actor, "user.renamed", now=now, subject=user)
    _tell(person, Changed.NAME, actor, now)


def change_address(person: Person, typed: str, *, actor: Actor, now: datetime) -> None:
    """Correct the e-mail address of somebody of the team, to which the sign-in codes go: sessions and mailed links end.

    The old address is told. The caller invites anew who has no password yet. Raises RuleBroken with field "email".
    """
    _refuse_self(person, actor)
    if person.member is not None:
        raise RuleBroken(phrase("Change the address of a member in the member's data."), field="email")
    email, old = check_email(typed), person.user.email
    if email == old:
        return
    _refuse_used(email)
    one_time_links.end_everything_mailed([person.user.id], now)
    person.user.email = email
    sessions.end_sessions(person.account)
    db.session.flush()
    record_event(actor, "user.address_changed", now=now, subject=person.user)
    tell_of_changes([AccountChange(person.user.id, old, (Changed.EMAIL,))], actor=actor, now=now)


def _refuse_used(email: str) -> None:
    if db.session.scalar(select(User.id).where(User.email == email)):
        raise RuleBroken(phrase("Another account already uses this e-mail address."), field="email")


def change_roles(
    person: Person, roles: Sequence[str], *, giver_roles: Sequence[str], actor: Actor, now: datetime
) -> None:
    """Give exactly these roles and end the sessions; nothing happens where they are given already.

    Raises RuleBroken with field "roles": for a member, for a role that the giver may not give or take away, and for
    the last administrator.
    """
    _refuse_self(person, actor)
    if person.member is not None:
        raise RuleBroken(phrase("A member keeps the role of a member."), field="roles")
    before = sorted(role.name for role in person.user.roles)
    given = _find_roles(roles, giver_roles)
    if before == sorted(roles):
        return
    if not set(before) <= _may_give(giver_roles):
        raise RuleBroken(phrase("You cannot take this role away."), field="roles")
    if ADMIN not in roles:
        _refuse_last_admin(person)
    person.user.roles = given
    sessions.end_sessions(person.account)
    record_event(actor, "user.roles_changed", now=now, subject=person.user, before=before, after=sorted(roles))
    _tell(person, Changed.ROLE, actor, now)
    if ADMIN in roles:
        _tell_administrators(person.user, actor, now)


def switch_off(person: Person, *, actor: Actor, now: datetime) -> None:
    """Nobody comes in with this account any more, and who is inside is out. Raises RuleBroken."""
    _refuse_self(person, actor)
    _refuse_last_admin(person)
    person.user.active, person.account.switched_off_at = False, now
    sessions.end_sessions(person.account)
    record_event(actor, "user.switched_off", now=now, subject=person.user, member_id=person.member_id)
    _tell(person, Changed.SWITCHED_OFF, actor, now)


def switch_on(person: Person, *, actor: Actor, now: datetime) -> None:
    """The account works again, with the password that it had. Raises RuleBroken for a member who has left."""
    _refuse_self(person, actor)
    if person.member is not None and person.member.state in (MemberState.RESIGNED, MemberState.ANONYMISED):
        raise RuleBroken(
            phrase("%(name)s has left. Make the member active again in the list of members.", name=person.name)
        )
    person.user.active, person.account.switched_off_at = True, None
    record_event(actor, "user.switched_on", now=now, subject=person.user, member_id=person.member_id)
    _tell(person, Changed.SWITCHED_ON, actor, now)


def end_all_sessions(person: Person, *, actor: Actor, now: datetime) -> None:
    """Sign the person out everywhere. Raises RuleBroken for the own account, which has a page for that."""
    _refuse_self(person, actor)
    sessions.end_sessions(person.account)
    record_event(actor, "user.sessions_ended", now=now, subject=person.user, member_id=person.member_id)


def send_invitation(person: Person, *, actor: Actor, now: datetime, lifetime: timedelta) -> None:
    """A new invitation by mail; an older one no longer works. Raises RuleBroken where it would not get anybody in."""
    _check_mail_helps(person)
    if person.user.password:
        raise RuleBroken(
            phrase("%(name)s has opened the account already. Send a link for a new password.", name=person.name)
        )
    invite([person.user.id], actor=actor, now=now, lifetime=lifetime)
    record_event(actor, "user.invited", now=now, subject=person.user, member_id=person.member_id)


def send_reset_link(person: Person, *, actor: Actor, now: datetime) -> None:
    """A link by mail to choose a new password; nobody of the team ever sees or chooses one. Raises RuleBroken."""
    _refuse_self(person, actor)
    _check_mail_helps(person)
    if not person.user.password:
        raise RuleBroken(phrase("%(name)s has not opened the account yet. Send an invitation.", name=person.name))
    password_changes.send_reset_link(person, actor=actor, now=now)


def check_name(first_name: str, last_name: str) -> tuple[str, str]:
    """Both names without spaces around them. Raises RuleBroken with the field of what FAB's columns cannot hold."""
    names = {"first_name": first_name.strip(), "last_name": last_name.strip()}
    for field, name in names.items():
        if len(name) > LONGEST_NAME:
            raise RuleBroken(phrase("This is too long: at most %(count)s characters.", count=LONGEST_NAME), field=field)
    return names["first_name"], names["last_name"]


def _tell(person: Person, changed: Changed, actor: Actor, now: datetime) -> None:
    if person.member is not None:
        tell_member(person.member, changed, actor=actor, now=now)
    else:
        tell_of_changes([AccountChange(person.user.id, person.email, (changed,))], actor=actor, now=now)


def _tell_administrators(made: User, actor: Actor, now: datetime) -> None:
    """Mail all other administrators that there is one more; who did it too: it may be done at a screen left open."""
    are_told = (User.roles.any(Role.name == ADMIN), User.active.is_(True), User.id != made.id, User.email != "")
    people = select(User, Account.locale).join(Account, Account.user_id == User.id).where(*are_told)
    for user, locale in db.session.execute(people.order_by(User.id)).all():
        outbox.queue_mail(
            "new_admin",
            recipient=user.email,
            user_id=user.id,
            locale=locale,
            values={
                "name": user.get_full_name(),
                "who": f"{made.first_name} {made.last_name}".strip(),
                "their_name": made.username,
                "by": actor.name,
            },
            now=now,
        )


def _check_mail_helps(person: Person) -> None:
    if not person.is_active:
        raise RuleBroken(phrase("The account of %(name)s is switched off. Switch it on first.", name=person.name))
    if not person.email:
        raise RuleBroken(phrase("%(name)s has no e-mail address.", name=person.name))


def _may_give(giver_roles: Sequence[str]) -> set[str]:
    return {role for giver in giver_roles for role in MAY_GIVE.get(giver, ())}


def _find_roles(names: Sequence[str], giver_roles: Sequence[str]) -> list[Role]:
    if not names:
        raise RuleBroken(phrase("Choose at least one role."), field="roles")
    if MEMBER in names or not set(names) <= _may_give(giver_roles):
        raise RuleBroken(phrase("You cannot give this role."), field="roles")
    return list(db.session.scalars(select(Role).where(Role.name.in_(names))))


def _refuse_self(person: Person, actor: Actor) -> None:
    if person.user.id == actor.user_id:
        raise RuleBroken(phrase("You cannot change your own account here. Ask another administrator."))


def _refuse_last_admin(person: Person) -> None:
    """Somebody must be left who can let others in. Two administrators who remove each other go one by one."""
    serialize("administrators")
    is_admin = User.roles.any(Role.name == ADMIN)
    others = exists().where(is_admin, User.active.is_(True), User.id != person.user.id, User.password.is_not(None))
    is_one = any(role.name == ADMIN for role in person.user.roles)
    if is_one and person.is_active and not db.session.scalar(select(others)):
        raise RuleBroken(
            phrase("This is the last administrator who can sign in. Make somebody else administrator first.")
        )
