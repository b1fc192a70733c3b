"""What a member still has to do, in the order of the home page "Wat moet ik doen?"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, false, select, true

from app.extensions import db
from app.models import Availability, AvailabilityState, Election, Member, MemberState, Thread
from app.phrases import Phrase, phrase
from app.services.availability.answers import MAY_ANSWER
from app.services.availability.period import ANSWERABLE, deadline_of
from app.services.elections.candidacy import declared_candidacy
from app.services.members.data_review import needs_check
from app.services.message_box import threads

__all__ = ["OpenTask", "has_tasks", "list_open_tasks", "needs_bsn", "needs_check"]


@dataclass(frozen=True, slots=True)
class OpenTask:
    """One thing to do: `endpoint` with `arguments` is the page where it is done, `deadline` an instant or None."""

    title: Phrase
    endpoint: str
    explanation: Phrase
    deadline: datetime | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    is_reading: bool = False  # opened by a button that posts, because that notes the reading (docs/decisions/0010)


def list_open_tasks(member: Member, now: datetime) -> list[OpenTask]:
    """The tasks of one member; those with a deadline first, the nearest on top."""
    if not has_tasks(member):
        return []
    tasks = [task for find in FINDERS for task in find(member, now)]
    return sorted(tasks, key=lambda task: (task.deadline is None, task.deadline or now))


def has_tasks(member: Member) -> bool:
    """Whether anything is asked of this member: not of who left."""
    return member.state not in (MemberState.RESIGNED, MemberState.ANONYMISED)


def _find_check(member: Member, now: datetime) -> list[OpenTask]:
    if not needs_check(member, now):
        return []
    explanation = phrase("Is what we know about you still right?")
    return [OpenTask(phrase("Check your personal data"), "ProfileView.show", explanation)]


def needs_bsn(member: Member) -> bool:
    """Whether the BSN is still missing."""
    return member.bsn_known_at is None


def _find_bsn(member: Member, now: datetime) -> list[OpenTask]:
    if not needs_bsn(member):
        return []
    return [OpenTask(phrase("Fill in your BSN"), "ProfileView.bsn", phrase("We need it to pay your fee."))]


def asked_elections(member: Member, now: datetime) -> Select[Election, Availability]:
    """The elections that the member can answer now and did not; a declared candidate was heard already.

    `deadline_of` is the rule on one row; a test holds the two together.
    """
    is_own = (Availability.election_id == Election.id) & (Availability.member_id == member.id)
    closes_at = Election.availability_closes_at
    is_in_period = (Election.availability_opens_at <= now) & (closes_at.is_(None) | (closes_at > now))
    is_waiting = Availability.id.is_(None) | (
        (Availability.state == AvailabilityState.REQUESTED) & ~declared_candidacy(member.id, Election.id, of=Election)
    )
    return (
        select(Election, Availability)
        .outerjoin(Availability, is_own)
        .where(
            true() if member.state in MAY_ANSWER else false(),
            Election.state.in_(ANSWERABLE),
            Election.availability_opens_at.is_not(None),
            is_in_period | (Availability.reopened_until > now),
            is_waiting,
        )
        .order_by(Election.voting_on, Election.id)
    )


def _find_availability(member: Member, now: datetime) -> list[OpenTask]:
    if member.state not in MAY_ANSWER:
        return []
    found = db.session.execute(asked_elections(member, now)).all()
    return [_availability_task(one, deadline_of(one, row, now)) for one, row in found]


def _availability_task(election: Election, until: datetime | None) -> OpenTask:
    title = phrase("Give your availability: %(election)s", election=election.name)
    explanation = phrase("Which parts of the day can you help, and what do you like to do?")
    return OpenTask(title, "AvailabilityView.edit", explanation, until, {"code": election.code})


def _find_answers(member: Member, now: datetime) -> list[OpenTask]:
    found = db.session.scalars(threads.unread_by_member(member.id).order_by(Thread.last_message_at)).all()
    explanation = phrase("The election team wrote to you in the message box.")
    page = "MessageBoxView.open"
    return [
        OpenTask(
            phrase("Read: %(subject)s", subject=one.subject), page, explanation, None, {"pk": one.id}, is_reading=True
        )
        for one in found
    ]


# Each subject that can ask something of a member adds its own finder here.
FINDERS: list[Callable[[Member, datetime], list[OpenTask]]] = [
    _find_check,
    _find_bsn,
    _find_availability,
    _find_answers,
]
