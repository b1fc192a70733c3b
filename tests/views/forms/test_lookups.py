"""Fields for one of very many rows: the search behind them, and the form that works without a script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from app.clock import local_today, utc_now
from app.models import Election, ElectionDay, ElectionState, PollingStation, PreferredStation, Thread
from app.views.tables.relations import OPTIONS_LIMIT
from tests.support.factories.elections import make_election, make_open_election, make_station
from tests.support.factories.people import make_member, make_staff

START = {"subject": "Hallo", "body": "Tekst", "election_id": "0"}


@pytest.fixture
def team(db, client, sign_in_as):
    return sign_in_as(client, make_staff())


@pytest.fixture
def election(db):
    """Asks now, and has more stations than a list of choices holds."""
    now = utc_now()
    voting_on = local_today(now) + timedelta(days=60)
    made = make_open_election(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9), voting_on=voting_on)
    rows = [
        {"election_id": made.id, "number": number, "name": f"Wijkcentrum {number}", "stops": [], "accessibility": {}}
        for number in range(1, 61)
    ]
    db.session.execute(insert(PollingStation), rows)
    db.session.commit()
    return made


# --- the search ------------------------------------------------------------------------------------------------------


def test_the_team_looks_up_members_by_words(team, statements):
    for number in range(12):
        make_member(surname=f"Bakkersma {number:02d}", first_name="Anna")
    found = team.get("/opzoeken/leden?q=anna bakkersma").json
    assert len(found) == 10
    assert found[0]["label"].startswith("Anna de Bakkersma 00 (")
    with statements() as seen:
        assert team.get("/opzoeken/leden?q=bakkersma 05").json[0]["key"].startswith("lid")
    assert len(seen) <= 3
    for typed in ("", " ", "zzz", "%", "'"):
        assert team.get("/opzoeken/leden", query_string={"q": typed}).json == []


def test_members_look_up_stations_of_an_election_that_asks_but_no_members(client, sign_in_as, election, db):
    sign_in_as(client, make_member())
    assert client.get("/opzoeken/leden?q=jan").status_code == 403
    found = client.get(f"/opzoeken/stembureaus/{election.id}?q=wijkcentrum 7").json
    assert [row["label"] for row in found][:2] == ["7 Wijkcentrum 7", "17 Wijkcentrum 17"]
    assert client.get(f"/opzoeken/stembureaus/{election.id}?q=12").json[0]["label"] == "12 Wijkcentrum 12"
    draft = make_election(code="TK2029_X")
    make_station(draft, 1)
    assert draft.state == ElectionState.DRAFT
    for key in (draft.id, 999, 99999999999999):
        assert client.get(f"/opzoeken/stembureaus/{key}?q=stadhuis").status_code == 404


def test_who_is_not_signed_in_looks_up_nothing(client, election):
    for path in ("leden", f"stembureaus/{election.id}"):
        assert client.get(f"/opzoeken/{path}?q=a").status_code == 302


# --- the form, without a script --------------------------------------------------------------------------------------


def start(team, typed, **more):
    return team.post("/vragen/add", data={**START, "member_number": typed, **more})


@pytest.mark.parametrize("by", ["number", "user name", "words", "telephone"])
def test_a_member_is_found_by_what_is_typed(team, db, by):
    wanted = make_member(surname="Eenling", mobile="+31612345678")
    make_member(surname="Anders")
    typed = {
        "number": wanted.member_number,
        "user name": wanted.user.username.upper(),
        "words": "eenling jan",
        "telephone": "0612345678",
    }
    assert start(team, typed[by]).status_code == 302
    assert db.session.scalars(select(Thread.member_id)).all() == [wanted.id]


def test_of_several_one_is_chosen_and_what_was_typed_stays(team, db):
    first, second = make_member(surname="Dubbelman"), make_member(surname="Dubbelman")
    answer = start(team, "dubbelman")
    assert answer.status_code == 422
    assert "Tekst" in answer.text
    choices = re.findall(r'name="member_number-choice" value="([^"]+)"', answer.text) or re.findall(
        r'<input id="member_number-\d" name="member_number-choice" type="radio" value="([^"]+)"', answer.text
    )
    assert set(choices) == {first.user.username, second.user.username}
    chosen = start(team, "dubbelman", **{"member_number-choice": second.user.username})
    assert chosen.status_code == 302
    assert db.session.scalars(select(Thread.member_id)).all() == [second.id]


@pytest.mark.parametrize("typed", ["niemand", "'", "%"])
def test_of_nobody_one_is_told(team, db, typed):
    make_member()
    assert start(team, typed).status_code == 422
    assert db.session.scalars(select(Thread)).all() == []


def test_what_the_script_chose_counts_until_something_else_is_typed(team, db):
    first, second = make_member(surname="Dubbelman"), make_member(surname="Dubbelman")
    options = {row["key"]: row["label"] for row in team.get("/opzoeken/leden?q=dubbelman").json}
    key = second.user.username
    assert start(team, options[key], **{"member_number-key": key}).status_code == 302
    assert start(team, first.member_number, **{"member_number-key": key}).status_code == 302
    assert db.session.scalars(select(Thread.member_id).order_by(Thread.id)).all() == [second.id, first.id]


def test_the_member_of_an_address_is_filled_in(team):
    member = make_member(surname="Vooringevuld")
    page = team.get(f"/vragen/add?member={member.user.username}").text
    assert f"Vooringevuld ({member.member_number}" in page
    assert f'value="{member.user.username}"' in page


def answer_of(client, election, **stations):
    page = client.get(f"/beschikbaarheid/{election.code}/invullen").text
    shifts = dict.fromkeys(re.findall(r'name="(shift_\d+)"', page), "yes")
    boxes = dict.fromkeys(re.findall(r'name="(declaration_\d+)"', page), "true")
    given = {"can_help": "yes", **shifts, **boxes, "function_1": "", "remark": "", **stations}
    return page, client.post(f"/beschikbaarheid/{election.code}/invullen", data=given)


def test_of_many_stations_a_preference_is_typed_by_number_or_name(client, sign_in_as, election, db):
    sign_in_as(client, make_member())
    page, answer = answer_of(client, election, station_1="12", station_2="centrum 60", station_3="")
    assert "Wijkcentrum 33" not in page
    assert len(page.encode()) < 50_000
    assert answer.status_code == 302, re.findall(r"error-summary.*?</ul>", answer.text, re.DOTALL)
    chosen = select(PollingStation.number).join(PreferredStation, PreferredStation.station_id == PollingStation.id)
    assert db.session.scalars(chosen.order_by(PreferredStation.rank)).all() == [12, 60]
    assert 'value="12 Wijkcentrum 12"' in client.get(f"/beschikbaarheid/{election.code}/invullen").text
    _page, several = answer_of(client, election, station_1="wijkcentrum")
    assert several.status_code == 422
    assert "Kies hieronder wie of wat je bedoelt" in several.text


def test_a_list_is_narrowed_to_members_by_name_too(team):
    make_member(surname="Zoekman")
    assert team.get("/wijzigingen/list/?member=zoekman").status_code == 200


# --- relations of generated forms ------------------------------------------------------------------------------------


@pytest.fixture
def many_elections(db):
    """More than a list of choices holds."""
    made = make_election(name="Tweede Kamer 2031")
    row = {column.key: getattr(made, column.key) for column in Election.__table__.columns if column.key != "id"}
    db.session.execute(
        insert(Election),
        [{**row, "code": f"W{number}", "name": f"Waterschap {number}"} for number in range(OPTIONS_LIMIT)],
    )
    db.session.commit()
    return made


def test_a_relation_with_many_rows_is_typed_and_one_with_few_is_chosen(team, db):
    make_election()
    assert '<select id="election"' in team.get("/verkiezingsdagen/add").text


def test_a_row_of_many_is_found_by_what_it_is_called(team, db, many_elections):
    address = "/verkiezingsdagen/add"
    page = team.get(address).text
    assert len(page) < 50_000
    assert 'data-lookup="/opzoeken/rijen/ElectionDaysView/election"' in page
    day = {"date": "12-03-2031", "kind": "voting"}
    assert "Kies hieronder wie of wat je bedoelt" in team.post(address, data={**day, "election": "waterschap 29"}).text
    assert "niets gevonden voor “gemeenteraad”" in team.post(address, data={**day, "election": "gemeenteraad"}).text
    assert team.post(address, data={**day, "election": ""}).status_code == 422
    assert team.post(address, data={**day, "election": "kamer 2031"}).status_code == 302
    made = db.session.scalars(select(ElectionDay).order_by(ElectionDay.id.desc())).first()
    assert made.election_id == many_elections.id
    shown = team.get(f"/verkiezingsdagen/edit/{made.id}").text
    assert f'name="election-key" type="hidden" value="{made.election_id}"' in shown
    assert str(many_elections) in shown


def test_rows_of_a_form_are_looked_up_by_who_may_fill_it_in(team, app, db, sign_in_as, many_elections):
    place = "/opzoeken/rijen/ElectionDaysView/election?q=kamer"
    assert [row["key"] for row in team.get(place).json] == [str(many_elections.id)]
    assert team.get("/opzoeken/rijen/ElectionDaysView/date?q=x").status_code == 404
    assert team.get("/opzoeken/rijen/UsersView/roles?q=x").status_code == 404
    assert team.get("/opzoeken/rijen/Elsewhere/election?q=x").status_code == 404
    assert sign_in_as(app.test_client(), make_member()).get(place).status_code == 403
