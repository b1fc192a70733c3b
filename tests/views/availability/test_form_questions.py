"""What the form for availability asks, and when it asks less."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.models import Availability, DeclarationKind
from app.services.elections import declarations
from tests.support.factories.elections import filled_in, make_open_election, make_station, shifts_of
from tests.support.factories.people import make_member

ADDRESS = "/beschikbaarheid/GR2026_Voorbeeldstad"
FORM = f"{ADDRESS}/invullen"
DAY = r"(?:maan|dins|woens|donder|vrij|zater|zon)dag \d{1,2} maart 2026"


@pytest.fixture(autouse=True)
def _within_the_period(clock):
    """The clock of requests stands in the period of `make_open_election`."""


@pytest.fixture
def election(db):
    return make_open_election()


@pytest.fixture
def member(db, client, sign_in_as):
    found = make_member()
    sign_in_as(client, found)
    return found


def _declares_candidacy(election):
    text = next(r for r in declarations.list_current_texts(election.id) if r.kind == DeclarationKind.NOT_A_CANDIDATE)
    return filled_in(election, **{f"declaration_{text.id}": "false"})


def test_nothing_is_chosen_beforehand_and_the_first_question_has_to_be_answered(client, election, member):
    page = client.get(FORM).text
    assert "can_help" in page
    assert not re.search(r"<input[^>]* checked", page)
    form = filled_in(election)
    del form["can_help"]
    answer = client.post(FORM, data=form)
    assert answer.status_code == 422
    assert 'href="#can_help-0">Kun je' in answer.text
    assert "Kies ja of nee." in answer.text


def test_an_answer_that_is_known_is_chosen(client, election, member):
    for can_help in ("yes", "no"):
        client.post(FORM, data=filled_in(election, can_help=can_help))
        assert re.search(rf'<input checked [^>]*name="can_help"[^>]*value="{can_help}"', client.get(FORM).text)


def test_each_question_and_each_fault_names_its_day_in_full(client, election, member):
    first = shifts_of(election)[0]
    page = client.post(FORM, data={"can_help": "yes", f"reason_{first.id}": "x" * 301}).text
    legends = re.findall(r'<fieldset[^>]*id="shift_\d+"[^>]*>\s*<legend>([^<]+)', page)
    assert len(legends) == len(shifts_of(election))
    assert all(re.match(rf"{DAY}, ", legend) for legend in legends)
    assert len(set(legends)) == len(legends)
    faults = re.findall(r'<li><a href="#shift_\d+-0">([^<]+)', page)
    assert len(faults) == len(legends)
    assert all(re.match(rf"{DAY}, ", fault) for fault in faults)
    assert re.search(rf"Waarom niet op {DAY}", page)
    assert re.search(rf"<h2>{DAY}</h2>", page)


def test_the_pages_tell_until_when_and_how_long_that_is(client, election, member):
    for address in (FORM, "/beschikbaarheid/"):
        assert re.search(r"\(nog \d+ dagen\)", client.get(address).text), address


def test_no_to_everything_drops_the_preferences(db, client, election, member):
    place = str(make_station(election, 7, "Sporthal").id)
    client.post(FORM, data=filled_in(election, station_1=place))
    assert db.session.scalars(select(Availability)).one().stations
    for form in (filled_in(election, "no", station_1=place), filled_in(election, can_help="no", station_1=place)):
        assert client.post(FORM, data=form).status_code == 302
        db.session.expire_all()
        assert not db.session.scalars(select(Availability)).one().stations
        client.post(FORM, data=filled_in(election, station_1=place))


def test_a_candidate_gets_an_end_page_instead_of_the_form(client, election, member):
    assert client.post(FORM, data=_declares_candidacy(election)).location.endswith(ADDRESS)
    assert client.get(FORM).location.endswith(ADDRESS)
    end = client.get(ADDRESS).text
    assert "zittend lid" in end
    assert "Geef mijn beschikbaarheid door" not in end
    assert "Voordat je kunt helpen" not in end
    assert "Je hoort over deze verkiezing niets meer van ons" in end
    assert "Mijn antwoord wijzigen" in end
    again = re.search(r'href="([^"]+/invullen\?[^"]+)"', end)
    assert client.get(again[1]).status_code == 200
    listed = client.get("/beschikbaarheid/").text
    assert "Je hoeft niets te doen" in listed
    assert FORM not in listed
    assert client.post(again[1], data=filled_in(election)).status_code == 302
    assert "zittend lid bent" not in client.get("/beschikbaarheid/").text


def test_who_helps_with_nothing_is_not_told_what_to_do_before_helping_or_when_to_hear(client, election, member):
    helping = client.post(FORM, data=filled_in(election), follow_redirects=True).text
    assert "Voordat je kunt helpen" in helping  # nothing is known of a training
    assert "maakt het team verkiezingen de indeling" in helping
    none = client.post(FORM, data=filled_in(election, can_help="no"), follow_redirects=True).text
    assert "Je beschikbaarheid is doorgegeven op" in none
    assert "Voordat je kunt helpen" not in none
    assert "maakt het team verkiezingen de indeling" not in none
    assert "Je hoeft voor deze verkiezing niets meer te doen." in none
