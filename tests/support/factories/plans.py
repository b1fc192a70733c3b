"""Published plans for tests: versions with places, as publishing leaves them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import count

from sqlalchemy import func, select

from app.extensions import db
from app.models import Election, Function, Member, PlanVersion, PollingStation, PublishedPlace, Shift
from app.services.planning.times import shift_hours
from tests.support.factories.elections import make_function

Wanted = tuple[Member, PollingStation | None, Shift, Function]
_assignments = count(1)


def place(member: Member, station: PollingStation | None, shift: Shift, code: str = "stembureaulid") -> Wanted:
    """A place to publish, in the function with this code."""
    return member, station, shift, make_function(code)


def publish_places(
    election: Election, wanted: Sequence[Wanted], *, now: datetime, ended: Sequence[PublishedPlace] = ()
) -> list[PublishedPlace]:
    """A new version that adds these places, and ends others."""
    number = db.session.scalar(select(func.count()).where(PlanVersion.election_id == election.id)) or 0
    version = PlanVersion(election_id=election.id, number=number + 1, published_at=now)
    db.session.add(version)
    db.session.flush()
    for place in ended:
        place.until_version_id = version.id
    places = [_place(election, version, *each) for each in wanted]
    db.session.add_all(places)
    db.session.commit()
    return places


def _place(
    election: Election,
    version: PlanVersion,
    member: Member,
    station: PollingStation | None,
    shift: Shift,
    function: Function,
) -> PublishedPlace:
    starts_at, ends_at = shift_hours(shift)
    return PublishedPlace(
        election_id=election.id,
        member_id=member.id,
        assignment_id=next(_assignments),
        station_id=station.id if station else None,
        shift_id=shift.id,
        function_id=function.id,
        starts_at=starts_at,
        ends_at=ends_at,
        since_version_id=version.id,
    )
