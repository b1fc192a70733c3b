"""The list of a station on its day: on home by itself, for that station and day only; taps, times, undo, voters."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from app.extensions import db as portal_db
from app.models import Attendance, AuditEvent, Declaration, DeclarationKind, StationAccess
from app.services.elections.declarations import list_current_texts
from tests.support.factories.attendance import ON, at, make_running_election, make_team
from tests.support.factories.people import make_member, make_staff
from tests.support.statements import seen_statements


@pytest.fixture
def team(remembered, now):
    return remembered(lambda: make_team(make_running_election(), now=now))


@pytest.fixture
def here(team):
    return f"/mijn-stembureau/{team[0].id}/{ON}/"


@pytest.fixture
def chair(client, sign_in_as, clock, team):
    clock.move_to(at(7, 3))
    return sign_in_as(client, team[1][0])


def rows() -> list[Attendance]:
    portal_db.session.expire_all()
    return list(portal_db.session.scalars(select(Attendance).order_by(Attendance.id)))


def tap(client, here, value, nonce="nonce-of-page"):
    return client.post(f"{here}noteer", data={"tap": value, "nonce": nonce})


def send(client, here, *taps, tapper, now=None):
    data = {"taps": json.dumps(taps), "tapper": str(tapper), "now": (now or at(7, 5)).isoformat()}
    return client.post(f"{here}tikken", data=data, headers={"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"})


def test_it_opens_by_itself_on_home_on_the_day_and_not_for_others(client, sign_in_as, clock, team, here):
    station, members, _places = team
    clock.move_to(at(16, 59, days=-1))
    assert here not in sign_in_as(client, members[0]).get("/").text
    clock.move_to(at(17, 1, days=-1))
    client = sign_in_as(client, members[0])
    assert here in client.get("/").text
    page = client.get(here)
    assert page.status_code == 200
    assert "Stadhuis" in page.text
    assert here not in sign_in_as(client, members[1]).get("/").text
    assert client.get(here).status_code == 404
    assert tap(client, here, "p1:here").status_code == 404
    assert client.get(f"/verkiezingen/{station.election.code}/aanwezigheid/{station.id}/{ON}/").status_code == 403


def test_another_station_or_day_is_not_there(chair, team, now):
    other, _members, _places = make_team(team[0].election, 13, now=now)
    assert chair.get(f"/mijn-stembureau/{other.id}/{ON}/").status_code == 404
    assert chair.get(f"/mijn-stembureau/{team[0].id}/2026-03-19/").status_code == 404
    assert chair.get(f"/mijn-stembureau/{team[0].id}/1/").status_code == 404
    assert chair.get(f"/mijn-stembureau/2147483647/{ON}/").status_code == 404


def test_the_chair_notes_with_buttons_and_sees_by_article_whether_the_bureau_is_legal(chair, team, here):
    _station, members, places = team
    page = chair.get(here).text
    assert "Er is nog niets genoteerd" in page
    for place in places[:2]:
        assert tap(chair, here, f"p{place.id}:here").status_code == 302
    page = chair.get(here).text
    assert "Er is nu geen wettig stembureau: 1 persoon te weinig (Kieswet E 3, J 12)." in page
    assert "is er sinds 7.03 uur" in page
    tap(chair, here, f"p{places[2].id}:here")
    assert "Er is een wettig stembureau" in chair.get(here).text
    assert [row.member_id for row in rows()] == [member.id for member in members]


def test_the_same_button_sent_twice_is_noted_once_and_can_be_undone(chair, team, here, db):
    about = f"p{team[2][0].id}"
    for _ in range(2):
        tap(chair, here, f"{about}:here")
    (row,) = rows()
    assert len(row.events) == 1
    tap(chair, here, f"{about}:undo:{row.last_key}")
    assert rows()[0].state == "expected"
    assert set(db.session.scalars(select(AuditEvent.action))) >= {"attendance.here", "attendance.undone"}


def test_everybody_is_here_with_one_tap(chair, team, here):
    tap(chair, here, f"p{team[2][0].id}:late")
    tap(chair, here, f"all-{team[2][0].shift_id}:here", nonce="another")
    assert [row.state for row in rows()] == ["late", "here", "here"]


def test_a_time_is_corrected_and_a_wrong_one_is_told_at_its_field(chair, team, here):
    about = f"p{team[2][0].id}"
    tap(chair, here, f"{about}:here")
    form = {"seen": rows()[0].last_key, "at": "25:00", "function_id": str(team[2][0].function_id)}
    refused = chair.post(f"{here}wie/{about}", data=form)
    assert refused.status_code == 422
    future = chair.post(f"{here}wie/{about}", data={**form, "at": "9:30"})
    assert "Dat moment is nog niet geweest" in future.text
    assert chair.post(f"{here}wie/{about}", data={**form, "at": "6:58"}).status_code == 302
    assert rows()[0].arrived_at == at(6, 58)
    assert "6.58" in chair.get(here).text
    assert "06:58" in chair.get(f"{here}wie/{about}").text


def test_a_voter_sits_in_by_the_form(chair, team, here):
    about = f"p{team[2][2].id}"
    tap(chair, here, f"{about}:absent")
    assert "Kieswet J 12" in chair.get(f"{here}kiezer").text
    form = {
        "seen": "seen-of-form",
        "voter_name": "",
        "shift_id": str(team[2][0].shift_id),
        "replaces": about,
        "at": "7:02",
    }
    assert chair.post(f"{here}kiezer", data=form).status_code == 422
    for _ in range(2):
        assert chair.post(f"{here}kiezer", data={**form, "voter_name": "Kees Kiezer"}).status_code == 302
    (voter,) = [row for row in rows() if row.member_id is None]
    assert (voter.voter_name, voter.arrived_at) == ("Kees Kiezer", at(7, 2))
    page = chair.get(here).text
    assert "Kees Kiezer" in page
    assert "in de plaats van Persoon12c" in page


def test_only_numbers_of_who_shares_them_are_shown_to_the_chair(client, sign_in_as, clock, team, here):
    station, members, _places = team
    members[1].mobile, members[2].mobile = "+31612345678", "+31687654321"
    portal_db.session.commit()
    share = next(row for row in list_current_texts(station.election_id) if row.kind == DeclarationKind.SHARE_CONTACT)
    said = {"election_id": station.election_id, "text_id": share.id, "is_given": True, "given_at": at(0, days=-9)}
    portal_db.session.add(Declaration(member_id=members[1].id, **said))
    portal_db.session.commit()
    clock.move_to(at(7, 3))
    page = sign_in_as(client, members[0]).get(here).text
    assert "06 12345678" in page
    assert "87654321" not in page
    pages = here.replace("/mijn-stembureau/", f"/verkiezingen/{station.election.code}/aanwezigheid/")
    team_page = sign_in_as(client, make_staff()).get(pages)
    assert "06 87654321" in team_page.text


def test_kept_taps_come_in_late_in_order_and_once(chair, team, here):
    user_id = team[1][0].user_id
    about = f"p{team[2][0].id}"
    first = {"key": "device-key-1", "kind": "here", "about": about, "noted": at(7, 1).isoformat()}
    taps = [
        first,
        {**first, "key": "device-key-2", "noted": at(7, 4).isoformat(), "at": "6:55", "amends": "device-key-1"},
        {**first, "key": "device-key-3", "about": "p2147483"},
        {**first, "key": "device-key-4", "noted": "yesterday"},
    ]
    for _ in range(2):
        answer = send(chair, here, *reversed(taps), tapper=user_id)
        refused = {each["key"]: bool(each["refused"]) for each in answer.json["taken"]}
        assert refused == {"device-key-1": False, "device-key-2": False, "device-key-3": True, "device-key-4": True}
    (row,) = rows()
    assert (row.state, row.arrived_at, len(row.events)) == ("here", at(6, 55), 2)


def test_what_somebody_else_kept_on_the_device_is_not_taken(chair, team, here):
    tap_of = {"key": "device-key-1", "kind": "here", "about": f"p{team[2][0].id}", "noted": at(7, 1).isoformat()}
    assert send(chair, here, tap_of, tapper=team[1][1].user_id).status_code == 409
    assert rows() == []


@pytest.mark.parametrize("taps", ["", "{}", "[1]", '[{"key": 1}]', "[" + "null," * 300 + "null]"])
def test_what_no_page_sends_is_refused_whole(chair, team, here, taps):
    data = {"taps": taps, "tapper": str(team[1][0].user_id), "now": at(7, 5).isoformat()}
    assert chair.post(f"{here}tikken", data=data).status_code == 400


def test_who_is_not_signed_in_gets_the_sign_in_page_and_nothing_is_noted(client, clock, team, here):
    clock.move_to(at(7, 3))
    answer = send(client, here, tapper=team[1][0].user_id)
    assert answer.status_code == 302
    assert "/inloggen" in answer.location


def test_the_page_takes_few_statements_and_is_light(db, chair, team, here):
    with seen_statements(db.engine) as seen:
        page = chair.get(here)
    assert len(seen) <= 8, "\n".join(seen)
    assert len(page.data) < 50_000


def test_the_team_names_somebody_and_takes_it_away(client, sign_in_as, clock, team, here):
    station, _members, _places = team
    clock.move_to(at(7, 3))
    helper = make_member(first_name="Hulp", member_number="9001")
    pages = here.replace("/mijn-stembureau/", f"/verkiezingen/{station.election.code}/aanwezigheid/")
    staff = sign_in_as(client, make_staff())
    assert staff.post(f"{pages}wie-houdt-bij", data={"member": "9001"}).status_code == 302
    assert "Hulp" in staff.get(f"{pages}wie-houdt-bij").text
    key = portal_db.session.scalars(select(StationAccess.id)).one()
    assert sign_in_as(client, helper).get(here).status_code == 200
    staff = sign_in_as(client, make_staff())
    assert staff.post(f"{pages}wie-houdt-bij/{key}/eindig").status_code == 302
    assert sign_in_as(client, helper).get(here).status_code == 404
