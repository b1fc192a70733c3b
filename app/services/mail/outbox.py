"""Outbound mail: rows written in the same transaction as their cause, claimed and marked by the worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, select, update
from sqlalchemy.orm.attributes import set_committed_value

from app.extensions import db
from app.models import MailState, Member, OutboundMail, User
from app.models.guard.row_guard import everyone
from app.services.bulk import among
from app.typed.texts import fit

_TABLE: Table = OutboundMail.__table__
# Made once: for each mail anew it would cost the worker as much as filling in the mail.
_MARK = _TABLE.update().where(
    _TABLE.c.id == bindparam("marked_id"), _TABLE.c.claimed_by.is_not_distinct_from(bindparam("marked_by"))
)
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

    `template` is the name of a mail (`app.mail.mails`); `values` what is filled in: ids and names, never a
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


@everyone("queue a mail, or take as long")
def queue_if_known(template: str, *, recipient: str | None, **mail: Any) -> None:
    """As `queue_mail`; without a recipient the same work is done and taken back.

    So the time of an answer does not tell whether an account exists.
    """
    with as_much_work(is_wanted=recipient is not None):
        queue_mail(template, recipient=recipient or "", **mail)


@contextmanager
def as_much_work(*, is_wanted: bool) -> Iterator[None]:
    """Keep what the block writes, or take it back when it is only there to take as long."""
    nested = db.session.begin_nested()
    yield
    db.session.flush()
    if is_wanted:
        nested.commit()
    else:
        nested.rollback()


@everyone("claim mail")
def claim_due(worker: str, now: datetime, *, limit: int) -> list[OutboundMail]:
    """Take up to `limit` due mails for this worker for the length of the lease. Commit after it.

    What one person asked for goes before a campaign, and what was tried before goes first. `worker` names one thread of
    one process. Two never claim the same row: atomic UPDATEs, and on PostgreSQL they skip each other's rows.
    """
    ids: list[int] = []
    for is_bulk, state in product((False, True), (MailState.RETRYING, MailState.QUEUED)):
        if len(ids) < limit:
            ids += _claim(worker, now, state, is_bulk=is_bulk, limit=limit - len(ids))
    if not ids:
        return []
    rows = select(OutboundMail).where(OutboundMail.id.in_(ids)).order_by(OutboundMail.is_bulk, OutboundMail.id)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def _claim(worker: str, now: datetime, state: MailState, *, is_bulk: bool, limit: int) -> Sequence[int]:
    """One state at a time: then the index gives them in their order, however many mails wait or were ever sent."""
    due = (
        select(OutboundMail.id)
        .where(OutboundMail.state == state, OutboundMail.is_bulk.is_(is_bulk), OutboundMail.next_attempt_at <= now)
        .order_by(OutboundMail.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")  # run once, whatever plan the database makes of the UPDATE
    )
    claimed = update(OutboundMail).where(OutboundMail.id.in_(select(due.c.id)), OutboundMail.state == state)
    claimed = claimed.values(
        state=MailState.SENDING,
        claimed_by=worker,
        lease_until=now + LEASE,
        attempts=OutboundMail.attempts + 1,
        first_tried_at=func.coalesce(OutboundMail.first_tried_at, now),
    )
    return db.session.scalars(claimed.returning(OutboundMail.id).execution_options(synchronize_session=False)).all()


@everyone("keep mail claimed")
def extend_lease(mails: Sequence[OutboundMail], worker: str, now: datetime) -> list[OutboundMail]:
    """A slow server takes longer than planned: keep these for another lease. Gives those that are still ours."""
    ours = update(OutboundMail).where(
        OutboundMail.id.in_([mail.id for mail in mails]),
        OutboundMail.state == MailState.SENDING,
        OutboundMail.claimed_by == worker,
    )
    kept = set(
        db.session.scalars(
            ours.values(lease_until=now + LEASE).returning(OutboundMail.id).execution_options(synchronize_session=False)
        )
    )
    return [mail for mail in mails if mail.id in kept]


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
def release(mails: Sequence[OutboundMail], *, due_at: datetime) -> None:
    """Put claimed mail that was not tried back in the queue, due at this instant: it does not count as a try."""
    for mail in mails:
        _mark(mail, state=MailState.RETRYING, attempts=mail.attempts - 1, next_attempt_at=due_at)


@dataclass(frozen=True, slots=True)
class Receiver:
    """To whom a mail goes, as known when it leaves."""

    name: str
    user_name: str
    address: str  # empty where none is known any more
    is_broken: bool  # the address was refused before


@everyone("find the names of receivers")
def find_receivers(mails: Sequence[OutboundMail]) -> dict[int, Receiver]:
    """By mail id who gets it, as they are now. One statement."""
    wanted = {mail.user_id for mail in mails if mail.user_id is not None}
    if not wanted:
        return {}
    people = select(User, Member).outerjoin(Member, Member.user_id == User.id).where(User.id.in_(wanted))
    found = {
        user.id: Receiver(
            name=member.full_name if member else user.first_name,
            user_name=user.username,
            address=(member.email if member else user.email) or "",
            is_broken=bool(member and member.email_broken_at),
        )
        for user, member in db.session.execute(people)
    }
    return {mail.id: found[mail.user_id] for mail in mails if mail.user_id in found}


@everyone("mark a mail as sent")
def mark_sent(mail: OutboundMail, message_id: str, now: datetime, connection: Connection | None = None) -> None:
    """The mail server took the message. One statement, on a `connection` that commits by itself if there is one."""
    _mark(mail, connection, state=MailState.SENT, sent_at=now, message_id=message_id, error="")


@everyone("mark a mail as failed")
def mark_failed(mail: OutboundMail, error: str, *, is_permanent: bool, now: datetime) -> None:
    """Try again after a growing wait, for at most two days; a permanent refusal is failed at once, never dropped."""
    wait = RETRY_WAITS[max(0, min(mail.attempts, len(RETRY_WAITS)) - 1)]
    if is_permanent or now + wait > (mail.first_tried_at or now) + GIVE_UP_AFTER:
        _mark(mail, state=MailState.FAILED, error=fit(error, OutboundMail.error))
    else:
        _mark(mail, state=MailState.RETRYING, error=fit(error, OutboundMail.error), next_attempt_at=now + wait)


def _mark(mail: OutboundMail, connection: Connection | None = None, **values: Any) -> None:
    """Write it past the ORM, which takes longer than SMTP; only while the row is still claimed as we know it."""
    written = {**values, "claimed_by": None, "lease_until": None}
    known = {"marked_id": mail.id, "marked_by": mail.claimed_by}
    (connection or db.session.connection()).execute(_MARK, written | known)
    for name, value in written.items():
        set_committed_value(mail, name, value)


@everyone("cancel a mail")
def cancel(mail: OutboundMail, reason: str) -> None:
    """The reason to send this mail is gone, for example because its link was replaced by a newer one."""
    _mark(mail, state=MailState.CANCELLED, error=reason)


@everyone("cancel the mails that wait for people")
def cancel_waiting(user_ids: Sequence[int]) -> None:
    """No mail that waits for these accounts leaves any more. One statement."""
    waiting = OutboundMail.state.in_((MailState.QUEUED, MailState.RETRYING))
    statement = update(OutboundMail).where(among(OutboundMail.user_id, user_ids), waiting)
    db.session.execute(statement.values(state=MailState.CANCELLED).execution_options(synchronize_session=False))
