"""What the election team sees first: counts that matter, each by one set-based statement."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Function, case, func, select

from app.extensions import db
from app.models import MailState, Member, MemberState, OutboundMail
from app.texts import Text, text

STILL_HERE = (MemberState.IMPORTED, MemberState.INVITED, MemberState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Count:
    """A number with its name."""

    name: Text
    number: int


def count_what_matters() -> list[Count]:
    """Members by state, what is missing of those who are still here, and mail that did not arrive."""
    state, is_here = Member.state, Member.state.in_(STILL_HERE)
    members = db.session.execute(
        select(
            _count(state == MemberState.ACTIVE),
            _count(state == MemberState.INVITED),
            _count(state == MemberState.IMPORTED),
            _count(is_here & Member.bsn_known_at.is_(None)),
            _count(is_here & Member.data_checked_at.is_(None)),
            _count(is_here & Member.email.is_(None)),
        )
    ).one()
    failed = db.session.scalar(select(func.count(OutboundMail.id)).where(OutboundMail.state == MailState.FAILED))
    names = (
        text("members active"),
        text("members invited, account not opened yet"),
        text("members not invited yet"),
        text("members whose BSN is still needed"),
        text("members who did not check their data yet"),
        text("members without e-mail address"),
        text("mails that could not be delivered"),
    )
    return [Count(name, number or 0) for name, number in zip(names, (*members, failed), strict=True)]


def _count(condition: ColumnElement[bool]) -> Function[int]:
    return func.sum(case((condition, 1), else_=0))
