"""What an operator wants to know at one look: is mail leaving, is work being done, who is at the door. Counts only.

Each count stops at `COUNT_LIMIT` rows and reads an index, so that it is quick however large the tables are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from app.extensions import db
from app.models import (
    AuditEvent,
    Campaign,
    CampaignState,
    ImportRun,
    MailState,
    OutboundMail,
    Reminder,
    UserSession,
)
from app.services.import_runs import WAITING

COUNT_LIMIT = 10_000
DAY = timedelta(days=1)
NEWEST = 1000  # mails among which the last that left is looked for
SHOWN = 50  # rows of each kind on the page of jobs; more is a backlog, and that is what the counts tell
BUSY_CAMPAIGNS = (CampaignState.PLANNED, CampaignState.SENDING)
REFUSED = ("sign_in.refused", "sign_in.code_refused", "sign_in.locked")


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of this moment; none is larger than COUNT_LIMIT."""

    mails_queued: int
    mails_late: int  # due for more than five minutes: the worker does not run, or has too much to do
    mails_retrying: int
    mails_failed: int
    mails_sending: int
    imports: int
    campaigns: int
    sessions: int
    refused: int  # sign-ins of the last day that were refused
    last_sent_at: datetime | None


def read_status(now: datetime) -> Overview:
    """The counts, in two statements: one of counts, one of when the last mail left."""
    state, mail = OutboundMail.state, OutboundMail.id
    due = now - timedelta(minutes=5)
    counted = {
        "mails_queued": _some(mail, state == MailState.QUEUED),
        "mails_late": _some(
            mail, state.in_((MailState.QUEUED, MailState.RETRYING)), OutboundMail.next_attempt_at < due
        ),
        "mails_retrying": _some(mail, state == MailState.RETRYING),
        "mails_failed": _some(mail, state == MailState.FAILED),
        "mails_sending": _some(mail, state == MailState.SENDING),
        "imports": _some(ImportRun.id, ImportRun.state.in_(WAITING)),
        "campaigns": _some(Campaign.id, Campaign.state.in_(BUSY_CAMPAIGNS)),
        "sessions": _some(UserSession.id),
        "refused": _some(AuditEvent.id, AuditEvent.action.in_(REFUSED), AuditEvent.at > now - DAY),
    }
    columns = [_count(rows).label(name) for name, rows in counted.items()]
    numbers = db.session.execute(select(*columns)).one()
    # Bundled and retried mails leave after newer ones: the latest of the newest, without reading them all.
    newest = select(OutboundMail.sent_at).where(state == MailState.SENT).order_by(OutboundMail.id.desc()).limit(NEWEST)
    last = select(func.max(newest.subquery().c.sent_at))
    return Overview(**numbers._mapping, last_sent_at=db.session.scalar(last))


def _some(key: InstrumentedAttribute[int], *criteria: ColumnElement[bool]) -> Select[Any]:
    return select(key).where(*criteria).limit(COUNT_LIMIT)


def _count(rows: Select[Any]) -> ColumnElement[int]:
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()


def find_busy_imports() -> Sequence[ImportRun]:
    """Imports that wait for the worker or are under way, the oldest first."""
    busy = select(ImportRun).where(ImportRun.state.in_(WAITING))
    return db.session.scalars(busy.order_by(ImportRun.id).limit(SHOWN)).all()


def find_busy_campaigns() -> Sequence[Campaign]:
    """Campaigns that are planned or being sent, the first to come first."""
    busy = select(Campaign).where(Campaign.state.in_(BUSY_CAMPAIGNS))
    return db.session.scalars(busy.order_by(Campaign.send_at, Campaign.id).limit(SHOWN)).all()


def find_coming_reminders() -> Sequence[Reminder]:
    """Reminders that are still to be sent, the first to come first."""
    is_going = Reminder.campaign.has(Campaign.state.in_((*BUSY_CAMPAIGNS, CampaignState.DONE)))
    return db.session.scalars(
        select(Reminder)
        .where(Reminder.is_to_come, is_going)
        .options(joinedload(Reminder.campaign))
        .order_by(Reminder.send_at)
        .limit(SHOWN)
    ).all()
