"""What a delivery report does: the mail is marked, and a member whose address does not exist.

Anybody can write such a report. It counts only when it names the Message-ID of a mail that we sent to that very
receiver: it has a seal that nobody can guess, so who knows it has received the mail.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from app.addresses import one_spelling
from app.extensions import db
from app.importing.bounces import Outcome, Report
from app.models import Account, MailState, Member, OutboundMail
from app.models.guard.row_guard import everyone
from app.services.atomic import change_if
from app.services.audit import Actor, record_event
from app.services.mail.address_refusals import is_about_address
from app.services.mail.smtp_replies import DELAYED
from app.services.mail.undeliverable_addresses import MOST_IN_A_WHILE, mark_broken
from app.typed.texts import fit

OURS: Final = re.compile(r"<(\d{1,9})\.(\d{1,4})\.[0-9a-f]{24}@[^>\s]{1,255}>")
MessageIdOf = Callable[[int, int], str]  # mail id and resends → Message-ID


class Effect(StrEnum):
    """What came of a report; in English for scripts."""

    FAILED = "failed"
    DELAYED = "delayed"
    KNOWN = "known already"
    UNKNOWN = "not about a mail of ours"
    GOOD = "delivered"


@everyone("take in a delivery report")
def note_report(
    report: Report, *, message_id_of: MessageIdOf, actor: Actor, now: datetime, most: int = MOST_IN_A_WHILE
) -> Effect:
    """Mark the mail, and the member when the report says that the address does not exist. The same again does nothing.

    A delay, or a failure of before the team sent the mail again, is only noted. Raises TooManyBroken when `most`
    addresses were marked within a while: then roll back, so that the report can be read again later.
    """
    mail, resends = _find_mail(report, message_id_of)
    if mail is None:
        return Effect.UNKNOWN
    receiver = one_spelling(mail.recipient)
    about = (outcome for outcome in report.outcomes if receiver in map(one_spelling, outcome.recipients))
    outcome = next(about, None)
    if outcome is None:
        return Effect.UNKNOWN
    if resends != mail.resends:
        return Effect.KNOWN
    if outcome.action == "failed":
        return _note_failure(mail, outcome, actor, now, most)
    return _note_delay(mail, outcome) if outcome.action == "delayed" else Effect.GOOD


def _find_mail(report: Report, message_id_of: MessageIdOf) -> tuple[OutboundMail | None, int]:
    for message_id in report.message_ids:
        found = OURS.fullmatch(message_id)
        if found is None:
            continue
        mail_id, resends = int(found.group(1)), int(found.group(2))
        if message_id == message_id_of(mail_id, resends):
            mail: OutboundMail | None = db.session.get(OutboundMail, mail_id, populate_existing=True)
            return mail, resends
    return None, 0


def _note_failure(mail: OutboundMail, outcome: Outcome, actor: Actor, now: datetime, most: int) -> Effect:
    """Of two who read the same report one marks it."""
    can_be = (MailState.SENT, MailState.SENDING, MailState.RETRYING)  # a worker that died may not have noted "sent"
    gone = {"state": MailState.FAILED, "error": outcome.reason, "claimed_by": None, "lease_until": None}
    if not change_if(OutboundMail, OutboundMail.id == mail.id, OutboundMail.state.in_(can_be), **gone):
        return Effect.KNOWN
    member_id = db.session.scalar(select(Member.id).where(Member.user_id == mail.user_id)) if mail.user_id else None
    record_event(actor, "mail.reported", now=now, subject=mail, member_id=member_id, template=mail.template)
    is_bad = outcome.status.startswith("5") and is_about_address(outcome.reason, mail.recipient)
    if is_bad and not _arrived_since(mail):
        mark_broken(mail.recipient, outcome.reason, by_report=True, actor=actor, now=now, most=most)
    return Effect.FAILED


def _arrived_since(mail: OutboundMail) -> bool:
    """Whether the receiver has typed a mailed code since: the address works, however old the report is."""
    signed_in_at = db.session.scalar(select(Account.last_sign_in_at).where(Account.user_id == mail.user_id))
    return bool(signed_in_at and mail.sent_at and signed_in_at > mail.sent_at)


def _note_delay(mail: OutboundMail, outcome: Outcome) -> Effect:
    words = fit(f"{DELAYED}{outcome.reason}", OutboundMail.error)
    if mail.state != MailState.SENT or mail.error == words:
        return Effect.KNOWN
    mail.error = words
    db.session.flush()
    return Effect.DELAYED
