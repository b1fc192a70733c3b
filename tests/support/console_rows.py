"""Rows for the pages of the console: mail in each state, imports, campaigns, sessions and events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.extensions import db
from app.models import (
    AuditEvent,
    Campaign,
    CampaignState,
    ImportRun,
    ImportState,
    MailState,
    Member,
    OutboundMail,
    Reminder,
    User,
    UserSession,
)
from app.services.access.sessions import open_session
from app.services.audit import Actor, record_event
from tests.support.factories.people import make_member, make_staff

SECRET = "tok3n-that-nobody-sees"


@dataclass(frozen=True, slots=True)
class Rows:
    """What a test asks for by name."""

    staff: User
    member: Member
    mails: dict[str, OutboundMail]
    session: UserSession
    run: ImportRun
    signed_in: AuditEvent
    changed: AuditEvent


def fill_console(now: datetime) -> Rows:
    """A row of each sort, committed."""
    staff, member = make_staff(username="mick"), make_member(username="els", surname="Bakker")
    mails = {state.value: _mail(member, state, now) for state in MailState}
    run = ImportRun(
        kind="roster",
        original_name="leden.csv",
        state=ImportState.RUNNING,
        rows_total=200,
        rows_done=50,
        created_at=now,
    )
    run.created_by_user_id = staff.id
    campaign = Campaign(kind="information", title="Wie doet er mee?", state=CampaignState.PLANNED, created_at=now)
    campaign.send_at, campaign.due_at = now + timedelta(hours=1), now + timedelta(days=9)
    campaign.reminders = [Reminder(days_before=2, send_at=now + timedelta(days=7))]
    db.session.add_all([*mails.values(), run, campaign])
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    open_session(staff.account, now=now, ip="192.0.2.7", agent=agent)
    mick, els = Actor("mick", staff.id, "192.0.2.7"), Actor("els", member.user_id, "198.51.100.9")
    record_event(els, "sign_in.succeeded", now=now, member_id=member.id)
    record_event(Actor("", staff.id, "203.0.113.5"), "sign_in.refused", now=now, blocked=True)
    record_event(mick, "profile.changed", now=now, subject=member, member_id=member.id, fields=["surname", "city"])
    db.session.commit()
    events = {event.action: event for event in db.session.query(AuditEvent)}
    session = db.session.query(UserSession).filter_by(user_id=staff.id).one()
    return Rows(staff, member, mails, session, run, events["sign_in.succeeded"], events["profile.changed"])


def _mail(member: Member, state: MailState, now: datetime) -> OutboundMail:
    return OutboundMail(
        template="invitation",
        user_id=member.user_id,
        recipient=f"{state.value}@post.example",
        values={"link_id": 1, "name": SECRET},
        deduplication_key=f"{SECRET}-{state.value}",
        state=state,
        attempts=0 if state == MailState.QUEUED else 2,
        created_at=now - timedelta(hours=1),
        next_attempt_at=now + timedelta(hours=5),
        error="550 5.1.1 no such user" if state in (MailState.FAILED, MailState.RETRYING) else "",
    )
