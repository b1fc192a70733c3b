"""The team's home in numbers: members by state, and what is missing of those who take part."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select

from app.models import MemberState, MemberTally
from app.models.base import is_any_of
from app.phrases import Phrase, counted
from app.services.members.lists import TAKES_PART
from app.services.waiting import Total

_STATE, _TAKES_PART = MemberTally.state, is_any_of(MemberTally.state, TAKES_PART)
# What is counted, and how the list of members is narrowed to it: by state, or by the answers to QUESTIONS.
_COUNTED: Final[list[tuple[Phrase, ColumnElement[bool], dict[str, str]]]] = [
    (counted("member active", "members active"), _STATE == MemberState.ACTIVE, {"state": "active"}),
    (
        counted("member invited, account not opened yet", "members invited, account not opened yet"),
        _STATE == MemberState.INVITED,
        {"state": "invited"},
    ),
    (
        counted("member not invited yet", "members not invited yet"),
        _STATE == MemberState.IMPORTED,
        {"state": "imported"},
    ),
    (
        counted("member whose BSN is still needed", "members whose BSN is still needed"),
        _TAKES_PART & MemberTally.needs_bsn,
        {"bsn": "needed"},
    ),
    (
        counted("member who did not check their data yet", "members who did not check their data yet"),
        _TAKES_PART & MemberTally.is_unchecked,
        {"checked": "no"},
    ),
    (
        counted("member without e-mail address", "members without e-mail address"),
        _TAKES_PART & MemberTally.lacks_email,
        {"email": "missing"},
    ),
    (
        counted("member whose e-mail address does not work", "members whose e-mail address does not work"),
        _TAKES_PART & MemberTally.has_broken_email,
        {"email": "broken"},
    ),
]


def total_members(_now: datetime) -> list[Total]:
    """Read from what the database keeps count of, not from the members: a handful of rows, however many members."""
    return [*_TOTALS]


def _narrow(only: dict[str, str]) -> dict[str, str]:
    return only if "state" in only else {**only, "takes_part": "yes"}


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.coalesce(func.sum(MemberTally.number), 0)).where(condition).scalar_subquery()


_TOTALS: Final = [Total(name, _sum(condition), _narrow(only)) for name, condition, only in _COUNTED]  # made once
