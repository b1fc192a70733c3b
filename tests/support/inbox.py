"""What a member was told, and the messages as the member sees them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models import Member, Notification
from app.services.overview.inbox import InboxItem, MessageKind, open_inbox


def told(member: Member) -> Sequence[Notification]:
    """The member's notifications that were not taken back, in the order in which they came."""
    own = select(Notification).where(Notification.member_id == member.id, Notification.withdrawn_at.is_(None))
    return db.session.scalars(own.order_by(Notification.id).execution_options(populate_existing=True)).all()


def undone(member: Member) -> list[Notification]:
    """Those that are not done: not read yet, or what they ask was not done."""
    return [notification for notification in told(member) if notification.done_at is None]


def messages(member: Member, now: datetime, *kinds: MessageKind, **asked: Any) -> list[InboxItem]:
    """The member's messages of these kinds, or of all, in the order of the list."""
    inbox = open_inbox(member.id, now, kinds=kinds or tuple(MessageKind), **asked)
    found = inbox.read(limit=100)
    assert sum(inbox.count()[kind] for kind in kinds or tuple(MessageKind)) == len(found)
    return found
