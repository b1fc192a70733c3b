"""What a member hears after an answer: that it came in and what happens now, by mail and on the page of the answer.

The mail names the election and dates, never what was answered.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import quote

from app.clock import local
from app.extensions import db
from app.models import Account, Election, Member, MemberState
from app.services.availability.answers import By, Outcome, find_availability
from app.services.availability.period import deadline_of
from app.services.mail.outbox import queue_mail

TEMPLATE: Final = "availability_received"
QUARTER: Final = 15  # minutes
BEFORE_VOTING: Final = timedelta(days=7)  # people arrange a day off, and are trained


def placed_by(election: Election, within: timedelta) -> date | None:
    """The day on which a member hears at the latest whether and where to help: so long after the answering period, and
    BEFORE_VOTING if there is time for that. None without an end of the period, or when nothing is promised (`within` is
    zero).
    """
    closes_at = election.availability_closes_at
    if closes_at is None or not within:
        return None
    closes_on = local(closes_at).date()
    latest = max(election.voting_on - BEFORE_VOTING, closes_on + timedelta(days=1))
    return min(closes_on + within, latest, election.voting_on)


def send_receipt(
    member: Member, election: Election, outcome: Outcome, *, by: By, within: timedelta, now: datetime
) -> None:
    """Queue the mail that says that this answer came in, once for changes within the same quarter of an hour.

    Nobody gets one without an open account and an address that works.
    """
    if member.email is None or member.email_broken_at is not None or member.state != MemberState.ACTIVE:
        return
    row = find_availability(member.id, election.id)
    queue_mail(
        TEMPLATE,
        recipient=member.email,
        user_id=member.user_id,
        locale=db.session.get_one(Account, member.user_id).locale,
        values={
            "election": election.name,
            "outcome": outcome.value,
            "by": by.value,
            "until": _write(deadline_of(election, row, now)),
            "placed_by": _write(placed_by(election, within)),
            "path": f"/beschikbaarheid/{quote(election.code, safe='')}",
        },
        now=now,
        deduplication_key=f"received:{member.id}:{election.id}:{outcome.value}:{now:%Y%m%dT%H}{now.minute // QUARTER}",
    )


def _write(moment: date | None) -> str:
    return moment.isoformat() if moment else ""
