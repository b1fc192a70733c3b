"""Publishing after a look at it; and what a member sees of it, which is nothing of a draft and nothing of others."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.models import Assignment, ElectionState, PlanVersion, PublishedPlace
from app.models.guard.raw_sql import RowForbidden
from app.models.guard.row_guard import enter, own_rows
from app.services.audit import COMMAND
from app.services.planning.versions import publishing
from tests.support.factories.elections import (
    give_availability,
    make_function,
    make_open_election,
    make_station,
    shifts_of,
)
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.staffing import make_place
from tests.support.statements import seen_statements


@pytest.fixture
def election(db):
    election = make_open_election(what_to_bring="- een **legitimatiebewijs**\n- brood")
    election.state = ElectionState.PLANNING
    db.session.commit()
    return election


@pytest.fixture
def station(election):
    return make_station(
        election,
        12,
        "Wijkcentrum",
        street="Dorpsstraat 3",
        postcode="1234 AB",
        city="Voorbeeldstad",
        accessibility={"Gehandicaptentoilet": "ja"},
    )


@pytest.fixture
def team(app, db, sign_in_as):
    return sign_in_as(app.test_client(), make_staff())


@pytest.fixture
def place(election, station):
    def make(member, shift=0, function="voorzitter"):
        return make_place(member, station, shifts_of(election)[shift], make_function(function))

    return make


def seen_of(page):
    return page.text.split('name="seen" value="')[1].split('"')[0]


def publish(db, election, now):
    publishing.publish(election, actor=COMMAND, now=now)
    db.session.commit()


def test_the_team_sees_what_it_does_before_it_publishes(team, db, election, place):
    member = make_member(first_name="Ada", infix="", surname="Bakker", birth_date=date(2012, 1, 1))
    place(member)
    page = team.get(f"/verkiezingen/{election.code}/publiceren/")
    assert "Ada Bakker" in page.text
    assert "12 Wijkcentrum, Voorzitter" in page.text
    assert "Niemand krijgt bericht" in page.text
    assert "1 lid heeft een plek, maar een regel houdt het lid tegen" in page.text
    assert "1 stembureau heeft op een moment te weinig mensen" in page.text
    assert db.session.scalars(select(PlanVersion)).all() == []
    seen = seen_of(page)
    answer = team.post(f"/verkiezingen/{election.code}/publiceren/", data={"seen": seen})
    assert answer.status_code == 302
    db.session.expire_all()
    assert election.state == ElectionState.PUBLISHED
    assert "1" in team.get(f"/indeling/versies/list/?election={election.id}").text
    assert "Ada Bakker" in team.get(f"/indeling/gepubliceerd/list/?election={election.id}&counts=yes").text


def test_what_changed_meanwhile_is_looked_at_once_more(team, db, election, place):
    place(make_member())
    seen = seen_of(team.get(f"/verkiezingen/{election.code}/publiceren/"))
    place(make_member())
    answer = team.post(f"/verkiezingen/{election.code}/publiceren/", data={"seen": seen})
    assert "De indeling is veranderd terwijl je keek" in answer.text
    assert db.session.scalars(select(PlanVersion)).all() == []
    assert team.post(f"/verkiezingen/{election.code}/publiceren/", data={"seen": seen_of(answer)}).status_code == 302


def test_the_next_step_of_the_planning_is_a_look_first(team, db, election, place):
    place(make_member())
    answer = team.post(f"/verkiezingen/{election.code}/volgende-stap")
    assert answer.location.endswith(f"/verkiezingen/{election.code}/publiceren/")
    db.session.expire_all()
    assert election.state == ElectionState.PLANNING
    assert f"/verkiezingen/{election.code}/publiceren/" in team.get(f"/verkiezingen/{election.code}").text


def test_the_look_costs_the_same_for_many(team, db, election, place):
    place(make_member())
    address = f"/verkiezingen/{election.code}/publiceren/"
    team.get(address)
    with seen_statements(db.engine) as few:
        team.get(address)
    for _ in range(6):
        place(make_member())
    with seen_statements(db.engine) as many:
        team.get(address)
    assert len(few) == len(many) <= 10


def test_a_member_reads_where_when_how_and_what_to_bring_once_published(db, client, sign_in_as, election, place, now):
    member = make_member()
    give_availability(member, election)
    election.state = ElectionState.PLANNING
    place(member, 0), place(member, 2, "stembureaulid")
    browser = sign_in_as(client, member)
    home, own = browser.get("/").text, browser.get("/mijn-indeling/").text
    assert "Wijkcentrum" not in home + own + browser.get(f"/beschikbaarheid/{election.code}").text
    assert "Je hebt nog geen plek" in own
    publish(db, election, now)
    home, own = browser.get("/").text, browser.get("/mijn-indeling/").text
    answer = browser.get(f"/beschikbaarheid/{election.code}").text
    for page in (home, answer, own):
        assert "12 Wijkcentrum" in page
        assert "Voorzitter" in page
        assert "7.00–14.30 uur" in page
    assert "Dorpsstraat 3" in own
    assert "Gehandicaptentoilet: ja" in own
    assert "<strong>legitimatiebewijs</strong>" in own
    assert "openstreetmap.org/search?query=Dorpsstraat+3%2C+1234+AB+Voorbeeldstad" in own
    assert 'rel="noopener noreferrer external"' in own


def test_of_a_station_without_a_street_the_way_and_the_note_are_there(db, client, sign_in_as, election, place, now):
    """As the form of the open data standard has it: a number of the BAG, and where it lies."""
    member = make_member()
    station = place(member).station
    station.street = station.postcode = station.city = ""
    station.latitude, station.longitude, station.address_note = Decimal("52.077591"), Decimal("4.31664"), "Achterom"
    db.session.commit()
    publish(db, election, now)
    own = sign_in_as(client, member).get("/mijn-indeling/").text
    assert "Achterom" in own
    assert "openstreetmap.org/directions?to=52.077591,4.316640" in own


def test_a_change_after_publishing_is_not_seen_until_it_is_published(db, client, sign_in_as, election, place, now):
    member = make_member()
    row = place(member)
    publish(db, election, now)
    db.session.delete(row)
    db.session.commit()
    place(member, 1)
    browser = sign_in_as(client, member)
    assert "14.15" not in browser.get("/mijn-indeling/").text
    assert "7.00–14.30 uur" in browser.get("/mijn-indeling/").text
    publish(db, election, now)
    assert "7.00–14.30 uur" not in browser.get("/mijn-indeling/").text


def test_another_member_sees_nothing_of_it(db, client, sign_in_as, election, place, now):
    member, other = make_member(), make_member()
    place(member)
    publish(db, election, now)
    browser = sign_in_as(client, other)
    for path in ("/", "/mijn-indeling/", f"/mijn-indeling/?member={member.id}", f"/mijn-indeling/{member.id}"):
        assert "Wijkcentrum" not in browser.get(path).text
    key = db.session.scalars(select(PublishedPlace.id)).one()
    for path in (f"/indeling/gepubliceerd/list/?member={member.member_number}", f"/indeling/gepubliceerd/show/{key}"):
        assert browser.get(path).status_code in (403, 404)


def test_beneath_the_pages_a_member_reaches_no_draft_and_no_place_of_others(db, election, place, now):
    member, other = make_member(), make_member()
    for person in (member, other):
        place(person)
    publish(db, election, now)
    member_id, user_id = member.id, member.user_id
    db.session.expunge_all()
    before = enter(own_rows(member_id=member_id, user_id=user_id))
    try:
        assert db.session.scalars(select(Assignment)).all() == []
        assert [row.member_id for row in db.session.scalars(select(PublishedPlace))] == [member_id]
        with pytest.raises(RowForbidden):
            db.session.execute(select(Assignment.__table__)).all()
        with pytest.raises(RowForbidden):
            db.session.execute(select(PublishedPlace.__table__)).all()
    finally:
        enter(before)
