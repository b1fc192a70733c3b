"""Days, shifts, stations and functions on the generated screens: what members answered is never lost or changed."""

from __future__ import annotations

import pytest
from babel.dates import format_date
from sqlalchemy import func, select

from app.models import AvailabilityShift, DeclarationText, ElectionDay, ElectionState, PollingStation, Shift
from app.services.elections.functions import list_active_functions
from tests.support.factories.elections import (
    give_availability,
    make_election,
    make_open_election,
    make_station,
    shifts_of,
)
from tests.support.factories.people import make_member, make_staff


@pytest.fixture
def team(client, sign_in_as):
    return sign_in_as(client, make_staff())


def shift_form(shift, **values):
    return {
        "day": shift.day_id,
        "name": shift.name,
        "kind": shift.kind,
        "starts": f"{shift.starts:%H:%M}",
        "ends": f"{shift.ends:%H:%M}",
        **values,
    }


def day_form(day, **values):
    return {"election": day.election_id, "date": f"{day.date:%d-%m-%Y}", **values}


def station_form(station, **values):
    return {"election": station.election_id, "number": station.number, "name": station.name, "type": "fixed", **values}


def test_deleting_a_shift_never_takes_answers_along(team, db, now):
    election = make_open_election()
    give_availability(make_member(), election, now=now)
    shift = shifts_of(election)[0]
    answer = team.post(f"/dagdelen/delete/{shift.id}")
    assert "1 antwoord van een lid gaat hierover" in answer.text
    assert db.session.get(Shift, shift.id) is not None
    assert db.session.scalar(select(func.count(AvailabilityShift.id)))


def test_a_shift_that_nobody_answered_can_be_deleted(team, db):
    shift_id = shifts_of(make_election())[0].id
    assert team.post(f"/dagdelen/delete/{shift_id}").status_code == 302
    assert db.session.get(Shift, shift_id) is None


def test_of_an_answered_shift_only_the_name_changes(team, db, now):
    election = make_open_election()
    give_availability(make_member(), election, now=now)
    shift = shifts_of(election)[0]
    refused = team.post(f"/dagdelen/edit/{shift.id}", data=shift_form(shift, starts="5:00"))
    assert refused.status_code == 422
    assert "Alleen de naam kan nog wijzigen" in refused.text
    assert team.post(f"/dagdelen/edit/{shift.id}", data=shift_form(shift, name="Vroeg")).status_code == 302
    assert db.session.get(Shift, shift.id).name == "Vroeg"


def test_a_shift_ends_at_another_time_than_it_begins(team):
    shift = shifts_of(make_election())[0]
    refused = team.post(f"/dagdelen/edit/{shift.id}", data=shift_form(shift, starts="9:00", ends="9:00"))
    assert refused.status_code == 422
    assert "Het einde is een ander tijdstip dan het begin." in refused.text


def test_the_voting_day_goes_with_the_election(team, db):
    election = make_election()
    day = next(day for day in election.days if day.date == election.voting_on)
    team.post(f"/verkiezingsdagen/delete/{day.id}")
    refused = team.post(f"/verkiezingsdagen/edit/{day.id}", data=day_form(day, date="1-1-2027"))
    assert "Dit is de stemdag" in refused.text
    assert db.session.get(ElectionDay, day.id).date == election.voting_on


def test_a_part_does_not_move_to_another_election(team, db):
    election, other = make_election(), make_election(code="PS2027", name="Provinciale Staten")
    station = make_station(election, 1)
    refused = team.post(f"/stembureaus/edit/{station.id}", data=station_form(station, election=other.id))
    assert refused.status_code == 422
    assert db.session.get(PollingStation, station.id).election_id == election.id


def test_nothing_of_a_closed_election_changes(team, db):
    election = make_election()
    station, shift = make_station(election, 1), shifts_of(election)[0]
    election.state = ElectionState.CLOSED
    db.session.commit()
    for path, form in (
        (f"/stembureaus/edit/{station.id}", station_form(station, name="Anders")),
        (f"/dagdelen/edit/{shift.id}", shift_form(shift, name="Anders")),
        ("/stembureaus/add", station_form(station, number=2)),
        ("/verkiezingsdagen/add", {"election": election.id, "date": "19-3-2026"}),
    ):
        refused = team.post(path, data=form)
        assert refused.status_code == 422, path
        assert "Deze verkiezing is afgesloten" in refused.text
    team.post(f"/stembureaus/delete/{station.id}")
    team.post(f"/dagdelen/delete/{shift.id}")
    assert db.session.get(PollingStation, station.id).name == "Stadhuis"
    assert db.session.get(Shift, shift.id) is not None


def test_a_station_that_members_prefer_stays(team, db, now):
    election = make_open_election()
    station = make_station(election, 1)
    give_availability(make_member(), election, now=now, stations=[station.id])
    assert "1 lid heeft voorkeur voor dit stembureau" in team.post(f"/stembureaus/delete/{station.id}").text
    assert db.session.get(PollingStation, station.id) is not None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"number": 0}, "Geef een nummer vanaf 1."),
        ({"opens_at": "18-3-2026 21:00", "closes_at": "18-3-2026 7:30"}, "Het einde moet na het begin zijn."),
    ],
)
def test_a_station_that_cannot_be_is_refused_at_its_field(team, values, words):
    station = make_station(make_election(), 1)
    refused = team.post(f"/stembureaus/edit/{station.id}", data=station_form(station, **values))
    assert refused.status_code == 422
    assert words in refused.text


def test_a_function_that_members_prefer_is_taken_out_of_use_instead(team, now):
    election = make_open_election()
    function = list_active_functions()[0]
    give_availability(make_member(), election, now=now, functions=[function.id])
    assert "Maak hem inactief in plaats van hem te verwijderen" in team.post(f"/functies/delete/{function.id}").text


def test_a_station_shows_what_its_file_told(team):
    stop = {"place": "Op het plein", "opens_at": "2026-03-18T07:30", "closes_at": "2026-03-18T12:00"}
    station = make_station(make_election(), 1, bag_id="0518200000747446", accessibility={"Toilet": "ja"}, stops=[stop])
    page = team.get(f"/stembureaus/show/{station.id}").text
    assert "0518200000747446" in page
    assert "Toilet: ja" in page
    assert "Op het plein wo 18 maart 2026, 7.30 uur – wo 18 maart 2026, 12.00 uur" in page


def test_days_shifts_and_declarations_are_called_as_people_write_them(team, db):
    election = make_election()
    shift = shifts_of(election)[0]
    day, text = shift.day, db.session.scalars(select(DeclarationText).order_by(DeclarationText.id)).first()
    assert (
        f"<h1>{format_date(day.date, 'EEE d MMMM y', locale='nl')}</h1>"
        in team.get(f"/verkiezingsdagen/show/{day.id}").text
    )
    page = team.get(f"/dagdelen/show/{shift.id}").text
    assert f"<h1>{shift.name} (7.00–14.30 uur)</h1>" in page
    assert "<dd>7.00 uur</dd>" in page
    assert "(versie 1)</h1>" in team.get(f"/verklaringen/show/{text.id}").text
