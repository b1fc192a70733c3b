"""The elections for which a member still has to give the availability."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select

from app.extensions import db
from app.models import Availability, AvailabilityState, Campaign, Election, Member, NotificationKind
from app.phrases import phrase
from app.services.availability.period import deadline_of
from app.services.elections.candidacy import declared_candidacy
from app.services.notifications.notifications import ANSWERED_IN_PERIOD, first_due, still_asked
from app.services.waiting import MEMBER_ID, NOW, OpenTask, asked_of, how_many


def asked_elections(member_id: Any, now: Any) -> Select[Election, Availability, datetime | None]:
    """The elections that a member who may answer can answer now and did not, with the first moment by which the team
    asked for it; a candidate was heard already. Or of which the team still asks what the member likes to do.

    `deadline_of` is the rule on one row; a test holds the two together.
    """
    is_own = (Availability.election_id == Election.id) & (Availability.member_id == member_id)
    is_waiting = Availability.id.is_(None) | (
        (Availability.state == AvailabilityState.REQUESTED) & ~declared_candidacy(member_id, Election.id, of=Election)
    )
    asked = still_asked(member_id, ANSWERED_IN_PERIOD, now).where(Campaign.election_id == Election.id)
    until = asked.with_only_columns(first_due(now), maintain_column_froms=True).correlate(Election).scalar_subquery()
    prefers = still_asked(member_id, [NotificationKind.PREFER_FUNCTION], now).where(Campaign.election_id == Election.id)
    return (
        select(Election, Availability, until.label("asked_until"))
        .outerjoin(Availability, is_own)
        .where(
            Election.is_answerable,
            Election.availability_opens_at.is_not(None),
            Election.asks_at(now) | Availability.is_reopened(now),
            is_waiting | prefers.correlate(Election).exists(),
        )
        .order_by(Election.voting_on, Election.id)
    )


_ASKED: Final = asked_elections(MEMBER_ID, NOW)


def find_availability(member: Member, now: datetime) -> list[OpenTask]:
    """A task for each of these elections, until its deadline."""
    if not member.may_answer:
        return []
    found = db.session.execute(_ASKED, asked_of(member.id, now)).all()
    return [_make_task(election, row, deadline_of(election, row, now), asked) for election, row, asked in found]


def _make_task(
    election: Election, row: Availability | None, until: datetime | None, asked_until: datetime | None
) -> OpenTask:
    """The team may ask for it before the period ends."""
    if row is not None and row.is_answered:
        title = phrase("Choose what you like to do: %(election)s", election=election.name)
        explanation = phrase("You gave your availability, but not yet what you like to do.")
    else:
        title = phrase("Give your availability: %(election)s", election=election.name)
        explanation = phrase("Which parts of the day can you help, and what do you like to do?")
    return OpenTask("availability", title, explanation, min(filter(None, (until, asked_until)), default=None), election)


def count_asked_elections(member_id: Any, now: Any) -> ColumnElement[int]:
    """How many of these elections there are."""
    may_answer = select(Member.id).where(Member.id == member_id, Member.may_answer).correlate(None).exists()
    return how_many(asked_elections(member_id, now).where(may_answer))
