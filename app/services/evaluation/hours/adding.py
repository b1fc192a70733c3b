"""Hours of somebody whom neither the plan nor the attendance of the day knows: who helped out unannounced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from app.extensions import db
from app.models import Election, ElectionState, Function, HoursSource, HoursState, Member, Shift, ShiftKind, WorkedHours
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.bulk import serialize
from app.services.elections.stations.station_lookup import list_stations
from app.services.evaluation.hours.collecting import CLOSED
from app.services.evaluation.hours.confirming import correct
from app.services.planning.times import shift_hours


@dataclass(frozen=True, slots=True)
class Added:
    """What the team types: who worked where and when, and why it was not known."""

    shift: Shift
    function_id: int
    station_id: int | None  # None: the central count
    starts_at: datetime
    ends_at: datetime
    reason: str


def add_hours(election: Election, member: Member, added: Added, *, actor: Actor, now: datetime) -> WorkedHours:
    """Hours that count at once, and are experience of the member. Raises RuleBroken with the field.

    Who has hours in that shift already gets no second ones: those are corrected.
    """
    if election.state == ElectionState.CLOSED:
        raise RuleBroken(CLOSED)
    serialize(f"hours {election.id}")
    _check(election, member, added, now)
    starts_at, ends_at = shift_hours(added.shift)
    hours = WorkedHours(
        election=election,
        member=member,
        shift=added.shift,
        station_id=added.station_id,
        function_id=added.function_id,
        starts_at=starts_at,
        ends_at=ends_at,
        minutes=0,
        is_absent=False,
        source=HoursSource.TEAM,
        state=HoursState.OPEN,
    )
    db.session.add(hours)
    db.session.flush()
    record_event(actor, "hours.added", now=now, subject=hours, member_id=member.id)
    times = {"starts_at": added.starts_at, "ends_at": added.ends_at}
    correct(hours, **times, is_absent=False, reason=added.reason, actor=actor, now=now)
    return hours


def _check(election: Election, member: Member, added: Added, now: datetime) -> None:
    if added.shift.day.election_id != election.id:
        raise RuleBroken(phrase("This shift belongs to another election."), field="shift")
    if shift_hours(added.shift)[0] > now:
        raise RuleBroken(phrase("This shift has not begun yet."), field="shift")
    is_central = added.shift.kind == ShiftKind.CENTRAL_COUNT
    if added.station_id is None and not is_central:
        raise RuleBroken(phrase("Choose the polling station: only the central count has none."), field="station")
    if added.station_id is not None and not list_stations(election.id, {added.station_id}):
        raise RuleBroken(phrase("This polling station is not of this election."), field="station")
    if db.session.get(Function, added.function_id) is None:
        raise RuleBroken(phrase("Choose the function."), field="function")
    known = exists().where(WorkedHours.member_id == member.id, WorkedHours.shift_id == added.shift.id)
    if db.session.scalar(select(known)):
        raise RuleBroken(phrase("This member has hours in this shift already: correct those."), field="member")
