"""Members that a list found are taken along: told something, asked something, shown in another list."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from app.models import (
    BulkRun,
    Campaign,
    Member,
    MemberState,
)
from tests.support.factories.elections import make_open_election
from tests.support.factories.people import make_member, make_staff


@pytest.fixture
def team(db, client, sign_in_as):
    return sign_in_as(client, make_staff())


def test_members_that_were_found_are_told_something(team, db):
    make_member(surname="Binnen", city="Noorddorp")
    make_member(surname="Buiten", city="Zuiddorp")
    db.session.execute(Member.__table__.update().where(Member.city == "Noorddorp").values(search_text="noorddorp x"))
    answer = team.post("/leden/gevonden?q=noorddorp", data={"for": "notify"})
    assert answer.status_code == 302
    assert answer.location.startswith("/verzendingen/add?selection=")
    page = team.get(answer.location).text
    chosen = re.search(r'<option selected value="(\d+)">1 lid, gevonden', page)
    assert chosen, page
    given = {"kind": "information", "title": "Hallo", "audience_found": chosen[1], "audience_match": "all"}
    given |= {"audience_saved": "0", "audience_election": "0", "election_id": "0"}
    made = team.post("/verzendingen/add", data=given)
    assert made.status_code == 302, re.findall(r"error-summary.*?</ul>", made.text, re.DOTALL)
    campaign = db.session.scalars(select(Campaign)).one()
    assert campaign.conditions == [{"kind": "found", "election_id": None, "ids": [int(chosen[1])]}]
    assert "Binnen" in team.get(made.location).text
    assert "Buiten" not in team.get(made.location).text


@pytest.mark.parametrize(("wanted", "begins"), [("write", "/vragen-aan-leden/add"), ("members", "/leden/list/")])
def test_members_of_a_list_of_answers_are_taken_along(team, db, wanted, begins):
    election = make_open_election()
    make_member(surname="Meesma")
    make_member(surname="Gestopt", state=MemberState.RESIGNED)
    answer = team.post(f"/verkiezingen/{election.code}/antwoorden/gevonden", data={"for": wanted})
    assert answer.location.startswith(begins)
    page = team.get(answer.location).text
    assert ("Meesma" in page) if wanted == "members" else ("1 lid, gevonden" in page)
    assert "Gestopt" not in page


def test_of_nothing_found_nothing_is_kept(team, db):
    team.post("/leden/gevonden?state=paused", data={"for": "notify"})
    assert db.session.scalar(select(func.count(BulkRun.id))) == 0
    assert team.post("/leden/gevonden", data={"for": "elsewhere"}).status_code == 404
