"""The members that the team looks at: narrowed by search and filters, in the order of a Dutch list, page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Query

from app.clock import utc_now
from app.extensions import db
from app.member_fields import MEMBER_FIELDS
from app.models import Member, MemberState
from app.models.base import is_any_of
from app.services.audit import Actor, record_event
from app.services.members.audience_kinds import HAS_NOT_OPENED, invited_before
from app.services.notes.notes import HAS_NOTES

TAKES_PART: Final = (MemberState.IMPORTED, MemberState.INVITED, MemberState.ACTIVE)
_TAKES_PART = is_any_of(Member.state, TAKES_PART)

# Question → answer → what it asks of a member, now.
QUESTIONS: Final[dict[str, dict[str, ColumnElement[bool] | Callable[[], ColumnElement[bool]]]]] = {
    "takes_part": {"yes": _TAKES_PART, "no": ~_TAKES_PART},
    "bsn": {
        "known": Member.bsn_known_at.is_not(None),
        "needed": and_(Member.needs_bsn),
        "double": Member.bsn_duplicate.is_(True),
    },
    "checked": {"yes": Member.data_checked_at.is_not(None), "no": Member.data_checked_at.is_(None)},
    "servant": {"yes": Member.is_civil_servant.is_(True), "no": Member.is_civil_servant.is_(False)},
    "email": {
        "known": Member.email.is_not(None),
        "missing": Member.email.is_(None),
        "broken": Member.email_broken_at.is_not(None),
    },
    "account": {
        "not_opened": HAS_NOT_OPENED,
        "invited_14": lambda: invited_before(utc_now() - timedelta(days=14)),
        "invited_28": lambda: invited_before(utc_now() - timedelta(days=28)),
    },
    "notes": {"yes": HAS_NOTES, "no": ~HAS_NOTES},
}


def export_members(found: Query[Member], *, actor: Actor, now: datetime) -> list[tuple[Any, ...]]:
    """The exported fields of these members; never a BSN or an IBAN. The export is in the audit trail."""
    columns = [getattr(Member, name) for name in MEMBER_FIELDS.exported]
    rows = found.order_by(None).with_entities(*columns).order_by(*Member.by_name()).all()
    record_event(actor, "members.exported", now=now, rows=len(rows))
    db.session.flush()
    return [tuple(row) for row in rows]
