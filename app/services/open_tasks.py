"""What a member still has to do, in the order of the home page "Wat moet ik doen?"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from app.models import AvailabilityState, Election, Member, MemberState
from app.services.availability import MAY_ANSWER, find_availability, is_candidate
from app.services.availability_period import deadline_of, list_answerable_elections
from app.texts import Text, text

CHECK_AGAIN_AFTER: Final = timedelta(days=365)  # people move; a year is the rhythm of elections


@dataclass(frozen=True, slots=True)
class OpenTask:
    """One thing to do: `endpoint` with `arguments` is the page where it is done, `deadline` an instant or None."""

    title: Text
    endpoint: str
    explanation: Text
    deadline: datetime | None = None
    arguments: dict[str, Any] = field(default_factory=dict)


def list_open_tasks(member: Member, now: datetime) -> list[OpenTask]:
    """The tasks of one member; those with a deadline first, the nearest on top."""
    if member.state in (MemberState.RESIGNED, MemberState.ANONYMISED):
        return []
    tasks = [task for find in FINDERS for task in find(member, now)]
    return sorted(tasks, key=lambda task: (task.deadline is None, task.deadline or now))


def needs_check(member: Member, now: datetime) -> bool:
    """Whether the member never checked the personal data, or more than a year ago."""
    return member.data_checked_at is None or now - member.data_checked_at > CHECK_AGAIN_AFTER


def _find_check(member: Member, now: datetime) -> list[OpenTask]:
    if not needs_check(member, now):
        return []
    explanation = text("Is what we know about you still right?")
    return [OpenTask(text("Check your personal data"), "ProfileView.show", explanation)]


def _find_bsn(member: Member, now: datetime) -> list[OpenTask]:
    if member.bsn_known_at is not None:
        return []
    return [OpenTask(text("Fill in your BSN"), "ProfileView.bsn", text("We need it to pay your fee."))]


def _find_availability(member: Member, now: datetime) -> list[OpenTask]:
    """The elections that the member can answer now and did not; a declared candidate was heard already."""
    if member.state not in MAY_ANSWER:
        return []
    found = list_answerable_elections()
    return [_availability_task(one, until) for one in found if (until := _asked_until(member, one, now))]


def _asked_until(member: Member, election: Election, now: datetime) -> datetime | None:
    row = find_availability(member.id, election.id)
    if row is not None and (row.state != AvailabilityState.REQUESTED or is_candidate(member.id, election.id)):
        return None
    return deadline_of(election, row, now)


def _availability_task(election: Election, until: datetime) -> OpenTask:
    title = text("Give your availability: %(election)s", election=election.name)
    explanation = text("Which parts of the day can you help, and what do you like to do?")
    return OpenTask(title, "AvailabilityView.edit", explanation, until, {"code": election.code})


# Each subject that can ask something of a member adds its own finder here.
FINDERS: list[Callable[[Member, datetime], list[OpenTask]]] = [_find_check, _find_bsn, _find_availability]
