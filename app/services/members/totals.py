"""The team's home in numbers: members by state, and what is missing of those who take part."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Function, case, func, select

from app.extensions import db
from app.models import MemberState, MemberTally
from app.phrases import Phrase, phrase
from app.services.members.lists import TAKES_PART
from app.services.waiting import Total


def total_members(_now: datetime) -> list[Total]:
    """Each number with the answers to QUESTIONS, or the state, that narrow the list of members to it.

    Read from what the database keeps count of, not from the members: a handful of rows, however many members.
    """
    state, takes_part = MemberTally.state, MemberTally.state.in_(TAKES_PART)
    kinds: list[tuple[Phrase, ColumnElement[bool], dict[str, str]]] = [
        (phrase("members active"), state == MemberState.ACTIVE, {"state": "active"}),
        (phrase("members invited, account not opened yet"), state == MemberState.INVITED, {"state": "invited"}),
        (phrase("members not invited yet"), state == MemberState.IMPORTED, {"state": "imported"}),
        (phrase("members whose BSN is still needed"), takes_part & MemberTally.needs_bsn, {"bsn": "needed"}),
        (
            phrase("members who did not check their data yet"),
            takes_part & MemberTally.is_unchecked,
            {"checked": "no"},
        ),
        (phrase("members without e-mail address"), takes_part & MemberTally.lacks_email, {"email": "missing"}),
        (
            phrase("members whose e-mail address does not work"),
            takes_part & MemberTally.has_broken_email,
            {"email": "broken"},
        ),
    ]
    numbers = db.session.execute(select(*(_sum(condition) for _name, condition, _only in kinds))).one()
    counted = zip(kinds, numbers, strict=True)
    return [Total(name, number or 0, _narrow(only)) for (name, _condition, only), number in counted]


def _narrow(only: dict[str, str]) -> dict[str, str]:
    return only if "state" in only else {**only, "takes_part": "yes"}


def _sum(condition: ColumnElement[bool]) -> Function[int]:
    return func.sum(case((condition, MemberTally.number), else_=0))
