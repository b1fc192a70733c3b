"""Undoing an import of polling stations: what nobody used or changed since goes, or goes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AuditEvent, Election, ElectionState, ImportRun, ImportState, PollingStation
from app.phrases import RuleBroken
from app.services.audit import COMMAND, record_event
from app.services.elections.stations import station_undo
from app.services.elections.stations.stations import import_stations
from tests.support.factories.elections import make_election
from tests.support.files.election_files import station, stations_csv


@pytest.fixture
def load(db, now):
    def do(election: Election, *rows: dict) -> ImportRun:
        import_stations(election, stations_csv(rows), "stembureaus.csv", actor=COMMAND, now=now)
        db.session.commit()
        return db.session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()

    return do


@pytest.fixture
def take_back(db, now):
    def do(election: Election, run: ImportRun) -> dict[str, int]:
        done = station_undo.undo_stations(election, run, actor=COMMAND, now=now + timedelta(days=1))
        db.session.commit()
        return done

    return do


def columns(db, number: int) -> dict:
    table = PollingStation.__table__
    return dict(db.session.execute(select(table).where(table.c.number == number)).one()._mapping)


def test_new_stations_go_and_changed_ones_are_as_before(db, load, take_back):
    election = make_election()
    load(election, station(1, "Raadhuis"))
    before = columns(db, 1)
    run = load(election, station(1, "Kerk", Openingstijd=before["opens_at"].strftime("%Y-%m-%dT10:00:00")), station(2))
    assert columns(db, 1) != before
    assert station_undo.foresee(run) == {"": 1, "changed_stations": 1}
    assert take_back(election, run) == {"removed": 1, "restored": 1, "kept": 0}
    assert columns(db, 1) == before
    assert db.session.scalars(select(PollingStation.number)).all() == [1]
    assert run.state == ImportState.UNDONE
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "stations.undone")).one()
    assert (event.subject_id, event.details) == (
        election.id,
        {"import_run_id": run.id, "removed": 1, "restored": 1, "kept": 0},
    )


def test_what_was_changed_or_chosen_since_stays_and_is_told(db, now, load, take_back):
    election = make_election()
    load(election, station(1, "Raadhuis"))
    run = load(election, station(1, "Kerk"), station(2), station(3))
    for number in (1, 2):
        found = db.session.scalars(select(PollingStation).where(PollingStation.number == number)).one()
        found.name = "Met de hand"
        record_event(COMMAND, "polling_station.changed", now=now, subject=found)
    db.session.commit()
    assert take_back(election, run) == {"removed": 1, "restored": 0, "kept": 2}
    left = {(place.number, leftover.field, leftover.reason) for leftover, place in station_undo.list_leftovers(run)}
    assert left == {(1, "name", "changed"), (2, "", "changed")}


def test_a_new_station_that_a_later_import_changed_stays_until_that_one_is_undone(db, load, take_back):
    election = make_election()
    run = load(election, station(1, "Raadhuis"))
    later = load(election, station(1, "Kerk"))
    assert take_back(election, later)["restored"] == 1
    assert take_back(election, run) == {"removed": 1, "restored": 0, "kept": 0}
    run = load(election, station(2, "Raadhuis"))
    load(election, station(2, "Kerk"))
    assert take_back(election, run) == {"removed": 0, "restored": 0, "kept": 1}


def test_an_import_is_undone_once_and_never_of_a_closed_election(db, load, take_back):
    election = make_election()
    run = load(election, station(1))
    election.state = ElectionState.CLOSED
    with pytest.raises(RuleBroken):
        take_back(election, run)
    election.state = ElectionState.DRAFT
    take_back(election, run)
    with pytest.raises(RuleBroken):
        take_back(election, run)
