"""Traces of mail and of links that are no longer needed, taken away after a term (MAIL_KEEP_DAYS).

In batches with a commit after each, so that nothing waits for a large one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, Delete, Update, delete, exists, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.extensions import db
from app.models import EmailChange, LinkKind, MailedLink, MailState, NotificationMail, OutboundMail
from app.models.guard.row_guard import everyone

BATCH = 1_000  # rows of a statement
MOST_BATCHES = 50  # of a kind in one go; the rest is taken in the next hour
OVER = (MailState.SENT, MailState.FAILED, MailState.CANCELLED)


@everyone("take away old traces of mail")
def delete_old_traces(now: datetime, *, days: int, checkpoint: Callable[[], None]) -> int:
    """Delete what is over for this many days: mails, used and ended links, wishes for another address.

    Of a mail that tells of notifications only the address goes, because the progress of its campaign is counted from
    it. An invitation that expired unused stays: its page offers a new one. Gives how many rows were changed.
    """
    before = now - timedelta(days=days)
    return sum(_in_batches(statement, checkpoint) for statement in (*_mails(before), _links(before), _wishes(before)))


def _mails(before: datetime) -> tuple[Delete, Update]:
    is_over = OutboundMail.state.in_(OVER) & (OutboundMail.created_at < before)
    is_counted = exists().where(NotificationMail.mail_id == OutboundMail.id)
    gone = _batch(OutboundMail.id, is_over & ~is_counted)
    emptied = _batch(OutboundMail.id, is_over & is_counted & (OutboundMail.recipient != ""))
    return (
        delete(OutboundMail).where(OutboundMail.id.in_(gone)),
        update(OutboundMail).where(OutboundMail.id.in_(emptied)).values(recipient="", values={}),
    )


def _links(before: datetime) -> Delete:
    is_over = or_(
        MailedLink.used_at < before,
        MailedLink.ended_at < before,
        (MailedLink.kind != LinkKind.INVITATION) & (MailedLink.expires_at < before),
    )
    return delete(MailedLink).where(MailedLink.id.in_(_batch(MailedLink.id, is_over)))


def _wishes(before: datetime) -> Delete:
    """Its links work for two days, so an older wish that nobody confirmed is over too."""
    return delete(EmailChange).where(EmailChange.id.in_(_batch(EmailChange.id, EmailChange.created_at < before)))


def _batch(key: InstrumentedAttribute[int], condition: ColumnElement[bool]):  # type: ignore[no-untyped-def]
    return select(key).where(condition).order_by(key).limit(BATCH)


def _in_batches(statement: Delete | Update, checkpoint: Callable[[], None]) -> int:
    changed = 0
    for _ in range(MOST_BATCHES):
        done = db.session.execute(statement.execution_options(synchronize_session=False))
        count = done.rowcount if isinstance(done, CursorResult) else 0
        checkpoint()
        changed += count
        if count < BATCH:
            break
    return changed
