"""Asking members for a vacancy: by mail, or by telephone with what they said. Asking twice is refused kindly."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from app.extensions import db
from app.models import AskChannel, AskState, Member, ReplacementAsk, Vacancy
from app.phrases import Phrase, RuleBroken, phrase
from app.services.appointments.plans import can_be_mailed
from app.services.appointments.replacement.ask_ends import end_ask
from app.services.appointments.replacement.mails import tell
from app.services.appointments.replacement.vacancies import require_open
from app.services.audit import Actor, record_event
from app.services.bulk import among, serialize
from app.services.members.lookup import read_members
from app.services.planning.board.checks import MAY_BE_PLANNED

MOST: Final = 20  # asked at once
HOURS: Final = (1, 2, 4, 8, 24, 48, 72)  # within which an answer can be asked for
_USUAL: Final = ((timedelta(hours=6), 1), (timedelta(days=1), 2), (timedelta(days=3), 8))


@dataclass(slots=True)
class Asked:
    """How many were asked, and why others were not."""

    number: int = 0
    refused: list[Phrase] = field(default_factory=list)


def usual_hours(vacancy: Vacancy, now: datetime) -> int:
    """How long one gives people to answer, by how soon the work begins."""
    left = vacancy.starts_at - now
    return next((hours for within, hours in _USUAL if left < within), 24)


def end_of_asking(vacancy: Vacancy, hours: int, now: datetime) -> datetime:
    """Until when an answer counts: never after the work ends. Raises RuleBroken for what is not offered."""
    if hours not in HOURS:
        raise RuleBroken(phrase("Choose how long the members have to answer."), field="hours")
    return min(now + timedelta(hours=hours), vacancy.ends_at)


def ask_many(vacancy: Vacancy, member_ids: Sequence[int], *, hours: int, actor: Actor, now: datetime) -> Asked:
    """Ask each of them by mail, until so many hours from now. Who cannot be asked is left out, with why.

    Raises RuleBroken where nobody is needed there any more, and for nobody or too many at once.
    """
    until = end_of_asking(vacancy, hours, now)
    if not member_ids:
        raise RuleBroken(phrase("Choose at least one member."))
    if len(set(member_ids)) > MOST:
        raise RuleBroken(phrase("At most %(most)s members at once.", most=MOST))
    serialize(f"ask for vacancy {vacancy.id}")
    require_open(vacancy, now)
    members = read_members(member_ids)
    mailed = _find_mailed(members)
    known = _latest_now(vacancy, actor, now)
    asked = Asked()
    for member_id in dict.fromkeys(member_ids):
        member = members.get(member_id)
        if member is None:
            continue
        why_not = _why_not(vacancy, member, known.get(member_id))
        if why_not is None and member_id not in mailed:
            why_not = phrase("No mail reaches %(name)s: call.", name=member.full_name)
        if why_not is not None:
            asked.refused.append(why_not)
            continue
        ask = _add(vacancy, member, AskChannel.MAIL, until, actor, now)
        tell(ask, AskState.ASKED, now=now)
        asked.number += 1
    return asked


def note_call(vacancy: Vacancy, member_id: int, *, hours: int, actor: Actor, now: datetime) -> ReplacementAsk:
    """The open question to somebody who is on the telephone: the one that was mailed, or a new one.

    Raises RuleBroken where nobody is needed there any more, and for who cannot come.
    """
    serialize(f"ask for vacancy {vacancy.id}")
    require_open(vacancy, now)
    member = read_members([member_id]).get(member_id)
    if member is None:
        raise RuleBroken(phrase("This member is not there any more."))
    last = _latest_now(vacancy, actor, now).get(member_id)
    if last is not None and last.state == AskState.ASKED:
        return last
    if vacancy.left_member_id == member_id:
        raise RuleBroken(phrase("%(name)s left this place.", name=member.full_name))
    return _add(vacancy, member, AskChannel.PHONE, end_of_asking(vacancy, hours, now), actor, now)


def latest_asks(vacancy: Vacancy) -> dict[int, ReplacementAsk]:
    """By member the last question about this vacancy. One statement."""
    rows = select(ReplacementAsk).where(ReplacementAsk.vacancy_id == vacancy.id).order_by(ReplacementAsk.id)
    found = db.session.scalars(rows.execution_options(populate_existing=True))
    return {ask.member_id: ask for ask in found}


def _latest_now(vacancy: Vacancy, actor: Actor, now: datetime) -> dict[int, ReplacementAsk]:
    """The same, after those are closed whose time is over: the clock may not have come by yet."""
    known = latest_asks(vacancy)
    for ask in known.values():
        if ask.state == AskState.ASKED and ask.until <= now:
            end_ask(ask, AskState.EXPIRED, actor=actor, now=now)
    return known


def _why_not(vacancy: Vacancy, member: Member, last: ReplacementAsk | None) -> Phrase | None:
    name = member.full_name
    if vacancy.left_member_id == member.id:
        return phrase("%(name)s left this place.", name=name)
    if member.state not in MAY_BE_PLANNED:
        return phrase("%(name)s has a pause or stopped.", name=name)
    if last is not None and last.state == AskState.ASKED:
        return phrase("%(name)s was asked already, until %(until)s.", name=name, until=last.until)
    if last is not None and last.state == AskState.NO:
        return phrase("%(name)s said no already.", name=name)
    return None


def _add(
    vacancy: Vacancy, member: Member, channel: AskChannel, until: datetime, actor: Actor, now: datetime
) -> ReplacementAsk:
    ask = ReplacementAsk(
        vacancy_id=vacancy.id,
        member_id=member.id,
        state=AskState.ASKED,
        channel=channel,
        asked_at=now,
        asked_by_user_id=actor.user_id,
        until=until,
    )
    db.session.add(ask)
    db.session.flush()
    record_event(actor, "replacement_ask.asked", now=now, subject=ask, member_id=member.id, until=until.isoformat())
    return ask


def _find_mailed(member_ids: Collection[int]) -> set[int]:
    return set(db.session.scalars(select(Member.id).where(among(Member.id, list(member_ids)), can_be_mailed())))
