"""Reminding members who did not answer their appointment: by the team, and once by itself before the date."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Account, Appointment, AppointmentState, Member, MemberAnswer
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.appointments.appointing import MAIL
from app.services.appointments.plans import can_be_mailed
from app.services.atomic import change_if
from app.services.audit import WORKER, Actor, record_event
from app.services.bulk_acts import BulkAct, Reason
from app.services.mail.outbox import queue_mail

BEFORE: Final = timedelta(days=3)  # so long before the date members are reminded by themselves
AT_ONCE: Final = 200  # a minute; the rest in the next one
PAUSE: Final = timedelta(hours=20)  # between two reminders, however often somebody clicks
SETTLED: Final = timedelta(days=2)  # who got the letter just now is not reminded by itself


def remind(appointment: Appointment, *, actor: Actor, now: datetime) -> None:
    """One mail that says what to do. Raises RuleBroken for who answered, reads no mail, or was reminded just now."""
    member = appointment.member
    mails = select(Member.id).where(Member.id == member.id, can_be_mailed())
    if appointment.state != AppointmentState.ISSUED or appointment.answer != MemberAnswer.NONE:
        raise RuleBroken(ANSWERED)
    if member.email is None or db.session.scalar(mails) is None:
        raise RuleBroken(NO_MAIL)
    before = appointment.reminded_at
    if before is not None and before > now - PAUSE:
        raise RuleBroken(JUST_NOW)
    as_read = Appointment.reminded_at.is_(None) if before is None else Appointment.reminded_at == before
    holds = (Appointment.id == appointment.id, Appointment.answer == MemberAnswer.NONE, as_read)
    if not change_if(Appointment, *holds, reminded_at=now):
        raise RuleBroken(ANSWERED)
    until = appointment.answer_until
    mail = queue_mail(
        MAIL,
        recipient=member.email,
        user_id=member.user_id,
        locale=db.session.get_one(Account, member.user_id).locale,
        values={
            "election": appointment.election.name,
            "kind": "reminder",
            "until": until.isoformat() if until and until > now else "",
        },
        now=now,
        deduplication_key=f"appointment:{appointment.id}:reminder:{now:%Y%m%dT%H%M}",
    )
    if mail is not None:
        mail.is_bulk = True
    record_event(actor, "appointment.reminded", now=now, subject=appointment, member_id=member.id)


ANSWERED: Final = phrase("This appointment was answered, or no longer holds.")
NO_MAIL: Final = phrase("No mail reaches this member: call, or write a letter.")
JUST_NOW: Final = phrase("This member was reminded less than a day ago.")


def _each(appointment: Appointment, *, actor: Any, now: datetime) -> None:
    remind(appointment, actor=actor, now=now)


def _why_not() -> list[Reason]:
    waits = and_(Appointment.state == AppointmentState.ISSUED, Appointment.answer == MemberAnswer.NONE)
    reached = exists().where(Member.id == Appointment.member_id, can_be_mailed()).correlate(Appointment)
    return [Reason(~waits, ANSWERED), Reason(~reached, NO_MAIL)]


REMIND: Final = BulkAct(Appointment, each=_each, reasons=_why_not)


@everyone("remind of appointments")
def remind_due(now: datetime) -> int:
    """Remind, once, who did not answer and has to within days; gives how many. Commit after it."""
    rows = (
        select(Appointment)
        .join(Member, Member.id == Appointment.member_id)
        .where(
            Appointment.state == AppointmentState.ISSUED,
            Appointment.answer == MemberAnswer.NONE,
            Appointment.reminded_at.is_(None),
            Appointment.answer_until > now,
            Appointment.answer_until < now + BEFORE,
            Appointment.issued_at < now - SETTLED,
            can_be_mailed(),
        )
        .options(joinedload(Appointment.member), joinedload(Appointment.election))
        .order_by(Appointment.id)
        .limit(AT_ONCE)
    )
    due = db.session.scalars(rows.with_for_update(skip_locked=True, of=Appointment)).all()
    for appointment in due:
        remind(appointment, actor=WORKER, now=now)
    return len(due)
