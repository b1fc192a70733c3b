"""The team's home in numbers: members by state, and what is missing of those who take part."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Function, case, func, select

from app.extensions import db
from app.models import Member, MemberState
from app.phrases import Phrase, phrase
from app.services.members.lists import QUESTIONS
from app.services.waiting import Total


def total_members(_now: datetime) -> list[Total]:
    """Each number with the answers to QUESTIONS, or the state, that narrow the list of members to it."""
    state, takes_part = Member.state, QUESTIONS["takes_part"]["yes"]
    kinds: list[tuple[Phrase, ColumnElement[bool], dict[str, str]]] = [
        (phrase("members active"), state == MemberState.ACTIVE, {"state": "active"}),
        (phrase("members invited, account not opened yet"), state == MemberState.INVITED, {"state": "invited"}),
        (phrase("members not invited yet"), state == MemberState.IMPORTED, {"state": "imported"}),
        (phrase("members whose BSN is still needed"), takes_part & Member.bsn_known_at.is_(None), {"bsn": "needed"}),
        (
            phrase("members who did not check their data yet"),
            takes_part & Member.data_checked_at.is_(None),
            {"checked": "no"},
        ),
        (phrase("members without e-mail address"), takes_part & Member.email.is_(None), {"email": "missing"}),
        (
            phrase("members whose e-mail address does not work"),
            takes_part & Member.email_broken_at.is_not(None),
            {"email": "broken"},
        ),
    ]
    numbers = db.session.execute(select(*(_count(condition) for _name, condition, _only in kinds))).one()
    counted = zip(kinds, numbers, strict=True)
    return [Total(name, number or 0, _narrow(only)) for (name, _condition, only), number in counted]


def _narrow(only: dict[str, str]) -> dict[str, str]:
    return only if "state" in only else {**only, "takes_part": "yes"}


def _count(condition: ColumnElement[bool]) -> Function[int]:
    return func.sum(case((condition, 1), else_=0))
