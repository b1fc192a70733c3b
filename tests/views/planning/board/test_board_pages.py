"""The board by its pages: the next open place, a place by place, and what colleagues see of it. Without a script."""

from __future__ import annotations

import re
from datetime import date

import pytest
from lxml import html

from app.models import Couple, ElectionState, PlanAct
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.planning import (
    find_fault,
    make_available,
    make_need,
    make_planned_election,
    places_of,
    stations_of,
)
from tests.views.planning.board.words import words

pytestmark = pytest.mark.usefixtures("clock")


def take(client, tree, **more):
    """Send the form as a browser does that pressed Enter in the list."""
    (form,) = tree.xpath("//form[contains(@class, 'take')]")
    chosen = form.xpath(".//input[@name='member'][@checked]/@value")
    data = {"member": chosen[0] if chosen else "", **more}
    return client.post(form.get("action"), data=data)


def test_the_board_shows_what_is_missing_and_leads_to_it(election, read, give):
    give(make_available(election), function="voorzitter")
    tree = read(f"/indeling/{election.id}")
    rows = tree.xpath("//table//tbody/tr")
    first = [re.sub(r"\s+", " ", cell.text_content()).strip() for cell in rows[0]]
    assert first[0] == "1 School 1"
    assert first[1].startswith("1 te weinig, 1 open")
    assert first[2].startswith("2 te weinig, 1 open")
    assert len(rows) == 2
    (link,) = rows[0].xpath("./td[1]/a/@href")
    told = words(read(link))
    assert "1 School 1" in told
    assert "Stembureaulid" in told


def test_the_board_is_filtered_and_stays_light(client, sign_in_as, me, db, statements):
    election = make_planned_election(*range(1, 61))
    for station in stations_of(election):
        station.postcode, station.city = ("3511 AB", "Utrecht") if station.number < 31 else ("3571 XY", "Elders")
        station.type = "mobile" if station.number == 7 else "fixed"
    db.session.commit()
    sign_in_as(client, me)
    client.get("/")
    with statements() as seen:
        answer = client.get(f"/indeling/{election.id}")
    assert len(seen) <= 8, "\n".join(seen)
    assert len(answer.data) < 50_000, len(answer.data)
    shift = shifts_of(election)[1].id

    def numbers(query: str) -> list[str]:
        tree = html.fromstring(client.get(f"/indeling/{election.id}?{query}").text)
        return [text.split()[0] for text in tree.xpath("//table//tbody/tr/th//text()") if text.strip()]

    assert len(numbers("deel=3511")) == 30
    assert numbers("deel=Elders&page=1") == [str(number) for number in range(31, 61)]
    assert numbers("soort=mobile") == ["7"]
    assert numbers("deel=12") == ["12"]
    assert numbers("stand=full") == []
    assert len(numbers(f"stand=short&dagdeel={shift}")) == 30
    tree = html.fromstring(client.get(f"/indeling/{election.id}?dagdeel={shift}").text)
    assert len(tree.xpath("//thead//th")) == 2


def test_the_next_open_place_offers_the_best_one_chosen_with_focus_and_reasons(
    client, election, read, db, statements, give
):
    far, near = make_available(election, surname="Ver"), make_available(election, surname="Dichtbij")
    station = stations_of(election)[0]
    station.latitude, station.longitude, near.latitude, near.longitude = 52.1, 5.1, 52.1, 5.101
    far.latitude, far.longitude = 52.15, 5.1
    db.session.commit()
    tree = read(f"/indeling/{election.id}/open-plek")
    told = words(tree)
    assert "Voorzitter" in told  # who presides comes first
    assert [text.strip() for text in tree.xpath("//input[@name='member']/following-sibling::label/strong/text()")] == [
        near.full_name,
        far.full_name,
    ]
    assert "woont binnen 500 meter" in told
    (checked,) = tree.xpath("//input[@name='member'][@checked]")
    assert checked.get("autofocus") is not None
    (form,) = tree.xpath("//form[contains(@class, 'take')]")
    with statements() as seen:
        client.get(form.get("action"))
    assert len(seen) <= 8, "\n".join(seen)


def test_taking_goes_on_to_the_next_place_and_skipping_too(client, election, read, db):
    members = [make_available(election) for _ in range(4)]
    tree = read(f"/indeling/{election.id}/open-plek")
    answer = take(client, tree)
    assert answer.status_code == 302
    assert f"Ingedeeld: {members[0].full_name} op 1 School 1" in words(read(answer.location))
    assert len(places_of(members[0])) == 1
    assert places_of(members[0])[0].function_id == make_function("voorzitter").id
    following = read(answer.location)
    assert "Voorzitter" in words(following)  # of the next shift
    (skip,) = following.xpath("//a[@data-key='o']/@href")
    assert "2 School 2" in words(read(skip)) or skip != answer.location
    filtered = read(f"/indeling/{election.id}/open-plek?stembureau={stations_of(election)[1].id}")
    (skip,) = filtered.xpath("//a[@data-key='o']/@href")
    assert "2 School 2" in words(read(skip))


def test_where_nobody_is_free_one_click_leads_to_the_next_place_for_which_somebody_is(
    client, election, read, db, statements
):
    """The only one who answered cannot in the first shift."""
    make_available(election, ["no", *["yes"] * (len(shifts_of(election)) - 1)])
    tree = read(f"/indeling/{election.id}/open-plek")
    assert not tree.xpath("//input[@type='radio'][@name='member']")
    (onward,) = tree.xpath("//a[@data-key='v']/@href")
    with statements() as seen:
        answer = client.get(onward)
    assert len(seen) <= 10, "\n".join(seen)
    following = read(answer.location)
    assert following.xpath("//input[@type='radio'][@name='member']")
    assert not following.xpath("//a[@data-key='v']")


def test_where_nobody_is_free_for_any_place_the_page_stays_and_says_so(client, election, read):
    tree = read(f"/indeling/{election.id}/open-plek")
    (onward,) = tree.xpath("//a[@data-key='v']/@href")
    following = read(onward)
    assert following.findtext(".//h1") == tree.findtext(".//h1")
    assert "Voor geen van de open plekken is er iemand vrij die benoemd mag worden." in words(following)


def test_what_warns_is_asked_and_what_stops_is_said(client, election, read, db, give):
    member = make_member(trained_on=date(2025, 1, 1), username="jansen", surname="Jansen")
    tree = read(f"/indeling/{election.id}/open-plek")
    (form,) = tree.xpath("//form[contains(@class, 'take')]")
    url = form.get("action")
    answer = client.post(url, data={"somebody": "y", "member": "jansen"})
    assert "heeft voor dit dagdeel geen antwoord gegeven" in answer.text
    assert not places_of(member)
    (sure,) = html.fromstring(answer.text).xpath("//main//form")
    data = {field.get("name"): field.get("value") for field in sure.xpath(".//input")}
    assert data["confirmed"] == "no_answer"
    client.post(url, data=data)
    assert len(places_of(member)) == 1
    other = read(f"/indeling/{election.id}/open-plek")
    (form,) = other.xpath("//form[contains(@class, 'take')]")
    first_shift = re.sub(r"-\d+-", f"-{places_of(member)[0].shift_id}-", form.get("action"))
    answer = client.post(first_shift, data={"member": str(member.id)}, follow_redirects=True)
    assert "heeft in dit dagdeel al een plek" in answer.text


def test_a_warning_that_stood_beside_the_name_is_not_asked_again(client, election, read, db):
    member = make_available(election)
    find_fault(member, election, is_blocking=False)
    answer = take(client, read(f"/indeling/{election.id}/open-plek"))
    assert answer.status_code == 302
    assert places_of(member)


def test_the_one_to_go_with_gets_the_other_place(client, election, read, db):
    first, second = make_available(election), make_available(election)
    db.session.add_all([Couple(member_id=first.id, other_id=second.id), Couple(member_id=second.id, other_id=first.id)])
    db.session.commit()
    tree = read(f"/indeling/{election.id}/open-plek")
    assert tree.xpath("//input[@name='couple']")
    said = client.get(take(client, tree, couple="y").location).text
    both = (first.full_name, second.full_name)
    assert any(f"Samen ingedeeld: {name} en {other}, op " in said for name, other in (both, both[::-1]))
    (one_place,), (other_place,) = places_of(first), places_of(second)
    assert one_place.station_id == other_place.station_id
    assert one_place.shift_id == other_place.shift_id
    assert db.session.query(PlanAct).count() == 1


def test_without_a_second_place_the_couple_is_refused_as_a_whole(client, election, read, db, give):
    for _ in range(2):
        give(make_available(election))
    first, second = make_available(election), make_available(election)
    db.session.add_all([Couple(member_id=first.id, other_id=second.id), Couple(member_id=second.id, other_id=first.id)])
    db.session.commit()
    tree = read(f"/indeling/{election.id}/open-plek")
    answer = client.post(
        tree.xpath("//form[contains(@class, 'take')]/@action")[0],
        data={"member": str(first.id), "couple": "y"},
        follow_redirects=True,
    )
    assert "geen tweede open plek" in answer.text
    assert not places_of(first)


def test_undo_takes_back_what_i_did_last_and_the_list_of_acts_takes_back_any(client, election, read, db, me, give):
    member, other = make_available(election), make_available(election)
    take(client, read(f"/indeling/{election.id}/open-plek"))
    give(other, 1, by=make_staff())
    tree = read(f"/indeling/{election.id}/open-plek")
    (form,) = tree.xpath("//form[@id='undo']")
    data = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
    answer = client.post(form.get("action"), data=data)
    assert answer.location == data["next"]
    assert not places_of(member)
    assert places_of(other)
    listed = read(f"/indeling/{election.id}/handelingen")
    assert "iets ongedaan gemaakt" in words(listed)
    (act,) = {value for value in listed.xpath("//button[@form='undo']/@value") if int(value) == 2}
    client.post(f"/indeling/{election.id}/ongedaan", data={"act": act})
    assert not places_of(other)
    answer = client.post(f"/indeling/{election.id}/ongedaan", data={"act": act}, follow_redirects=True)
    assert "al ongedaan gemaakt" in answer.text
    assert client.post(f"/indeling/{election.id}/ongedaan", data={"act": "999"}).status_code == 404


def test_a_colleagues_act_is_told_within_seconds_and_ones_own_is_not(client, election, read, db, me, give):
    tree = read(f"/indeling/{election.id}")
    (live,) = tree.xpath("//*[@data-live]")
    assert live.xpath(".//*[@data-goes-on='5']")
    url = live.get("data-live")
    give(make_available(election), by=me)
    assert "heeft zojuist" not in client.get(url).text
    give(make_available(election), 1, by=make_staff(first_name="Sam", last_name="de Boer"))
    told = client.get(url, headers={"X-Live": "1"}).text
    assert "Sam de Boer heeft zojuist 1 plek gewijzigd" in told
    assert "16 open plekken" in re.sub(r"<[^>]+>", "", told)
    assert "heeft zojuist" not in client.get(read(f"/indeling/{election.id}").xpath("//@data-live")[0]).text


def test_what_one_colleague_did_is_added_up(client, election, read, give):
    url = read(f"/indeling/{election.id}").xpath("//@data-live")[0]
    sam = make_staff(first_name="Sam", last_name="de Boer")
    for shift in (0, 0, 1, 1):
        give(make_available(election), shift, by=sam)
    told = client.get(url, headers={"X-Live": "1"}).text
    assert told.count("heeft zojuist") == 1
    assert "Sam de Boer heeft zojuist 4 plekken gewijzigd" in told


def test_who_comes_second_is_told_and_brought_to_a_place_that_is_still_open(client, election, read, db, give):
    member, _other = make_available(election), make_available(election)
    tree = read(f"/indeling/{election.id}/open-plek")  # a chair is asked for once
    give(member, function="voorzitter")
    answer = take(client, tree, member=f"{member.id}~")
    assert "in dit dagdeel al een plek" in client.get(answer.location).text
    assert answer.location != tree.xpath("//form[contains(@class, 'take')]/@action")[0]
    assert "1 open plek" in words(read(answer.location)) or "2 open plekken" in words(read(answer.location))


def test_members_may_not_look_and_the_menu_leads_to_the_election(client, election, read, sign_in_as, app):
    assert "Volgende open plek" in words(read("/indeling/"))
    member = make_available(election)
    (way,) = read(f"/leden/show/{member.id}").xpath("//a[contains(@href, '/indeling/?lid=')]/@href")
    assert f"Waar kan {member.full_name} heen?" in words(read(way))
    answer = read(f"/verkiezingen/{election.code}/antwoorden/{member.id}")
    assert answer.xpath(f"//a[@href='/indeling/{election.id}/lid/{member.id}']")
    assert read(f"/verkiezingen/{election.code}").xpath(f"//a[@href='/indeling/{election.id}']")
    stranger = sign_in_as(app.test_client(), make_member())
    assert stranger.get(f"/indeling/{election.id}").status_code == 403


def test_in_another_phase_nothing_changes(client, election, read, db, give):
    member = make_available(election)
    tree = read(f"/indeling/{election.id}/open-plek")
    election.state = ElectionState.CLOSED
    db.session.commit()
    answer = take(client, tree)
    assert "In deze fase" in client.get(answer.location, follow_redirects=True).text
    assert not places_of(member)


def test_when_nothing_is_open_the_board_says_so(client, read, db):
    election = make_planned_election(9)
    for row in db.session.query(type(make_need(stations_of(election)[0], 1, "teller", 0, 0))):
        row.minimum = row.target = 0
    db.session.commit()
    assert "Er is hier geen plek meer open" in words(read(f"/indeling/{election.id}/open-plek"))
