"""Outbound mail: rows written in the same transaction as their cause, claimed and marked by the worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app.extensions import db
from app.models import MailState, Member, OutboundMail, User
from app.models.row_guard import everyone

WAITING = (MailState.QUEUED, MailState.RETRYING)
LEASE = timedelta(minutes=5)  # much longer than a batch takes, short enough that a dead worker's mail is not late
RETRY_WAITS = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720)]
GIVE_UP_AFTER = timedelta(days=2)


def queue_mail(
    template: str,
    *,
    recipient: str,
    user_id: int | None,
    locale: str,
    values: dict[str, Any],
    now: datetime,
    deduplication_key: str | None = None,
) -> OutboundMail | None:
    """Add one mail to the outbox; it leaves after the commit.

    `template` is the name of a `send_…` function in `app.mail`; `values` what it fills in: ids and names, never a
    token, a code or a BSN. With a `deduplication_key` that is already there nothing is added and None returned.
    """
    with everyone("queue a mail"):
        known = deduplication_key and db.session.scalar(
            select(OutboundMail.id).where(OutboundMail.deduplication_key == deduplication_key)
        )
        if known:
            return None
        mail = OutboundMail(
            template=template,
            recipient=recipient,
            user_id=user_id,
            locale=locale,
            values=values,
            created_at=now,
            next_attempt_at=now,
            deduplication_key=deduplication_key,
        )
        db.session.add(mail)
        db.session.flush()
    return mail


@everyone("claim mail")
def claim_due(worker: str, now: datetime, *, limit: int) -> list[OutboundMail]:
    """Take up to `limit` due mails for this worker, oldest first, for the length of the lease. Commit after it.

    Two workers never claim the same row: one atomic UPDATE, and on PostgreSQL they skip each other's rows.
    """
    due = (
        select(OutboundMail.id)
        .where(OutboundMail.state.in_(WAITING), OutboundMail.next_attempt_at <= now)
        .order_by(OutboundMail.is_bulk, OutboundMail.next_attempt_at, OutboundMail.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = db.session.scalars(
        update(OutboundMail)
        .where(OutboundMail.id.in_(due), OutboundMail.state.in_(WAITING))
        .values(state=MailState.SENDING, claimed_by=worker, lease_until=now + LEASE, attempts=OutboundMail.attempts + 1)
        .returning(OutboundMail.id)
        .execution_options(synchronize_session=False)
    ).all()
    claimed = select(OutboundMail).where(OutboundMail.id.in_(ids)).order_by(OutboundMail.id)
    return list(db.session.scalars(claimed.execution_options(populate_existing=True)))


@everyone("free mail of a worker that died")
def release_expired(now: datetime) -> int:
    """Make mail whose lease ended due again: its worker died. Gives how many."""
    freed = db.session.scalars(
        update(OutboundMail)
        .where(OutboundMail.state == MailState.SENDING, OutboundMail.lease_until < now)
        .values(state=MailState.RETRYING, claimed_by=None, lease_until=None, next_attempt_at=now)
        .returning(OutboundMail.id)
        .execution_options(synchronize_session=False)
    )
    return len(freed.all())


@everyone("put mail back")
def release(mails: Sequence[OutboundMail], now: datetime) -> None:
    """Put claimed mail that was not tried back in the queue: the connection was lost before its turn."""
    for mail in mails:
        mail.state, mail.claimed_by, mail.lease_until = MailState.RETRYING, None, None
        mail.attempts -= 1
        mail.next_attempt_at = now + RETRY_WAITS[0]
    db.session.flush()


@everyone("find the names of receivers")
def find_names(mails: Sequence[OutboundMail]) -> dict[int, dict[str, str]]:
    """By mail id the name to greet and the user name, as they are now. One statement."""
    if not mails:
        return {}
    people = select(User, Member).outerjoin(Member, Member.user_id == User.id)
    found = db.session.execute(people.where(User.id.in_([mail.user_id for mail in mails])))
    names = {
        user.id: {"name": member.full_name if member else user.first_name, "user_name": user.username}
        for user, member in found
    }
    return {mail.id: names[mail.user_id] for mail in mails if mail.user_id in names}


@everyone("mark a mail as sent")
def mark_sent(mail: OutboundMail, message_id: str, now: datetime) -> None:
    """The mail server took the message."""
    mail.state, mail.sent_at, mail.message_id = MailState.SENT, now, message_id
    mail.claimed_by, mail.lease_until, mail.error = None, None, ""
    db.session.flush()


@everyone("mark a mail as failed")
def mark_failed(mail: OutboundMail, error: str, *, is_permanent: bool, now: datetime) -> None:
    """Try again after a growing wait, for at most two days; a permanent refusal is failed at once, never dropped."""
    mail.claimed_by, mail.lease_until, mail.error = None, None, error[:300]
    wait = RETRY_WAITS[min(mail.attempts, len(RETRY_WAITS)) - 1]
    if is_permanent or now + wait > mail.created_at + GIVE_UP_AFTER:
        mail.state = MailState.FAILED
    else:
        mail.state, mail.next_attempt_at = MailState.RETRYING, now + wait
    db.session.flush()


@everyone("cancel a mail")
def cancel(mail: OutboundMail) -> None:
    """The reason to send this mail is gone, for example because its link was replaced by a newer one."""
    mail.state, mail.claimed_by, mail.lease_until = MailState.CANCELLED, None, None
    db.session.flush()
