"""What a member's data lack: the BSN, or a look at them within the year, as people move and elections come yearly."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, or_

from app.models import Member

CHECK_AGAIN_AFTER: Final = timedelta(days=365)


def needs_check(member: Member, now: datetime) -> bool:
    """Whether the member never checked the personal data, or more than a year ago."""
    return member.data_checked_at is None or now - member.data_checked_at > CHECK_AGAIN_AFTER


def needs_bsn(member: Member) -> bool:
    """Whether the BSN is still missing."""
    return member.bsn_known_at is None


def is_unchecked(now: datetime) -> ColumnElement[bool]:
    """The same, asked of all members at once."""
    return or_(Member.data_checked_at.is_(None), Member.data_checked_at < now - CHECK_AGAIN_AFTER)
