"""The pages of an election's planning lead to each other, and the page of the election to all of them."""

from __future__ import annotations

import re

import pytest
from flask import url_for

from app.models import ElectionState
from app.views.parts.planning_row import STEPS
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.staffing import make_place

ROW = re.compile(r'<nav class="tabs planning-row.*?</nav>', re.DOTALL)
LINK = re.compile(r'href="([^"]+)"')


def addresses(app, election):
    known = {"id": election.id, "code": election.code}
    with app.test_request_context():
        return [
            url_for(step.endpoint, **{name: known[key] for name, key in step.takes.items()}, **step.more)
            for step in STEPS
        ]


@pytest.fixture
def election(db):
    made = make_election()
    made.state = ElectionState.PLANNING
    db.session.commit()
    return made


@pytest.fixture
def team(client, sign_in_as):
    return sign_in_as(client, make_staff())


@pytest.mark.parametrize("step", range(len(STEPS)), ids=[step.endpoint for step in STEPS])
def test_each_page_of_planning_leads_to_all_others(app, team, election, step):
    wanted = addresses(app, election)

    page = team.get(wanted[step], follow_redirects=True).text

    row = ROW.search(page)
    assert row, "no row of links"
    assert [url.replace("&amp;", "&") for url in LINK.findall(row[0])] == wanted
    assert row[0].count("aria-current") == 1
    folded = re.search(r"<summary><span[^>]*>[^<]*</span>([^<]+)</summary>", row[0])
    assert folded, "on a phone the row folds behind the name of this page"
    assert f'aria-current="true">{folded[1]}</a>' in row[0]


@pytest.mark.parametrize("part", ["", "/verplaatsen", "/ruilen", "/vervangen"])
def test_each_page_about_a_place_has_the_row(team, election, part):
    place = make_place(
        make_member(), make_station(election, 7, "De Brug"), shifts_of(election)[0], make_function("voorzitter")
    )

    row = ROW.search(team.get(f"/indeling/{election.id}/plek/{place.id}{part}").text)

    assert row
    assert row[0].count("href") == len(STEPS)


def test_the_page_of_the_election_leads_to_all_of_them(app, team, election):
    page = team.get(f"/verkiezingen/{election.code}").text.replace("&amp;", "&")

    assert [url for url in addresses(app, election) if f'href="{url}"' not in page] == []


def test_a_page_of_something_else_has_no_row(client, sign_in_as, election):
    sign_in_as(client, make_member().user)

    assert "planning-row" not in client.get("/").text
