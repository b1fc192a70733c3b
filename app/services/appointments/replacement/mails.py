"""Mails of replacement: something is asked, or is asked no longer. They say nothing of the place or of who left."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select

from app.extensions import db
from app.models import Account, AskState, Election, Member, ReplacementAsk, Vacancy
from app.services.appointments.plans import can_be_mailed
from app.services.mail.outbox import queue_mail

MAIL: Final = "replacement"


def tell(ask: ReplacementAsk, kind: AskState, *, now: datetime) -> bool:
    """Queue the mail to the member; False where none reaches the member."""
    reached = (
        select(Member.email, Member.user_id, Account.locale)
        .join(Account, Account.user_id == Member.user_id)
        .where(Member.id == ask.member_id, can_be_mailed())
    )
    row = db.session.execute(reached).first()
    if row is None:
        return False
    name = select(Election.name).join(Vacancy, Vacancy.election_id == Election.id).where(Vacancy.id == ask.vacancy_id)
    queue_mail(
        MAIL,
        recipient=row.email,
        user_id=row.user_id,
        locale=row.locale,
        values={
            "election": db.session.scalar(name),
            "kind": str(kind),
            "until": ask.until.isoformat() if kind == AskState.ASKED else "",
        },
        now=now,
        deduplication_key=f"replacement:{ask.id}:{kind}",
    )
    return True
