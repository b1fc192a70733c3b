"""What tests of the plan share: an election with needs, and verbs that commit."""

from __future__ import annotations

import pytest

from app.models import Member, PlanAct
from app.services.audit import COMMAND
from app.services.planning.board import acts
from app.services.planning.board.places import Place
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.planning import make_planned_election, stations_of


@pytest.fixture
def election(remembered):
    return remembered(lambda: make_planned_election(1, 2))


@pytest.fixture
def place(election):
    """A place for this member: in this shift and at this station, by number from 0."""

    def make(member: Member, shift: int = 0, station: int = 0, function: str = "stembureaulid", **values) -> Place:
        shift_id, station_id = shifts_of(election)[shift].id, stations_of(election)[station].id
        return Place(member.id, station_id, shift_id, make_function(function).id, **values)

    return make


@pytest.fixture
def give(db, election, now):
    def do(*places: Place, **values) -> PlanAct:
        act = acts.assign_many(election, places, **{"actor": COMMAND, "now": now, **values})
        db.session.commit()
        return act

    return do
