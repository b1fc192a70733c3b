"""Taking over who worked when. It may be done again: what is confirmed stays, what is open follows the day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, select

from app.extensions import db
from app.models import Election, ElectionState, HoursSource, HoursState, WorkedHours
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.bulk import serialize
from app.services.evaluation.hours.sources import Known, find_known

CLOSED = phrase("This election is closed. Its hours no longer change.")


def collect_hours(election: Election, *, actor: Actor, now: datetime) -> int:
    """Make rows for what is over, and bring those that are open up to date; gives how many were made or changed.

    Raises RuleBroken for a closed election.
    """
    if election.state == ElectionState.CLOSED:
        raise RuleBroken(CLOSED)
    serialize(f"hours {election.id}")
    known = find_known(election, now)
    changed = _follow(election, known)
    if known:
        rows = [{"election_id": election.id, **asdict(found)} for found in known.values()]
        db.session.execute(insert(WorkedHours), rows)
    changed += len(known)
    if changed:
        record_event(actor, "hours.collected", now=now, subject=election, count=changed)
    return changed


def _follow(election: Election, known: dict[tuple[int, int], Known]) -> int:
    """Bring the open rows up to date, and take all that have a row out of `known`; gives how many changed."""
    changed = 0
    for row in db.session.scalars(select(WorkedHours).where(WorkedHours.election_id == election.id)).all():
        found = known.pop((row.member_id, row.shift_id), None)
        if row.state == HoursState.OPEN:
            changed += _bring_up_to_date(row, found)
    db.session.flush()
    return changed


def _bring_up_to_date(row: WorkedHours, found: Known | None) -> bool:
    """Whether it changed, or went because it is no longer known."""
    if found is None and row.source == HoursSource.TEAM:
        return False  # typed by the team, of whom nothing else is known
    if found is None:
        db.session.delete(row)
        return True
    other = {name: value for name, value in asdict(found).items() if getattr(row, name) != value}
    for name, value in other.items():
        setattr(row, name, value)
    return bool(other)
