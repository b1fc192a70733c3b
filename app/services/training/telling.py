"""Mails about a place in a training: that something changed and where to look, never where or when it is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from app.extensions import db
from app.models import Account, Member, MemberState, TrainingSession
from app.models.guard.row_guard import everyone
from app.services.bulk import among
from app.services.mail.outbox import queue_mail

MAIL: Final = "training"


class Told(StrEnum):
    """What a mail is about."""

    SIGNED_UP = "signed_up"
    WAITING = "waiting"
    PROMOTED = "promoted"  # from the waiting list
    CHANGED = "changed"  # another time or place
    SESSION_CANCELLED = "session_cancelled"
    REMINDER = "reminder"


@everyone("tell members of their place in a training")
def tell(member_ids: Collection[int], told: Told, session: TrainingSession, *, now: datetime, key: str) -> int:
    """Queue a mail to each of these members who reads mail; gives how many. `key`: one mail for each, ever."""
    readers = (
        select(Member.id, Member.email, Member.user_id, Account.locale)
        .join(Account, Account.user_id == Member.user_id)
        .where(
            among(Member.id, member_ids),
            Member.email.is_not(None),
            Member.email_broken_at.is_(None),
            Member.state == MemberState.ACTIVE,
        )
        .order_by(Member.id)
    )
    queued = 0
    for member_id, email, user_id, locale in db.session.execute(readers).all():
        title = session.title_en if locale == "en" and session.title_en else session.title
        mail = queue_mail(
            MAIL,
            recipient=email or "",
            user_id=user_id,
            locale=locale,
            values={"kind": told.value, "training": title},
            now=now,
            deduplication_key=f"training:{session.id}:{member_id}:{key}",
        )
        if mail is not None:
            queued += 1
            mail.is_bulk = len(member_ids) > 1
    return queued
