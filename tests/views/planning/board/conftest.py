"""What the tests of the board share: an election that is planned, and a planner who reads its pages."""

from __future__ import annotations

import pytest
from lxml import html

from app.models import Assignment
from app.services.audit import COMMAND, Actor
from app.services.planning.board import acts
from app.services.planning.board.places import Place
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.people import make_staff
from tests.support.factories.planning import (
    make_planned_election,
    places_of,
    stations_of,
)


@pytest.fixture
def election(remembered):
    return remembered(lambda: make_planned_election(1, 2))


@pytest.fixture
def me(db):
    return make_staff()


@pytest.fixture
def read(client, sign_in_as, me):
    """What a planner reads at this address, redirects followed."""
    sign_in_as(client, me)

    def get(url: str):
        answer = client.get(url, follow_redirects=True)
        assert answer.status_code == 200, answer.status_code
        return html.fromstring(answer.text)

    return get


@pytest.fixture
def give(db, election, now):
    def do(member, shift: int = 0, station: int = 0, function: str = "stembureaulid", by=None) -> Assignment:
        place = Place(
            member.id, stations_of(election)[station].id, shifts_of(election)[shift].id, make_function(function).id
        )
        actor = Actor(by.username, by.id) if by else COMMAND
        acts.assign_many(election, [place], confirmed={"no_answer", "no_need"}, actor=actor, now=now)
        db.session.commit()
        return places_of(member)[-1]

    return do
