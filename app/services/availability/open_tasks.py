"""The elections for which a member still has to give the availability."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select

from app.extensions import db
from app.models import Availability, AvailabilityState, Election, Member
from app.phrases import phrase
from app.services.availability.period import deadline_of
from app.services.elections.candidacy import declared_candidacy
from app.services.waiting import MEMBER_ID, NOW, OpenTask, asked_of, how_many


def asked_elections(member_id: Any, now: Any) -> Select[Election, Availability]:
    """The elections that a member who may answer can answer now and did not; a candidate was heard already.

    `deadline_of` is the rule on one row; a test holds the two together.
    """
    is_own = (Availability.election_id == Election.id) & (Availability.member_id == member_id)
    is_waiting = Availability.id.is_(None) | (
        (Availability.state == AvailabilityState.REQUESTED) & ~declared_candidacy(member_id, Election.id, of=Election)
    )
    return (
        select(Election, Availability)
        .outerjoin(Availability, is_own)
        .where(
            Election.is_answerable,
            Election.availability_opens_at.is_not(None),
            Election.asks_at(now) | Availability.is_reopened(now),
            is_waiting,
        )
        .order_by(Election.voting_on, Election.id)
    )


_ASKED: Final = asked_elections(MEMBER_ID, NOW)


def find_availability(member: Member, now: datetime) -> list[OpenTask]:
    """A task for each of these elections, until its deadline."""
    if not member.may_answer:
        return []
    found = db.session.execute(_ASKED, asked_of(member.id, now)).all()
    return [_make_task(election, deadline_of(election, row, now)) for election, row in found]


def _make_task(election: Election, until: datetime | None) -> OpenTask:
    title = phrase("Give your availability: %(election)s", election=election.name)
    explanation = phrase("Which parts of the day can you help, and what do you like to do?")
    return OpenTask("availability", title, explanation, until, election)


def count_asked_elections(member_id: Any, now: Any) -> ColumnElement[int]:
    """How many of these elections there are."""
    may_answer = select(Member.id).where(Member.id == member_id, Member.may_answer).correlate(None).exists()
    return how_many(asked_elections(member_id, now).where(may_answer))
