"""The page of coverage: what is short, when, by which article, and the way to its hole."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from app.models import Assignment, AuditEvent, ElectionState, PollingStation, StaffingNeed
from app.services.planning.times import shift_hours
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.staffing import PLANNED_AT, fill_needs, make_place
from tests.support.files.valid_pdfs import find_faults
from tests.support.statements import seen_statements


@pytest.fixture
def team(client, sign_in_as):
    return sign_in_as(client, make_staff())


def address(election, query=""):
    return f"/verkiezingen/{election.code}/dekking/?{query}"


def fill_team(station, shift, *, leaves_early=timedelta(0)):
    starts_at, ends_at = shift_hours(shift)
    for code in ("voorzitter", "stembureaulid", "stembureaulid"):
        make_place(
            make_member(), station, shift, make_function(code), starts_at=starts_at, ends_at=ends_at - leaves_early
        )


def test_a_hole_between_two_shifts_is_shown_with_its_time_article_and_way_to_fill_it(team, db):
    election = make_election()
    station = make_station(election, 7, "De Brug")
    early, late, counting = shifts_of(election)
    fill_needs(election)
    fill_team(station, early, leaves_early=timedelta(minutes=30))
    fill_team(station, late)
    page = team.get(address(election)).text
    assert "14.00–14.15 uur: 3 mensen te weinig, niemand mag voorzitten" in page
    assert "(J 12)" in page
    assert "1 van de 1 stembureaus heeft op enig moment te weinig mensen." in page
    assert f"-{early.id}-" in page or f"dagdeel={early.id}" in page  # the way to the open place
    assert "3 van 4" in page
    assert "wetten.overheid.nl" in page
    assert counting.id != late.id


def test_a_plan_without_a_hole_says_so_and_a_filter_leaves_what_is_asked(team, db):
    election = make_election()
    covered, empty = make_station(election, 1, "Gevuld"), make_station(election, 2, "Leeg")
    for shift in shifts_of(election)[:2]:
        fill_team(covered, shift)

    def names(query):
        page = team.get(address(election, query)).text
        return [name for name in ("Gevuld", "Leeg") if f"{name}</th>" in page]

    assert names("") == ["Gevuld", "Leeg"]
    assert names("toon=short") == names("toon=open") == ["Leeg"]
    assert names("q=gev") == ["Gevuld"]
    assert names("q=2") == ["Leeg"]
    assert names("toon=onzin") == ["Gevuld", "Leeg"]
    db.session.delete(empty)
    assert "Geen stembureau heeft op enig moment te weinig mensen." in team.get(address(election)).text


def test_the_file_holds_a_line_for_each_moment_and_is_in_the_trail(team, db):
    election = make_election()
    station = make_station(election, 7, "De Brug")
    fill_team(station, shifts_of(election)[0], leaves_early=timedelta(minutes=30))
    file = f"/verkiezingen/{election.code}/dekking/export?toon=short"
    answer = team.post(file, data={"format": "csv"}).data.decode("utf-8-sig")
    lines = list(csv.reader(answer.splitlines(), delimiter=";"))
    assert lines[1][:3] == ["7", "De Brug", lines[1][2]]
    assert [line[7:] for line in lines[1:3]] == [
        ["14.00–14.15 uur", "3 mensen te weinig, niemand mag voorzitten", "J 12"],
        ["14.15–21.00 uur", "3 mensen te weinig, niemand mag voorzitten", "E 3, J 12"],
    ]
    assert team.post(file, data={"format": "xlsx"}).data[:2] == b"PK"
    assert "coverage.exported" in db.session.scalars(select(AuditEvent.action)).all()


def test_what_is_downloaded_or_printed_is_what_was_found(team, db):
    election = make_election()
    make_station(election, 7, "De Brug"), make_station(election, 8, "De Kade")
    answer = team.post(f"/verkiezingen/{election.code}/dekking/export?q=kade", data={"format": "csv"})
    lines = list(csv.reader(answer.data.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert {line[1] for line in lines[1:]} == {"De Kade"}
    paper = f'action="/verkiezingen/{election.code}/dekking/afdruk?toon=open&amp;q=kade"'
    assert paper in team.get(address(election, "toon=open&q=kade")).text
    pdf = team.post(f"/verkiezingen/{election.code}/dekking/afdruk?q=kade").data
    assert find_faults(pdf) == []
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    kinds = [event.details["kind"] for event in events if event.details.get("kind")]
    assert kinds == ["csv", "pdf"]


def test_the_team_sees_at_home_how_many_stations_are_short_while_it_plans(team, db):
    election = make_election(voting_on=date(2027, 3, 17))
    make_station(election, 1), make_station(election, 2)
    assert "stembureaus met te weinig mensen" not in team.get("/").text
    election.state = ElectionState.PLANNING
    page = team.get("/").text
    assert "stembureaus met te weinig mensen: Gemeenteraad Voorbeeldstad 2026" in page
    assert f'href="/verkiezingen/{election.code}/dekking/?toon=short"' in page


def test_with_420_stations_a_page_stays_small_in_statements_and_bytes(team, db):
    election = make_election(counting="CSO")
    db.session.add_all(
        PollingStation(election_id=election.id, number=n, name=f"Basisschool {n}") for n in range(1, 421)
    )
    fill_needs(election)
    stations = db.session.scalars(select(PollingStation.id).where(PollingStation.election_id == election.id)).all()
    early, chair = shifts_of(election)[0], make_function("voorzitter").id
    members = [make_member().id for _ in range(3)]
    starts_at, ends_at = shift_hours(early)
    values = {"election_id": election.id, "shift_id": early.id, "function_id": chair, "changed_at": PLANNED_AT}
    places = [
        {**values, "member_id": member, "station_id": station, "starts_at": starts_at, "ends_at": ends_at}
        for member, station in zip(members, stations, strict=False)
    ]
    fixed = {"is_locked": False, "note": "", "version": 1}
    db.session.execute(insert(Assignment), [{**place, **fixed} for place in places])
    with seen_statements(db.engine) as seen:
        answer = team.get(address(election))
    assert len(seen) <= 8, seen
    assert len(answer.data) < 50_000, len(answer.data)
    assert db.session.query(StaffingNeed).count() > 3_700
    assert "421 gevonden" in answer.text
    assert "centraal tellen" in team.get(address(election, "page=22")).text
