"""When members may give their availability for an election, and why not at other moments."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from app.clock import local
from app.extensions import db
from app.models import Availability, AvailabilityState, Election, ElectionState
from app.phrases import Phrase, RuleBroken, phrase
from app.services.audit import Actor, record_event

CAN_BE_OPENED = {ElectionState.DRAFT, ElectionState.RECRUITING, ElectionState.PLANNING}


def open_availability(
    election: Election,
    *,
    opens_at: datetime,
    closes_at: datetime,
    explanation: str,
    explanation_en: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Ask members for their availability from `opens_at` until `closes_at` (UTC), with an explanation (Markdown).

    The election becomes `recruiting`. Calling it again changes the period; answers that were locked for planning can
    then be changed again. Raises RuleBroken for a period that ends before it begins, in the past or after voting day,
    and for an election without shifts or beyond planning.
    """
    _check_can_be_opened(election)
    _check_period(election, opens_at, closes_at, now)
    election.availability_opens_at = opens_at
    election.availability_closes_at = closes_at
    election.availability_explanation = explanation.strip()
    election.availability_explanation_en = explanation_en.strip()
    election.state = ElectionState.RECRUITING
    unlock = update(Availability).where(
        Availability.election_id == election.id, Availability.state == AvailabilityState.LOCKED
    )
    db.session.execute(unlock.values(state=AvailabilityState.SUBMITTED))
    db.session.flush()
    record_event(actor, "availability.opened", now=now, subject=election, until=closes_at.isoformat(timespec="minutes"))


def _check_can_be_opened(election: Election) -> None:
    if election.state not in CAN_BE_OPENED:
        raise RuleBroken(phrase("The plan of this election is published; availability can no longer be opened."))
    if not any(day.shifts for day in election.days):
        raise RuleBroken(phrase("This election has no shifts yet. Add the days and shifts first."))


def _check_period(election: Election, opens_at: datetime, closes_at: datetime, now: datetime) -> None:
    if closes_at <= opens_at:
        raise RuleBroken(phrase("The end is after the beginning."), field="closes_at")
    if closes_at <= now:
        raise RuleBroken(phrase("The end is in the future."), field="closes_at")
    if local(closes_at).date() > election.voting_on:
        raise RuleBroken(
            phrase("The end is not after the voting day, %(voting_on)s.", voting_on=election.voting_on),
            field="closes_at",
        )


def why_closed(election: Election, availability: Availability | None, now: datetime) -> Phrase | None:
    """Why this answer cannot be given or changed at `now`, or None when it can.

    Instants are compared, not wall clocks, so the hour that is skipped or repeated changes nothing. The end itself is
    outside the period. An answer that the team reopened is open until its own end.
    """
    if election.state == ElectionState.DRAFT or not election.availability_opens_at:
        return phrase("Availability is not asked for this election yet.")
    if not election.is_answerable:
        return phrase("This election is over or has begun. Availability can no longer be given.")
    if availability is not None and availability.is_reopened(now):
        return None
    if availability is not None and availability.state == AvailabilityState.LOCKED:
        return phrase("The planning has started, so your answer can no longer be changed. Tell the election team.")
    return _outside_period(election, now)


def _outside_period(election: Election, now: datetime) -> Phrase | None:
    if election.asks_at(now):
        return None
    opens_at = election.availability_opens_at
    if opens_at is not None and now < opens_at:
        return phrase("You can give your availability from %(opens_at)s.", opens_at=opens_at)
    return phrase(
        "You could give your availability until %(closes_at)s. Has something changed? Tell the election team.",
        closes_at=election.availability_closes_at,
    )


def deadline_of(election: Election, availability: Availability | None, now: datetime) -> datetime | None:
    """Until when this answer can be given or changed; None when it cannot."""
    if why_closed(election, availability, now) is not None:
        return None
    deadlines = [election.availability_closes_at]
    if availability is not None and availability.is_reopened(now):
        deadlines.append(availability.reopened_until)
    return max(filter(None, deadlines))


_ANSWERABLE: Final = (
    select(Election)
    .where(Election.is_answerable, Election.availability_opens_at.is_not(None))
    .order_by(Election.voting_on, Election.id)
)


def list_answerable_elections() -> list[Election]:
    """Elections that ask, will ask or asked for availability and have not begun, the first voting day first."""
    return list(db.session.scalars(_ANSWERABLE))
