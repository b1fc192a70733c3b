"""From outbox row to mail server: claim, make the token, hand over, mark (services.outbox holds the rules)."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from app.clock import utc_now
from app.extensions import db
from app.mail import mails, unsubscribe
from app.mail.mails import Mail
from app.mail.server import ConnectionLost, NotHandedOver, TimedConnection, connect
from app.models import OutboundMail
from app.services.access import one_time_links
from app.services.audit import WORKER
from app.services.mail import outbox, undeliverable_addresses
from app.services.mail.address_refusals import is_about_address
from app.services.mail.outbox import LEASE, Receiver
from app.services.notifications import digest_contents, digest_mail
from app.services.notifications.digest_contents import Contents

BATCH = 100  # mails per connection
SAFE = LEASE - timedelta(minutes=1)  # so long after a claim a mail may still be handed over: the server gets a minute
LINK_IS_OVER = "the link was used, replaced or too old"
NO_ADDRESS = "no address is known any more"
NOTHING_WAITS = "what it would tell of was done or taken back"


def deliver_due_mail(*, seconds: float | None = None) -> int:
    """Hand over the mail that is due, a batch per connection; gives how many the server took.

    Each message is marked and committed as soon as the server took it: after `kill -9` at most the one in flight is
    sent again. After so many `seconds` no further batch is begun.
    """
    end = None if seconds is None else time.monotonic() + seconds
    worker = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
    outbox.release_expired(utc_now())
    db.session.commit()
    handed_over = 0
    while (end is None or time.monotonic() < end) and (rows := _claim(worker)):
        receivers = outbox.find_receivers(rows)
        rows = _follow(rows, receivers)
        batch = Batch(worker, rows, receivers, _find_contents(rows))
        batch.deliver()
        handed_over += batch.taken
        if batch.is_cut_off and not batch.taken:
            break  # without a mail server every further batch would fail too; it is tried again in a minute
    return handed_over


_delivering = threading.Lock()
_asked = threading.Event()


def deliver_alone(*, seconds: float) -> bool:
    """Deliver unless another thread of this process does: then that one looks once more. False: the time was up first.

    So a worker has one message in flight, however many jobs it runs at a time, and `kill -9` repeats at most that one.
    """
    end = time.monotonic() + seconds
    _asked.set()
    while _asked.is_set() and _delivering.acquire(blocking=False):
        try:
            _asked.clear()
            deliver_due_mail(seconds=seconds)
        finally:
            _delivering.release()
        if time.monotonic() >= end:
            return False
    return True


def _claim(worker: str) -> list[OutboundMail]:
    rows = outbox.claim_due(worker, utc_now(), limit=BATCH)
    db.session.commit()
    return rows


def _follow(rows: Sequence[OutboundMail], receivers: Mapping[int, Receiver]) -> list[OutboundMail]:
    """What tells somebody that something waits goes to the address of now, however long it waited itself.

    Only these: a notice of a change is meant for the old address, and the links of a mail for where it was sent.
    """
    left = []
    for row in rows:
        receiver = receivers.get(row.id)
        if receiver is not None and mails.FROM_OUTBOX[row.template].needs_names:
            if not receiver.address:
                outbox.cancel(row, NO_ADDRESS)
                continue
            if row.recipient != receiver.address:
                row.recipient = receiver.address
        left.append(row)
    db.session.commit()
    return left


def _self_committing() -> Connection:
    return db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _find_contents(rows: Sequence[OutboundMail]) -> dict[int, Contents]:
    return digest_contents.find_contents([row.id for row in rows if row.template == digest_mail.TEMPLATE], utc_now())


@dataclass(slots=True)
class Batch:
    """Claimed mails that go over one connection, in order."""

    worker: str
    waiting: list[OutboundMail]
    receivers: dict[int, Receiver]
    contents: dict[int, Contents] = field(default_factory=dict)  # by mail id
    marking: Connection | None = None  # to the database: what it writes is there at once, in one turn to and fro
    taken: int = 0
    is_cut_off: bool = False  # the connection failed, or the server does not want us
    kept_until: datetime = field(default_factory=lambda: utc_now() + SAFE)

    def deliver(self) -> None:
        """Hand over each mail and mark it; put back what was not tried when the connection fails."""
        try:
            with connect() as connection, _self_committing() as self.marking:
                while self._is_ours():
                    self.taken += self._deliver(connection, self.waiting[0])
                    self.waiting.pop(0)
                    db.session.commit()
        except ConnectionLost as error:
            self.is_cut_off = True
            self._put_back(str(error), utc_now())

    def _is_ours(self) -> bool:
        """Whether there is a next mail that nobody else may have claimed: a slow server outlasts the lease."""
        now = utc_now()
        if self.waiting and now > self.kept_until:
            self.waiting = outbox.extend_lease(self.waiting, self.worker, now)
            self.kept_until = now + SAFE
            db.session.commit()
        return bool(self.waiting)

    def _deliver(self, connection: TimedConnection, row: OutboundMail) -> bool:
        now = utc_now()
        mail = mails.FROM_OUTBOX[row.template]
        if self._is_over(row):
            outbox.cancel(row, NOTHING_WAITS)
            return False
        values = self._values(mail, row)
        if mail.needs_token:
            if not _make_tokens(values, now):  # this mail would only confuse
                outbox.cancel(row, LINK_IS_OVER)
                return False
            db.session.commit()  # the hash is there before anybody can click
        try:
            message_id = self._send(connection, mail, row, values)
        except ConnectionLost:
            raise
        except NotHandedOver as error:
            _note_refusal(row, error, now)
            return False
        self._note_sent(row, message_id)
        return True

    def _send(self, connection: TimedConnection, mail: Mail, row: OutboundMail, values: Mapping[str, Any]) -> str:
        return mails.send_mail(
            connection,
            mail,
            to=row.recipient,
            locale=row.locale,
            values=values,
            message_id=mails.message_id_of(row.id, row.resends),
            headers=self._headers(row),
        )

    def _values(self, mail: Mail, row: OutboundMail) -> dict[str, Any]:
        receiver = self.receivers.get(row.id)
        if not mail.needs_names or receiver is None:
            return dict(row.values)
        names = {"name": receiver.name, "user_name": receiver.user_name}
        campaign_id = row.values.get("test_of")  # somebody of the team tries this campaign out
        if campaign_id is not None:
            told_of = digest_contents.contents_of_campaign(campaign_id)
            return {**names, "told": told_of, "is_test": True, "path": f"/verzendingen/show/{campaign_id}"}
        told = self.contents.get(row.id)
        if told is None:
            return {**row.values, **names}
        of_only_one = {"path": f"/meldingen/{told.only_one}"} if told.only_one else {}
        return {**names, **of_only_one, "told": told.told, "is_optional": bool(told.optional_kinds)}

    def _is_over(self, row: OutboundMail) -> bool:
        """Whether all that it would tell of was done, read or taken back meanwhile."""
        told = self.contents.get(row.id)
        return told is not None and not told.told

    def _headers(self, row: OutboundMail) -> Mapping[str, str]:
        told = self.contents.get(row.id)
        if told is None or not told.optional_kinds:
            return {}
        return unsubscribe.headers_for(told.member_id, told.optional_kinds)

    def _note_sent(self, row: OutboundMail, message_id: str) -> None:
        now = utc_now()
        outbox.mark_sent(row, message_id, now, self.marking)
        receiver = self.receivers.get(row.id)
        if receiver is not None and receiver.is_broken:
            undeliverable_addresses.mark_accepted(row.recipient, actor=WORKER, now=now)

    def _put_back(self, reason: str, now: datetime) -> None:
        """The first one was tried and counts as such; the others go back as they were.

        A server that took some mails and then hangs up is asked again at once, on a new connection; one that takes none
        after a minute.
        """
        if not self.waiting:
            return
        outbox.mark_failed(self.waiting[0], reason, is_permanent=False, now=now)
        outbox.release(self.waiting[1:], due_at=now if self.taken else now + outbox.RETRY_WAITS[0])
        db.session.commit()


def _make_tokens(values: dict[str, Any], now: datetime) -> bool:
    """Put the token of its link into what a mail holds, or of each of its `links`; False when none is open any more."""
    if "links" in values:
        made = [{**link, "token": one_time_links.make_token(link["link_id"], now)} for link in values["links"]]
        values["links"] = [link for link in made if link["token"]]
        return bool(values["links"])
    values["token"] = one_time_links.make_token(values.pop("link_id"), now)
    return values["token"] is not None


def _note_refusal(row: OutboundMail, error: NotHandedOver, now: datetime) -> None:
    reason = str(error)
    outbox.mark_failed(row, reason, is_permanent=error.is_permanent, now=now)
    if not (error.is_permanent and error.at_recipient and is_about_address(reason, row.recipient)):
        return
    try:
        undeliverable_addresses.mark_broken(row.recipient, reason, by_report=False, actor=WORKER, now=now)
    except undeliverable_addresses.TooManyBroken:
        undeliverable_addresses.note_stop(WORKER, now)
