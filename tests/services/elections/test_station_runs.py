"""The import of polling stations by screen: it is said before what it would do, and then done once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.models import PollingStation
from app.phrases import RuleBroken
from app.services import import_runs
from app.services.audit import COMMAND
from app.services.elections.stations import station_runs
from app.services.elections.stations.station_check import StationsRefused
from tests.support.factories.elections import make_election, make_station
from tests.support.files.election_files import station, stations_csv


@pytest.fixture
def start(db, now, tmp_path):
    def run(election, *stations):
        content = stations_csv(stations)
        return station_runs.start_run(election, content, "stembureaus.csv", instance=tmp_path, actor=COMMAND, now=now)

    return run


def count(db) -> int:
    return db.session.scalar(select(func.count(PollingStation.id)))


def test_what_an_import_would_do_is_counted_before_and_after_it_is_done(db, now, tmp_path, start):
    election = make_election()
    make_station(election, 1, "Oud")
    make_station(election, 9, "Weg")
    run = start(election, station(1, "Nieuw"), station(2), station(3))
    before = station_runs.check_run(election, run, instance=tmp_path, municipality="")
    assert (before.total, before.new, before.changed, before.unchanged) == (3, (2, 3), (1,), 0)
    assert len(before.absent) == 1
    assert str(before.summary) == "3 stations: 2 new, 1 changed, 0 refused"
    assert count(db) == 2

    done = station_runs.import_run(election, run, instance=tmp_path, actor=COMMAND, now=now)
    assert done.summary == before.summary
    assert (run.rows_total, run.rows_new, run.rows_changed) == (3, 2, 1)
    assert count(db) == 4
    with pytest.raises(RuleBroken, match="running or done"):
        station_runs.import_run(election, run, instance=tmp_path, actor=COMMAND, now=now)
    again = start(election, station(1, "Nieuw"), station(2), station(3))
    assert station_runs.check_run(election, again, instance=tmp_path, municipality="").unchanged == 3


def test_of_a_file_with_a_fault_nothing_is_said_to_be_new(db, now, tmp_path, start):
    election = make_election()
    run = start(election, station(1), station("twee"))
    check = station_runs.check_run(election, run, instance=tmp_path, municipality="")
    assert not check.can_be_imported
    assert (check.total, check.refused) == (2, 1)
    assert str(check.summary) == "2 stations: 0 new, 0 changed, 1 refused"
    with pytest.raises(StationsRefused):
        station_runs.import_run(election, run, instance=tmp_path, actor=COMMAND, now=now)
    assert count(db) == 0


def test_only_a_run_of_this_election_is_found(start):
    election, other = make_election(), make_election(code="PS2027", name="Provinciale Staten")
    run = start(election, station(1))
    assert import_runs.find_of_election(station_runs.KIND, run.id, election.id) is run
    assert import_runs.find_of_election(station_runs.KIND, run.id, other.id) is None
