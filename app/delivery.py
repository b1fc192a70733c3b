"""From outbox row to mail server: claim, make the token, hand over, mark (services.outbox holds the rules)."""

from __future__ import annotations

import os
import socket
from datetime import datetime

from app import mail
from app.clock import utc_now
from app.extensions import db
from app.mail import ConnectionLost, NotHandedOver, TimedConnection
from app.models import OutboundMail
from app.services import links, outbox

Names = dict[int, dict[str, str]]  # by mail: `name` and `user_name`
NO_CONNECTION = "no connection to the mail server"
BATCH = 50  # mails per connection: at 3 per second still well within the lease


def deliver_due_mail() -> int:
    """Hand over all mail that is due, a batch per connection; gives how many the server took.

    Each message is marked and committed as soon as the server took it: after `kill -9` at most the one in flight is
    sent again.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}"
    outbox.release_expired(utc_now())
    db.session.commit()
    handed_over = 0
    while batch := _claim(worker):
        taken = _deliver_batch(batch)
        handed_over += taken
        if taken < len(batch) and not _is_worth_going_on(batch):
            break
    return handed_over


def _claim(worker: str) -> list[OutboundMail]:
    batch = outbox.claim_due(worker, utc_now(), limit=BATCH)
    db.session.commit()
    return batch


def _is_worth_going_on(batch: list[OutboundMail]) -> bool:
    """Without a mail server every further batch would fail too; the sweep tries again."""
    return not any(row.error == NO_CONNECTION for row in batch)


def _deliver_batch(batch: list[OutboundMail]) -> int:
    waiting = list(batch)
    names = outbox.find_names([row for row in batch if row.template in mail.WITH_NAMES])
    taken = 0
    try:
        with mail.connect() as connection:
            while waiting:
                row = waiting[0]
                taken += _deliver(connection, row, names, utc_now())
                waiting.pop(0)
                db.session.commit()
    except ConnectionLost:
        _put_back(waiting, utc_now())
    return taken


def _deliver(connection: TimedConnection, row: OutboundMail, names: Names, now: datetime) -> bool:
    values = {**row.values, **names.get(row.id, {})}
    if row.template in mail.WITH_TOKEN:
        token = links.make_token(values.pop("link_id"), now)
        if token is None:  # used, or replaced by a newer link: this mail would only confuse
            outbox.cancel(row)
            return False
        values["token"] = token
        db.session.commit()  # the hash is there before anybody can click
    try:
        message_id = mail.FROM_OUTBOX[row.template](connection, to=row.recipient, locale=row.locale, **values)
    except ConnectionLost:
        raise
    except NotHandedOver as error:
        outbox.mark_failed(row, str(error), is_permanent=error.is_permanent, now=now)
        return False
    outbox.mark_sent(row, message_id, utc_now())
    return True


def _put_back(waiting: list[OutboundMail], now: datetime) -> None:
    """The first one was tried and counts as such; the others go back as they were."""
    outbox.mark_failed(waiting[0], NO_CONNECTION, is_permanent=False, now=now)
    outbox.release(waiting[1:], now)
    db.session.commit()
