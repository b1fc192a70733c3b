"""The sheet of a station, a place and a member: what stands there, and what a planner changes in it."""

from __future__ import annotations

import pytest

from app.models import PlanAct
from app.services.audit import COMMAND
from app.services.planning.board import acts
from app.services.planning.board.places import Place
from app.services.planning.times import shift_hours
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.planning import (
    find_fault,
    make_available,
    places_of,
    stations_of,
)
from tests.views.planning.board.words import words

pytestmark = pytest.mark.usefixtures("clock")


def test_the_sheet_of_a_station_names_who_stands_there_and_what_is_not_right_any_more(
    client, election, read, db, give, statements
):
    member, stopped = make_available(election), make_available(election, ["no", "yes", "yes"], surname="Nee")
    give(member, function="voorzitter")
    place = Place(stopped.id, stations_of(election)[0].id, shifts_of(election)[0].id, make_function("stembureaulid").id)
    acts.assign_many(election, [place], confirmed={"said_no"}, actor=COMMAND, now=election.availability_opens_at)
    db.session.commit()
    url = f"/indeling/{election.id}/stembureau/{stations_of(election)[0].id}"
    with statements() as seen:
        tree = read(url)
    assert len(seen) <= 8, "\n".join(seen)
    told = words(tree)
    assert member.full_name in told
    assert "zei nee" in told
    assert "1 open plek: Stembureaulid" in told
    assert client.get(f"/indeling/{election.id}/stembureau/999").status_code == 404
    assert client.get(f"/indeling/{election.id}/stembureau/0").status_code == 200


def test_a_sheet_is_filled_at_once_as_one_act(client, election, read, db):
    members = [make_available(election) for _ in range(4)]
    url = f"/indeling/{election.id}/stembureau/{stations_of(election)[0].id}/vullen"
    tree = read(url)
    seats, chosen = tree.xpath("//input[@name='seat']/@value"), []
    for select in tree.xpath("//select[@name='member']"):
        chosen.append(select.xpath("./option[@selected]/@value")[0])
    assert len(seats) == 9
    chosen[0] = ""  # left open
    answer = client.post(url, data={"seat": seats, "member": chosen}, follow_redirects=True)
    assert "8 plekken gegeven" in answer.text, answer.text
    assert db.session.query(PlanAct).one().kind == "fill"
    assert sum(len(places_of(member)) for member in members) == 8
    twice = client.post(url, data={"seat": seats[:2], "member": [chosen[1]] * 2}, follow_redirects=True)
    assert "in dit dagdeel al een plek" in twice.text


def test_a_place_gets_other_hours_a_note_and_a_lock(client, election, read, db, give):
    member = make_available(election)
    row = give(member, 2)
    url = f"/indeling/{election.id}/plek/{row.id}"
    tree = read(url)
    data = {name: tree.xpath(f"//input[@name='{name}']/@value")[0] for name in ("seen", "starts", "ends")}
    assert (data["starts"], data["ends"]) == ("21:00", "00:30")
    client.post(url, data={**data, "ends": "1:15", "note": "neemt de lift", "is_locked": "y"})
    (row,) = places_of(member)
    usual = shift_hours(shifts_of(election)[2])
    assert (row.starts_at, (row.ends_at - usual[1]).total_seconds()) == (usual[0], 45 * 60)
    assert (row.note, row.is_locked, row.version) == ("neemt de lift", True, 2)
    answer = client.post(url, data={**data, "ends": "1:30", "note": "mijn tekst"})
    assert "heeft deze plek" in answer.text or "intussen gewijzigd" in answer.text
    assert "mijn tekst" in answer.text
    assert places_of(member)[0].note == "neemt de lift"


def test_a_place_is_moved_swapped_replaced_and_taken_away(client, election, read, db, give):
    first, second, third = (make_available(election) for _ in range(3))
    row, other = give(first), give(second, station=1)
    stations, base = stations_of(election), f"/indeling/{election.id}/plek"
    move = {"seen": "1", "station": "2", "shift": str(row.shift_id), "function": str(row.function_id)}
    client.post(f"{base}/{row.id}/verplaatsen", data=move)
    assert places_of(first)[0].station_id == stations[1].id
    client.post(f"{base}/{row.id}/verplaatsen", data=move | {"seen": "2", "station": "1"})
    tree = read(f"{base}/{row.id}/ruilen?zoek=2")
    (choice,) = tree.xpath("//input[@name='other']/@value")
    assert choice == f"{other.id}.1"
    client.post(f"{base}/{row.id}/ruilen", data={"other": choice, "seen": "3"})
    assert [places_of(member)[0].station_id for member in (first, second)] == [stations[1].id, stations[0].id]
    tree = read(f"{base}/{row.id}/vervangen")
    assert tree.xpath("//input[@name='member']/@value") == [str(third.id)]
    client.post(f"{base}/{row.id}/vervangen", data={"member": str(third.id), "seen": "4"})
    assert not places_of(first)
    key = places_of(third)[0].id
    answer = client.post(f"{base}/{key}/weghalen", data={"seen": "9"}, follow_redirects=True)
    assert places_of(third)
    assert "heeft deze plek gewijzigd" in answer.text or "intussen gewijzigd" in answer.text
    client.post(f"{base}/{key}/weghalen", data={"seen": "1"})
    assert not places_of(third)
    assert client.get(f"{base}/{key}").status_code == 404


def test_a_member_is_shown_where_there_is_still_a_place(client, election, read, db, give, statements):
    member = make_available(election, ["yes", "no", "yes"])
    give(member, 0, station=1)
    url = f"/indeling/{election.id}/lid/{member.id}"
    with statements() as seen:
        tree = read(url)
    assert len(seen) <= 8, "\n".join(seen)
    offered = tree.xpath("//input[@name='place']/@value")
    assert {int(key.split("-")[1]) for key in offered} == {shifts_of(election)[2].id}
    assert "staat hier al in een ander dagdeel" in words(tree)
    assert offered[0].split("-")[0] == str(stations_of(election)[1].id)
    client.post(f"/indeling/{election.id}/lid/{member.id}", data={"place": offered[0]})
    assert len(places_of(member)) == 2


def test_who_fits_nowhere_is_shown_why_with_the_way_to_what_helps(client, election, read, db):
    silent = make_member()
    tree = read(f"/indeling/{election.id}/lid/{silent.id}")
    assert "gaf geen antwoord voor deze verkiezing" in words(tree)
    (way,) = tree.xpath("//*[@class='notice']//a/@href")
    assert way == f"/verkiezingen/{election.code}/antwoorden/{silent.id}/invullen"
    assert client.get(way).status_code == 200
    young = make_available(election)
    finding = find_fault(young, election, "age")
    tree = read(f"/indeling/{election.id}/lid/{young.id}")
    assert tree.xpath("//*[@class='notice']//a/@href") == [f"/benoembaarheid/show/{finding.id}"]
