"""What is asked of a member about the own data, and what waits for the team in the list of members."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, select

from app.models import Member
from app.phrases import phrase
from app.services.waiting import OpenTask, how_many


def find_check(member: Member, now: datetime) -> list[OpenTask]:
    """Checking the own data, once a year."""
    if not member.needs_check(now):
        return []
    explanation = phrase("Is what we know about you still right?")
    return [OpenTask("check_data", phrase("Check your personal data"), explanation)]


def find_bsn(member: Member, now: datetime) -> list[OpenTask]:
    """Filling in the BSN, once."""
    if not member.needs_bsn:
        return []
    return [OpenTask("bsn", phrase("Fill in your BSN"), phrase("We need it to pay your fee."))]


def count_own_data(_member_id: Any, _now: Any) -> ColumnElement[int]:
    """How many of these tasks the member has: `given_own_data`, for the row is there already."""
    return bindparam("own_data_tasks", type_=Integer)


def given_own_data(member: Member, now: datetime) -> dict[str, int]:
    """What `count_own_data` counts."""
    return {"own_data_tasks": int(member.needs_check(now)) + int(member.needs_bsn)}


def count_same_bsn(_member_id: Any, _now: Any) -> ColumnElement[int]:
    """Members who have the same BSN as another member."""
    return how_many(select(Member.id).where(Member.bsn_duplicate))
