"""The life of an election: draft → recruiting → planning → published → running → settling → closed.

`recruiting` begins in `availability_period.open_availability`; each other step is one function here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.clock import local_today
from app.models import Election, ElectionState
from app.phrases import Phrase, RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.availability.answers import lock_availability


def start_planning(election: Election, *, actor: Actor, now: datetime) -> None:
    """Recruiting → planning: the answers are fixed. Raises RuleBroken while members may still answer."""
    _check_state(election, ElectionState.RECRUITING)
    closes_at = election.availability_closes_at
    if closes_at is not None and now < closes_at:
        raise RuleBroken(
            phrase(
                "Members may answer until %(closes_at)s. Start the planning after that, or end the period earlier.",
                closes_at=closes_at,
            )
        )
    lock_availability(election, actor=actor, now=now)
    _move(election, ElectionState.PLANNING, actor, now)


def publish_plan(election: Election, *, actor: Actor, now: datetime) -> None:
    """Planning → published: members see where they are expected."""
    _check_state(election, ElectionState.PLANNING)
    _move(election, ElectionState.PUBLISHED, actor, now)


def start_running(election: Election, *, actor: Actor, now: datetime) -> None:
    """Published → running, from the first day of the election on."""
    _check_state(election, ElectionState.PUBLISHED)
    first = min((day.date for day in election.days), default=election.voting_on)
    if local_today(now) < first:
        raise RuleBroken(phrase("The first day of this election is %(day)s.", day=first))
    _move(election, ElectionState.RUNNING, actor, now)


def start_settling(election: Election, *, actor: Actor, now: datetime) -> None:
    """Running → settling, after the last day: attendance and payments."""
    _check_state(election, ElectionState.RUNNING)
    last = max((day.date for day in election.days), default=election.voting_on)
    if local_today(now) <= last:
        raise RuleBroken(phrase("The last day of this election is %(day)s.", day=last))
    _move(election, ElectionState.SETTLING, actor, now)


def close_election(election: Election, *, actor: Actor, now: datetime) -> None:
    """Settling → closed: nothing of it changes any more."""
    _check_state(election, ElectionState.SETTLING)
    _move(election, ElectionState.CLOSED, actor, now)


Step = Callable[..., None]
NEXT_STEPS: dict[str, tuple[Phrase, Step]] = {
    ElectionState.RECRUITING: (phrase("Start the planning"), start_planning),
    ElectionState.PLANNING: (phrase("Publish the plan"), publish_plan),
    ElectionState.PUBLISHED: (phrase("Start the election days"), start_running),
    ElectionState.RUNNING: (phrase("Start settling"), start_settling),
    ElectionState.SETTLING: (phrase("Close the election"), close_election),
}


def _check_state(election: Election, wanted: ElectionState) -> None:
    if election.state != wanted:
        raise RuleBroken(phrase("That step does not follow from where this election stands now."))


def _move(election: Election, state: ElectionState, actor: Actor, now: datetime) -> None:
    before, election.state = election.state, state
    record_event(actor, "election.moved", now=now, subject=election, before=str(before), after=str(state))
