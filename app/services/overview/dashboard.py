"""What the election team sees first: counts that matter, each by one set-based statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Function, case, func, select

from app.extensions import db
from app.models import MailState, Member, MemberState, OutboundMail, Thread
from app.phrases import Phrase, phrase
from app.services.members.lists import QUESTIONS
from app.services.message_box.threads import waiting_for_team


@dataclass(frozen=True, slots=True)
class Count:
    """A number with its name, and the list of what is counted: `endpoint` with `arguments`."""

    name: Phrase
    number: int
    endpoint: str = ""
    arguments: dict[str, str] = field(default_factory=dict)


def count_what_matters(now: datetime, *, answer_within: timedelta) -> list[Count]:
    """Members by state, what is missing of those who take part, mail that did not arrive, and what waits for an answer
    longer than `answer_within`.
    """
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
    numbers = db.session.execute(select(*(_count(condition) for _name, condition, _asked in kinds))).one()
    failed = db.session.scalar(select(func.count(OutboundMail.id)).where(OutboundMail.state == MailState.FAILED))
    return [
        *(_of_members(name, number, asked) for (name, _, asked), number in zip(kinds, numbers, strict=True)),
        Count(phrase("mails that could not be delivered"), failed or 0, "MailsView.list", {"state": "failed"}),
        _late_questions(now, answer_within),
    ]


def _late_questions(now: datetime, answer_within: timedelta) -> Count:
    late = waiting_for_team(now - answer_within).with_only_columns(func.count(Thread.id))
    name = phrase("questions that wait longer than %(days)s days", days=answer_within.days)
    return Count(name, db.session.scalar(late) or 0, "ThreadsView.list")


def _of_members(name: Phrase, number: int | None, asked: dict[str, str]) -> Count:
    only = asked if "state" in asked else {**asked, "takes_part": "yes"}
    return Count(name, number or 0, "MembersView.list", only)


def _count(condition: ColumnElement[bool]) -> Function[int]:
    return func.sum(case((condition, 1), else_=0))
