"""A member on a phone: reads where and when, answers, and says "I cannot come after all" with one tap from home."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.models import MemberAnswer, PollingStation
from tests.support.factories.appointments import appoint, decision_of, make_setup
from tests.support.factories.elections import (
    give_availability,
    make_function,
    make_open_election,
    make_station,
    shifts_of,
)
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.plans import publish_places
from tests.support.statements import seen_statements

HERE = "/mijn-benoeming/"


@pytest.fixture
def setup(db, now):
    return make_setup(make_open_election(), answer_until=now + timedelta(days=10), now=now)


@pytest.fixture
def member(setup, now, clock):
    member, shares, silent = (
        make_member(),
        make_member(first_name="Anna", infix="", surname="Bos", mobile="+31612345678"),
        make_member(first_name="Piet", infix="", surname="Stil", mobile="+31687654321"),
    )
    give_availability(shares, setup.election)
    station, early = make_station(setup.election, 12, street="Dorpsplein 1"), shifts_of(setup.election)[0]
    people = [(member, "voorzitter"), (shares, "stembureaulid"), (silent, "stembureaulid")]
    publish_places(setup.election, [(who, station, early, make_function(code)) for who, code in people], now=now)
    appoint(setup, now=now)
    return member


@pytest.fixture
def phone(client, sign_in_as, member):
    return sign_in_as(client, member)


def test_home_asks_for_the_answer_and_the_page_says_where_when_and_with_whom(phone, member, db):
    assert "Geef antwoord op je benoeming" in phone.get("/").text
    with seen_statements(db.engine) as seen:
        page = phone.get(HERE).text
    assert len(seen) <= 14, seen
    for wanted in ("Stembureau 12 Stadhuis", "Dorpsplein 1", "woensdag 18 maart 2026", "Voorzitter", "Anna Bos"):
        assert wanted in page, wanted
    assert "06 12345678" in page
    assert "Piet Stil" in page
    assert "87654321" not in page
    letter = phone.get(f"/bestanden/{decision_of(member).file_id}/brief.pdf")
    assert letter.data.startswith(b"%PDF")


def test_a_yes_and_then_i_cannot_come_after_all_one_tap_from_home(phone, member, setup, db):
    decision = decision_of(member)
    assert phone.post(f"{HERE}{decision.id}/ja").status_code == 302
    assert decision_of(member).answer == MemberAnswer.ACCEPTED
    no = f"{HERE}{decision.id}/nee"
    for state in ("planning", "published"):  # while the plan is shown, and while it is made anew
        setup.election.state = state
        db.session.commit()
        home = phone.get("/").text
        assert home.count('<h2 id="coming-') + home.count('<h2 id="plek-') == 1, state
        assert home.count(no) == 1, state
    assert f'href="{no}"' in home
    assert "Ik kan toch niet komen" in home
    page = phone.get(no).text
    assert "tel:" in page or "Bel" in page
    empty = phone.post(no, data={"reason": ""})
    assert empty.status_code == 422
    assert phone.post(no, data={"why": "personal"}).status_code == 302
    assert decision_of(member).answer == MemberAnswer.CANCELLED
    home = phone.get("/").text
    assert f'href="{no}"' not in home
    assert "Stadhuis" not in home
    assert "Stadhuis" not in phone.get("/mijn-indeling/").text
    gone = phone.get(HERE).text
    assert "Waar je zou helpen" in gone
    assert "Je bent:" not in gone


def test_nobody_answers_for_somebody_else(client, sign_in_as, member, setup):
    decision = decision_of(member)
    sign_in_as(client, make_member())
    assert client.post(f"{HERE}{decision.id}/ja").status_code == 404
    assert client.get(f"{HERE}{decision.id}/nee").status_code == 404
    assert client.post(f"{HERE}{decision.id}/nee", data={"reason": "x"}).status_code == 404
    assert "geen benoeming" in client.get(HERE).text
    assert decision_of(member).answer == MemberAnswer.NONE


def test_the_team_types_in_the_answer_of_who_calls(client, sign_in_as, member):
    decision = decision_of(member)
    team = sign_in_as(client, make_staff())
    here = f"/benoemingen/antwoord/{decision.id}"
    assert f'href="{here}"' in team.get(f"/benoemingen/show/{decision.id}").text
    assert team.post(here, data={"comes": "no", "why": "other", "reason": ""}).status_code == 422
    assert team.post(here, data={"comes": "yes"}).status_code == 302
    assert decision_of(member).answer == MemberAnswer.ACCEPTED
    assert team.post(here, data={"comes": "no", "why": "other", "reason": "Belde"}).status_code == 302
    assert decision_of(member).answer == MemberAnswer.CANCELLED
    assert "niet kunnen komen" in team.get("/").text or "niet kan komen" in team.get("/").text


def test_the_places_lead_to_the_appointment_and_stand_in_the_menu(phone, setup, db):
    setup.election.state = "published"
    db.session.commit()
    page = phone.get("/mijn-indeling/").text
    assert f'href="{HERE}"' in page[page.index("<main") :]
    assert 'href="/mijn-indeling/"' in phone.get(HERE).text


def test_the_way_stands_there_by_address_or_by_where_the_station_lies_and_not_where_neither_is_known(phone, db):
    assert "openstreetmap.org/search?query=Dorpsplein+1" in phone.get(HERE).text
    station = db.session.scalars(select(PollingStation)).one()
    station.latitude, station.longitude = Decimal("52.077591"), Decimal("4.316640")
    db.session.commit()
    assert "openstreetmap.org/directions?to=52.077591,4.316640" in phone.get(HERE).text
    station.latitude = station.longitude = None
    station.street = station.postcode = station.city = ""
    db.session.commit()
    assert "openstreetmap" not in phone.get(HERE).text
