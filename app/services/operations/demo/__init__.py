"""Something to try the portal with: a team, 400 members, elections: one that recruits, one of today, one that is over.

Everything is made by the functions that the screens call, at the moments at which people would have done it, and the
same each time: only the dates follow the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import exists, select

from app.extensions import db
from app.models import Member
from app.models.guard.row_guard import everyone
from app.services.accounts.invitations import invite
from app.services.audit import COMMAND
from app.services.operations.demo import (
    day,
    elections,
    mails,
    messages,
    people,
    planning,
    questions,
    replacement,
    training,
)
from app.services.operations.demo.history import History

FIRST: Final = 3  # as many members are invited when the demo is made


@dataclass(frozen=True, slots=True)
class DemoPeople:
    """User names to sign in with."""

    team: list[str]
    members: list[str]


@everyone("fill the portal with demo data")
def fill_when_empty(*, now: datetime, invitation_lifetime: timedelta) -> bool:
    """Add the demo data to a portal without people; False and nothing done where people are.

    Nobody has a password that anybody knows: the team and the first members get an invitation by mail.
    """
    if db.session.scalar(select(exists().where(User.id.is_not(None)))):
        return False
    team_ids, clerk = people.add_team(now)
    history = History(now, clerk)
    members = people.add_members(history, lifetime=invitation_lifetime)
    past = elections.add_past_election(history, members.of_old)
    recruiting = elections.add_recruiting_election(history, members.active)
    planning.add_planning(history, past, recruiting, members.active)
    replacement.add_replacement(history, recruiting)
    day.add_day(history, members.active)
    training.add_trainings(history, recruiting, members.active)
    messages.add_messages(history, members.active)
    questions.add_questions(history, members.active, recruiting)
    mails.note_as_sent(now)
    invite([*team_ids, *members.first_user_ids], actor=COMMAND, now=now, lifetime=invitation_lifetime)
    return True


def list_people() -> DemoPeople:
    """The user names of the first colleagues and members, demo or not: for who starts the portal on this machine."""
    is_member = exists().where(Member.user_id == User.id)
    first = select(User.username).where(User.active.is_(True)).order_by(User.id).limit(FIRST)
    return DemoPeople(
        team=list(db.session.scalars(first.where(~is_member))), members=list(db.session.scalars(first.where(is_member)))
    )
