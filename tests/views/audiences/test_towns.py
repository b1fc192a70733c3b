"""Audiences by town: who lives in one of the towns that were chosen."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.models import Audience, Condition, Group, Tag
from app.phrases import RuleBroken
from app.services.audiences import choices, groups
from tests.support.factories.people import make_member, make_staff

NOTHING = {"audience_saved": 0, "audience_election": 0, "audience_match": "all"}


@pytest.fixture
def team(db, client, sign_in_as):
    return sign_in_as(client, make_staff())


def checked(page):
    boxes = re.findall(r'<input[^>]*name="audience_towns"[^>]*>', page)
    return {re.search('value="([^"]+)"', box)[1]: "checked" in box for box in boxes}


def test_a_group_is_who_lives_in_one_of_the_towns(db):
    found = [make_member(city="Zeist"), make_member(city="Bilthoven")]
    make_member(city="Utrecht")
    group = Group((Condition("town", texts=("Zeist", "Bilthoven")),))
    groups.check_group(group)
    assert {member.id for member, _why in groups.list_members(group, limit=9)} == {member.id for member in found}
    assert [str(words) for words in groups.describe(group)] == ["Lives in (Zeist, Bilthoven)"]
    with pytest.raises(RuleBroken):
        groups.check_group(Group((Condition("town"),)))


def test_the_towns_where_members_live_are_offered_once(db):
    for city in ("Zeist", "Utrecht", "Zeist", ""):
        make_member(city=city)
    names = choices.list_names()
    assert (names.tags, names.towns) == ([], ["Utrecht", "Zeist"])


def test_the_form_keeps_the_towns_and_shows_them_again(db, team):
    member = make_member(city="Zeist")
    make_member(city="Utrecht")
    asked = {**NOTHING, "name": "Zeistenaren", "audience_towns": ["Zeist"]}
    assert team.post("/doelgroepen/add", data=asked).status_code == 302
    audience = db.session.scalars(select(Audience)).one()
    assert audience.group == Group((Condition("town", texts=("Zeist",)),))
    assert checked(team.get(f"/doelgroepen/edit/{audience.id}").text) == {"Utrecht": False, "Zeist": True}
    assert "Woont in (Zeist)" in team.get(f"/doelgroepen/show/{audience.id}").text
    member.city = "Elders"
    db.session.commit()
    address = f"/doelgroepen/edit/{audience.id}"
    assert checked(team.get(address).text) == {"Elders": False, "Utrecht": False, "Zeist": True}
    assert team.post(address, data=asked).status_code == 302


@pytest.mark.parametrize("path", ["/doelgroepen/add", "/documentbeheer/add", "/vragen-aan-leden/add"])
def test_a_form_with_an_audience_takes_at_most_eight_statements(db, team, statements, path):
    make_member(city="Zeist")
    db.session.add(Tag(name="Teller"))
    db.session.commit()
    team.get(path)
    with statements() as seen:
        page = team.get(path).text
    assert "Teller" in page
    assert "Zeist" in page
    assert len(seen) <= 8, "\n".join(seen)


def test_a_town_where_nobody_lives_is_refused(db, team):
    make_member(city="Zeist")
    asked = {**NOTHING, "name": "X", "audience_towns": ["Atlantis"]}
    assert team.post("/doelgroepen/add", data=asked).status_code == 422


def test_what_was_stored_before_there_were_texts_is_read(db):
    stored = [{"kind": "everybody", "election_id": None, "ids": []}]
    group = Group.read(stored, is_all=True)
    assert group == Group((Condition("everybody"),))
    assert group.write() == stored
