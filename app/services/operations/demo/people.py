"""The team and the members of the demo: who helps for years, who was invited lately, who has a pause or left."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Account, Member, MemberState, Role
from app.permissions import ADMIN, STAFF
from app.services.access.passwords import hash_password
from app.services.accounts.invitations import invite
from app.services.audit import COMMAND, Actor
from app.services.members import members, states
from app.services.operations.demo import names
from app.services.operations.demo.history import History, actor_of

TEAM: Final = (("beheerder", "Bea", "Beheer", ADMIN), ("medewerker", "Mick", "de Werker", STAFF))
OLD, NEW, LATEST = 290, 80, 30  # members of the roster of last year, of this one, and of the one of this week
SINCE_OLD, SINCE_NEW, SINCE_LATEST = 430, 24, 3  # days ago
_NOT_OPENED: Final = 0.3  # of the new ones
_CHECKED: Final = 0.8
_PAUSED, _RESIGNED, _BROKEN = 9, 12, 4


@dataclass(frozen=True, slots=True)
class DemoMembers:
    """`of_old` helped at the past election, `active` can be asked now; `first_user_ids` are invited now, by mail."""

    first_user_ids: list[int]
    of_old: list[Member]
    active: list[Member]


def add_team(now: datetime) -> tuple[list[int], Actor]:
    """An administrator and a clerk; gives their user ids and the clerk, who does the work of the past year."""
    users = [_add_colleague(*person) for person in TEAM]
    return [user.id for user in users], Actor(users[-1].username, users[-1].id)


def _add_colleague(username: str, first_name: str, last_name: str, role: str) -> User:
    user = User(
        username=username,
        first_name=first_name,
        last_name=last_name,
        email=f"{username}@voorbeeldstad.example",
        active=True,
        roles=[db.session.scalars(select(Role).where(Role.name == role)).one()],
    )
    db.session.add(user)
    db.session.flush()
    db.session.add(Account(user_id=user.id))
    return user


def add_members(history: History, *, lifetime: timedelta) -> DemoMembers:
    """All members. Who opened the account has a password that nobody knows: "forgotten" gives a link."""
    first = members.create_members(names.make_first_rows(), actor=COMMAND, now=history.now)
    rows = names.make_rows(OLD + NEW + LATEST, history.chance)
    old = members.create_members(names.with_bsn_and_iban(rows[:OLD]), actor=history.clerk, now=history.at(SINCE_OLD))
    new = members.create_members(rows[OLD : OLD + NEW], actor=history.clerk, now=history.at(SINCE_NEW))
    members.create_members(rows[OLD + NEW :], actor=history.clerk, now=history.at(SINCE_LATEST))
    of_old, of_new = _invite(old, history, SINCE_OLD, lifetime), _invite(new, history, SINCE_NEW, lifetime)
    opened = [member for member in of_new if history.chance.random() > _NOT_OPENED]
    _open_accounts(of_old, history, SINCE_OLD)
    _open_accounts(opened, history, SINCE_NEW)
    _let_some_stop(of_old, history)
    active = [member for member in (*of_old, *opened) if member.state == MemberState.ACTIVE]
    return DemoMembers(_user_ids(first), of_old, active)


def _invite(ids: Sequence[int], history: History, since: int, lifetime: timedelta) -> list[Member]:
    """The day after; gives the members who got it: the others have no e-mail address."""
    invite(_user_ids(ids), actor=history.clerk, now=history.at(since - 1), lifetime=lifetime)
    got_it = select(Member).where(Member.id.in_(ids), Member.email.is_not(None)).order_by(Member.id)
    return list(db.session.scalars(got_it.options(joinedload(Member.user))))


def _user_ids(ids: Sequence[int]) -> list[int]:
    return list(db.session.scalars(select(Member.user_id).where(Member.id.in_(ids)).order_by(Member.id)))


def _open_accounts(opened: Sequence[Member], history: History, since: int) -> None:
    password = hash_password(secrets.token_urlsafe(32))
    accounts = select(Account).where(Account.user_id.in_([member.user_id for member in opened]))
    account_of = {account.user_id: account for account in db.session.scalars(accounts)}
    for member in opened:
        at = history.sometime(since - 2, min(since - 2, 6))
        member.user.password = password
        account_of[member.user_id].password_set_at = at
        states.activate(member, actor=actor_of(member), now=at)
        if history.chance.random() < _CHECKED:
            member.data_checked_at = at
    db.session.flush()


def _let_some_stop(of_old: Sequence[Member], history: History) -> None:
    """After the past election; and some addresses do not work any more."""
    chosen = history.chance.sample(list(of_old), _PAUSED + _RESIGNED + _BROKEN)
    for member in chosen[:_PAUSED]:
        states.pause(member, actor=history.clerk, now=history.at(history.chance.randint(30, 200)))
    for member in chosen[_PAUSED : _PAUSED + _RESIGNED]:
        states.resign(member, actor=history.clerk, now=history.at(history.chance.randint(30, 200)))
    for member in chosen[_PAUSED + _RESIGNED :]:
        member.email_broken_at, member.email_broken_reason = history.at(9), "550 5.1.1 User unknown"
    db.session.flush()
