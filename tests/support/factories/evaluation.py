"""What comes after an election, for tests: who worked, as the plan and the day say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models import Attendance, Election, Member, PublishedPlace, WorkedHours
from app.services.audit import COMMAND
from app.services.evaluation.hours.collecting import collect_hours
from app.services.planning.times import shift_hours
from tests.support.factories.elections import make_function, make_station, shifts_of
from tests.support.factories.plans import publish_places


def after(election: Election) -> datetime:
    """The morning after its first day."""
    return shift_hours(shifts_of(election)[0])[1] + timedelta(days=1)


def place(election: Election, *members: Member, number: int = 12, code: str = "stembureaulid") -> list[PublishedPlace]:
    """These members at one station in the first shift."""
    station, shift, function = make_station(election, number), shifts_of(election)[0], make_function(code)
    return publish_places(election, [(who, station, shift, function) for who in members], now=after(election))


def attend(place: PublishedPlace, state: str, **values: Any) -> Attendance:
    """What was noted on the day of who has this place."""
    columns = ("election_id", "station_id", "shift_id", "member_id", "function_id")
    of_place = {name: getattr(place, name) for name in columns}
    noted = Attendance(**{**of_place, "state": state, **values})
    db.session.add(noted)
    db.session.commit()
    return noted


def collect(election: Election) -> list[WorkedHours]:
    """All hours of the election, taken over the morning after."""
    collect_hours(election, actor=COMMAND, now=after(election))
    db.session.commit()
    rows = select(WorkedHours).where(WorkedHours.election_id == election.id).order_by(WorkedHours.id)
    return list(db.session.scalars(rows))
