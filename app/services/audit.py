"""Recording in the audit trail, and who changed a row lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Row, Table, insert, select

from app.extensions import db
from app.models import AuditEvent, User
from app.models.guard.row_guard import everyone
from app.models.shortcuts.kept_statements import run_kept


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a user, or a named part of the portal ("worker", "command") with no user id."""

    name: str
    user_id: int | None = None
    ip: str = ""


COMMAND = Actor("command")
WORKER = Actor("worker")


def record_event(
    actor: Actor,
    action: str,
    *,
    now: datetime,
    subject: Any = None,
    member_id: int | None = None,
    **details: Any,
) -> None:
    """Add an audit event to this transaction.

    `action` is `subject.verb_in_past_tense`, e.g. "sign_in.refused". `subject` is a flushed row with an `id`.
    `details` hold ids, counts and names of fields; never a value of personal data, a code, a token or a BSN.
    """
    event = describe_event(actor, action, now=now, subject=subject, member_id=member_id, **details)
    db.session.add(AuditEvent(**event))


def record_at_once(actor: Actor, action: str, *, now: datetime, **about: Any) -> None:
    """The same by a statement of its own, in half the time: for who records one thing and has nothing to flush."""
    with everyone("the audit trail takes new rows from everybody"):
        run_kept(db.session(), _ADD, describe_event(actor, action, now=now, **about))


_ADD: Final = insert(cast(Table, AuditEvent.__table__))


def describe_event(
    actor: Actor, action: str, *, now: datetime, subject: Any = None, member_id: int | None = None, **details: Any
) -> dict[str, Any]:
    """The columns of an event, for `record_events`."""
    return {
        "at": now,
        "actor_user_id": actor.user_id,
        "actor_name": actor.name,
        "action": action,
        "subject_type": type(subject).__name__ if subject is not None else "",
        "subject_id": getattr(subject, "id", None),
        "member_id": member_id,
        "details": details,
        "ip": actor.ip,
    }


def record_events(events: Sequence[dict[str, Any]]) -> None:
    """Add several events in one statement, where the time must not tell how many there are."""
    db.session.execute(insert(AuditEvent).execution_options(render_nulls=True), events)  # empty ones apart would be two


def find_authors(item: Any, since: datetime) -> dict[str, str]:
    """By field of this row (of several entities: the first) the name of who changed it last, from `since` on."""
    row = item[0] if isinstance(item, Row) else item
    events = (
        select(AuditEvent.details, User.first_name, User.last_name)
        .join(User, User.id == AuditEvent.actor_user_id)
        .where(AuditEvent.subject_type == type(row).__name__, AuditEvent.subject_id == row.id, AuditEvent.at >= since)
        .order_by(AuditEvent.at, AuditEvent.id)
    )
    found = db.session.execute(events).all()
    return {field: f"{first} {last}".strip() for details, first, last in found for field in details.get("fields", ())}
