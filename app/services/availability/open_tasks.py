"""The elections for which a member still has to give the availability."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, select, true

from app.extensions import db
from app.models import Availability, AvailabilityState, Election, Member
from app.phrases import phrase
from app.services.availability.period import deadline_of
from app.services.elections.candidacy import declared_candidacy
from app.services.waiting import OpenTask, how_many


def asked_elections(member: Member, now: datetime) -> Select[Election, Availability]:
    """The elections that the member can answer now and did not; a declared candidate was heard already.

    `deadline_of` is the rule on one row; a test holds the two together.
    """
    is_own = (Availability.election_id == Election.id) & (Availability.member_id == member.id)
    is_waiting = Availability.id.is_(None) | (
        (Availability.state == AvailabilityState.REQUESTED) & ~declared_candidacy(member.id, Election.id, of=Election)
    )
    return (
        select(Election, Availability)
        .outerjoin(Availability, is_own)
        .where(
            true() if member.may_answer else false(),
            Election.is_answerable,
            Election.availability_opens_at.is_not(None),
            Election.asks_at(now) | Availability.is_reopened(now),
            is_waiting,
        )
        .order_by(Election.voting_on, Election.id)
    )


def find_availability(member: Member, now: datetime) -> list[OpenTask]:
    """A task for each of these elections, until its deadline."""
    if not member.may_answer:
        return []
    found = db.session.execute(asked_elections(member, now)).all()
    return [_make_task(election, deadline_of(election, row, now)) for election, row in found]


def _make_task(election: Election, until: datetime | None) -> OpenTask:
    title = phrase("Give your availability: %(election)s", election=election.name)
    explanation = phrase("Which parts of the day can you help, and what do you like to do?")
    return OpenTask("availability", title, explanation, until, election)


def count_asked_elections(member: Member, now: datetime) -> ColumnElement[int]:
    """How many of these elections there are."""
    return how_many(asked_elections(member, now))
