"""With as many polling stations as a large municipality has, each page of the election stays light."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import insert, select

from app.models import Assignment, ElectionState, PollingStation
from app.services.planning.times import shift_hours
from tests.support.factories.elections import make_function, make_open_election, shifts_of
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.plans import publish_places
from tests.support.factories.staffing import PLANNED_AT, fill_needs
from tests.views.pages.test_light_pages import LARGEST_PAGE, crawl

STATIONS = 420
LONG = "Openbare basisschool De Regenboog, ingang achterzijde"
ASKED = ("", "?size=500", "?size=100000", "?page=2&size=500")  # what an address may ask


@pytest.fixture
def election(db):
    """A plan with one person at each station, published for the first of them."""
    election = make_open_election()
    db.session.add_all(PollingStation(election_id=election.id, number=n, name=f"{LONG} {n}") for n in range(1, 421))
    fill_needs(election)
    stations = db.session.scalars(select(PollingStation).where(PollingStation.election_id == election.id)).all()
    early, chair = shifts_of(election)[0], make_function("voorzitter")
    publish_places(election, [(make_member(), station, early, chair) for station in stations[:60]], now=PLANNED_AT)
    starts_at, ends_at = shift_hours(early)
    same = {"election_id": election.id, "shift_id": early.id, "function_id": chair.id, "changed_at": PLANNED_AT}
    same |= {"starts_at": starts_at, "ends_at": ends_at, "is_locked": False, "note": "", "version": 1}
    places = [{**same, "station_id": station.id, "member_id": make_member().id} for station in stations[60:120]]
    db.session.execute(insert(Assignment), places)
    election.state = ElectionState.PLANNING
    db.session.commit()
    return election


def test_pages_of_an_election_with_420_stations_are_light_whatever_the_address_asks(
    client, sign_in_as, statements, election
):
    team = sign_in_as(client, make_staff())
    own = re.compile(rf"/(verkiezingen/(show/)?{re.escape(election.code)}|indeling/{election.id})(/|$)")
    start = f"/verkiezingen/{election.code}"
    seen = [address.partition("?")[0] for address, _answer, _asked in crawl(team, statements, start, own)]
    assert len(seen) > 15, seen
    heavy = {
        f"{address}{more}": weight
        for address in seen
        for more in ASKED
        if (weight := len(team.get(f"{address}{more}").data)) >= LARGEST_PAGE
    }
    assert heavy == {}
