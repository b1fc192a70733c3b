"""What is asked of a member about the own data, and what waits for the team in the list of members."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, bindparam, case, or_, select

from app.extensions import db
from app.models import Campaign, Member, NotificationKind
from app.phrases import phrase
from app.services.notifications.notifications import first_due, still_asked
from app.services.waiting import MEMBER_ID, NOW, OpenTask, asked_of, how_many

KINDS: Final = (NotificationKind.CHECK_DATA, NotificationKind.GIVE_BSN)
_ASKED: Final = still_asked(MEMBER_ID, KINDS, NOW).add_columns(first_due(NOW)).group_by(Campaign.kind)


def find_own_data(member: Member, now: datetime) -> list[OpenTask]:
    """Checking the own data, once a year or when the team asks; and filling in the BSN, once. One statement."""
    asked: dict[str, datetime | None] = dict(db.session.execute(_ASKED, asked_of(member.id, now)).tuples().all())
    tasks = []
    if member.needs_check(now) or NotificationKind.CHECK_DATA in asked:
        title, why = phrase("Check your personal data"), phrase("Is what we know about you still right?")
        tasks.append(OpenTask("check_data", title, why, asked.get(NotificationKind.CHECK_DATA)))
    if member.needs_bsn:
        title, why = phrase("Fill in your BSN"), phrase("We need it to pay your fee.")
        tasks.append(OpenTask("bsn", title, why, asked.get(NotificationKind.GIVE_BSN)))
    return tasks


def count_own_data(member_id: Any, now: Any) -> ColumnElement[int]:
    """How many of these tasks the member has; `given_own_data` says what the row says, for it is there already."""
    is_asked = still_asked(member_id, [NotificationKind.CHECK_DATA], now).correlate(None).exists()
    checks = case((or_(bindparam("needs_check", type_=Boolean), is_asked), 1), else_=0)
    return checks + case((bindparam("needs_bsn", type_=Boolean), 1), else_=0)


def given_own_data(member: Member, now: datetime) -> dict[str, bool]:
    """What `count_own_data` needs to know of the member."""
    return {"needs_check": member.needs_check(now), "needs_bsn": member.needs_bsn}


def count_same_bsn(_member_id: Any, _now: Any) -> ColumnElement[int]:
    """Members who have the same BSN as another member."""
    return how_many(select(Member.id).where(Member.bsn_duplicate))
