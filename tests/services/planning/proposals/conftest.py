"""An election that is planned, people who can, and a place that was published."""

from __future__ import annotations

import pytest

from app.models import (
    Availability,
    Election,
    Member,
    PreferredFunction,
    PublishedPlace,
)
from app.models import PlanVersion as Version
from app.services.audit import COMMAND
from app.services.planning.board import acts
from app.services.planning.board.places import Place
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.planning import (
    make_available,
    make_planned_election,
    places_of,
    stations_of,
)


@pytest.fixture
def election(request, remembered) -> Election:
    if "people" in request.fixturenames:
        return request.getfixturevalue("election_and_people")[0]
    return remembered(lambda: make_planned_election(1, 2))


@pytest.fixture
def people(election_and_people):
    """Ten who can all day, of whom the first four want to be chair."""
    return election_and_people[1]


@pytest.fixture
def election_and_people(db, remembered) -> tuple[Election, list[Member]]:
    def make() -> tuple[Election, list[Member]]:
        election = make_planned_election(1, 2)
        members = [make_available(election) for _number in range(10)]
        for member in members[:4]:
            answer = db.session.query(Availability).filter_by(member_id=member.id).one()
            chair = make_function("voorzitter").id
            db.session.add(PreferredFunction(availability_id=answer.id, member_id=member.id, function_id=chair, rank=1))
        return election, members

    return remembered(make)


@pytest.fixture
def published(db, election, people, now):
    """The first member is published at station 1, for the first shift."""
    station, shift = stations_of(election)[0], shifts_of(election)[0]
    place = Place(people[5].id, station.id, shift.id, make_function("stembureaulid").id)
    acts.assign_many(election, [place], actor=COMMAND, now=now)
    row = places_of(people[5])[0]
    version = Version(election_id=election.id, number=1, published_at=now)
    db.session.add(version)
    db.session.flush()
    copied = ("election_id", "member_id", "station_id", "shift_id", "function_id", "starts_at", "ends_at")
    values = {name: getattr(row, name) for name in copied}
    db.session.add(PublishedPlace(**values, assignment_id=row.id, since_version_id=version.id))
    db.session.commit()
    return row
