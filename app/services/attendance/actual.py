"""The actual coverage of an election: who was there, judged as the plan is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import Capacity, Election, Function
from app.services.attendance.people import STAYS, list_people
from app.services.planning.coverage.plan import Row, There, find_coverage
from app.services.planning.needs.choices import list_shifts


def find_actual(election: Election, now: datetime) -> list[Row]:
    """Every station by what is noted, until `now`: what is still to come is not judged. Eight statements."""
    return [row for row in find_coverage(election, list_there(election, now), until=now) if row.station is not None]


def list_there(election: Election, now: datetime) -> list[There]:
    """Who was where from when until when, a row for each spell. Four statements.

    Who was never signed off counts until shortly after the last place there; who came unnoted does not count.
    """
    shifts = list_shifts(election.id)
    member = select(Function.id).where(Function.capacity == Capacity.MEMBER).order_by(Function.is_active.desc())
    first = member.order_by(Function.position).limit(1)
    as_member = db.session.scalars(first).one_or_none() or 0  # a voter sits in as a member
    found = []
    for station_id, people in list_people(election.id, shifts).items():
        over = {who.person_id: max(o.ends_at for o in people if o.person_id == who.person_id) for who in people}
        for who in people:
            for since, until in who.spells:
                end = until or min(over[who.person_id] + STAYS, now)
                if since is not None and since < end:
                    function_id = who.function_id or as_member
                    found.append(There(station_id, who.shift_id, who.person_id, function_id, since, end))
    return found
