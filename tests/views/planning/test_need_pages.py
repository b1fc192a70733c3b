"""The pages of needs of one election, and needs of many stations at once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from app.clock import utc_now
from app.jobs import due
from app.models import BulkRun, NeedTemplate, StaffingNeed
from app.services import bulk_runs
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_staff
from tests.support.factories.staffing import fill_needs, make_need
from tests.support.statements import seen_statements


@pytest.fixture
def team(client, sign_in_as):
    return sign_in_as(client, make_staff())


def count(db, model=StaffingNeed):
    return db.session.scalar(select(func.count()).select_from(model))


def work(db):
    for run_id in bulk_runs.find_waiting(utc_now()):
        due.run_bulk(run_id, lambda: True)
    db.session.expire_all()


def test_the_team_starts_with_the_usual_template_looks_and_fills(team, db):
    election = make_election()
    for number in (1, 2, 3):
        make_station(election, number)
    make_station(election, 4, type="mobile")
    address = f"/verkiezingen/{election.code}/bezetting"
    assert "Nog niet gezegd" in team.get(f"{address}/").text
    page = team.get(f"{address}/vullen").text
    assert "Met deze standaard beginnen" in page
    assert "2, minstens 1" in page
    assert count(db, NeedTemplate) == 0
    team.post(f"{address}/standaard")
    assert count(db, NeedTemplate) == 27
    page = team.get(f"{address}/vullen").text
    assert '<span class="count">36</span>' in page
    assert "voor 64 mensen" in page
    assert count(db) == 0
    answer = team.post(f"{address}/vullen", data={"differing": "keep"})
    assert answer.location == f"{address}/"
    assert "36 regels bezetting toegevoegd, 0 gewijzigd." in team.get(answer.location).text
    assert count(db) == 36
    assert "Er is niets te vullen" in team.get(f"{address}/vullen").text


def test_the_number_of_a_central_count_is_asked_in_all_when_the_template_is_started(team, db):
    election = make_election(counting="CSO")
    make_station(election, 1)
    address = f"/verkiezingen/{election.code}/bezetting"
    page = team.get(f"{address}/vullen").text
    assert "In totaal, in elk dagdeel ervan" in page
    assert "in totaal, niet per stembureau" in page
    for typed in ("", "0", "veel"):
        refused = team.post(f"{address}/standaard", data={"counters": typed})
        assert refused.status_code == 422
        assert f'value="{typed}"' in refused.text
    assert count(db, NeedTemplate) == 0
    team.post(f"{address}/standaard", data={"counters": "25"})
    lines = db.session.query(NeedTemplate).filter_by(station_type="")
    assert {(row.minimum, row.target) for row in lines if row.function.code == "teller"} == {(5, 25)}


def test_copying_shows_what_found_no_match_before_it_is_done(team, db):
    earlier = make_election(code="TK2025", name="Tweede Kamer 2025", type="TK", voting_on=date(2025, 10, 29))
    make_station(earlier, 1), make_station(earlier, 7, "Verdwenen school")
    fill_needs(earlier)
    election = make_election()
    make_station(election, 1), make_station(election, 2, "Nieuwe school")
    address = f"/verkiezingen/{election.code}/bezetting/overnemen"
    assert "Tweede Kamer 2025" in team.get(address).text
    page = team.get(f"{address}?bron={earlier.id}").text
    assert "7 Verdwenen school" in page
    assert "2 Nieuwe school" in page
    before = count(db)
    team.post(f"{address}?bron={earlier.id}", data={"differing": "keep"})
    assert count(db) == before + 9
    assert team.post(address, data={"differing": "keep"}).status_code == 404


def test_the_pages_take_few_statements_and_bytes_with_many_stations(team, db):
    election = make_election(counting="CSO")
    for number in range(1, 61):
        make_station(election, number, type=("fixed", "special", "mobile")[number % 3])
    fill_needs(election)
    earlier = make_election(code="TK2025", type="TK", voting_on=date(2025, 10, 29))
    make_station(earlier, 1)
    fill_needs(earlier)
    for page in ("", "vullen", f"overnemen?bron={earlier.id}"):
        with seen_statements(db.engine) as seen:
            answer = team.get(f"/verkiezingen/{election.code}/bezetting/{page}")
        assert answer.status_code == 200
        assert len(seen) <= 8, (page, seen)
        assert len(answer.data) < 50_000
    assert team.get("/verkiezingen/GEEN/bezetting/").status_code == 404


def test_chosen_stations_get_a_need_and_chosen_needs_other_numbers(team, db):
    election = make_election()
    stations = [make_station(election, number) for number in (1, 2, 3)]
    shift, chair = shifts_of(election)[0], make_function("voorzitter")
    chosen = [str(station.id) for station in stations[:2]]
    asked = team.post("/stembureaus/action_post", data={"action": "need", "rowid": chosen})
    assert f"election={election.id}" in asked.location
    form = {"shift": shift.id, "function": chair.id, "minimum": "1", "target": "2"}
    assert team.post(asked.location, data={**form, "minimum": "3"}).status_code == 422
    assert team.post(asked.location, data=form).status_code == 302
    needs = db.session.scalars(select(StaffingNeed).order_by(StaffingNeed.station_id)).all()
    assert [(need.station_id, need.target) for need in needs] == [(stations[0].id, 2), (stations[1].id, 2)]
    asked = team.post("/bezetting/action_post", data={"action": "change", "rowid": [str(needs[0].id)]})
    team.post(asked.location, data={"minimum": "0", "target": "9"})
    db.session.expire_all()
    assert [need.target for need in needs] == [9, 2]
    sure = {"action": "remove", "rowid": [str(needs[1].id)], "sure": "yes"}
    team.post("/bezetting/action_post", data=sure)
    assert count(db) == 1


def test_all_stations_that_a_search_finds_get_a_need_by_the_worker(team, db):
    election = make_election()
    for number in (1, 2, 3):
        make_station(election, number, type="special" if number == 3 else "fixed")
    shift, chair = shifts_of(election)[0], make_function("voorzitter")
    address = f"/stembureaus/action_post?election={election.id}&type=fixed"
    form = {"action": "need", "scope": "found", "shift": shift.id, "function": chair.id, "minimum": "1", "target": "2"}
    assert "2 worden bereikt" in team.post(address, data=form).text
    assert team.post(address, data={**form, "sure": "yes", "seen": "2/2", "minimum": "4"}).status_code == 422
    assert team.post(address, data={**form, "sure": "yes", "seen": "2/2"}).status_code == 302
    work(db)
    run = db.session.scalars(select(BulkRun).order_by(BulkRun.id.desc())).first()
    assert (run.done, run.refused) == (2, 0)
    assert count(db) == 2


def test_needs_that_a_search_finds_are_changed_and_deleted_by_the_worker(team, db):
    election = make_election()
    station, shift = make_station(election, 1), shifts_of(election)[0]
    for code in ("voorzitter", "stembureaulid"):
        make_need(station, shift, make_function(code))
    address = f"/bezetting/action_post?election={election.id}&function={make_function('voorzitter').id}"
    form = {"scope": "found", "sure": "yes", "seen": "1/1", "minimum": "2", "target": "5"}
    team.post(address, data={**form, "action": "change"})
    work(db)
    assert sorted(db.session.scalars(select(StaffingNeed.target))) == [1, 5]
    team.post(address, data={**form, "action": "remove"})
    work(db)
    assert db.session.scalars(select(StaffingNeed.target)).all() == [1]
