"""What the team's home asks beside its elections: all numbers at once, and what is not there not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, false, literal, true

from app.models import ElectionState, ImportKind, ImportRun, ImportState
from app.services.attendance.overview import IS_TODAY, total_without_bureau
from app.services.audit import COMMAND
from app.services.import_runs import list_left
from app.services.mail.undeliverable_addresses import note_stop
from app.services.overview.team_home import read_team_home
from app.services.planning.coverage.totals import IS_NEAR, total_short
from app.services.waiting import Asked, Total
from tests.support.factories.attendance import at, make_running_election
from tests.support.factories.elections import make_election

NOTHING = {}


def counting(*numbers):
    return lambda now: [Total(literal("n"), number) for number in numbers]


def test_all_that_is_sql_takes_one_statement(db, now, statements, monkeypatch):
    monkeypatch.setattr("app.services.waiting._with_number", lambda total, number: number)
    three = bindparam("three")
    there, away = Asked(three == literal(3), lambda _now: {"three": 3}), Asked(false(), lambda _now: NOTHING)
    sources = [(counting(literal(7), 8), None), (counting(9), there), (counting(10), away), (counting(11), None)]
    with statements() as seen:
        home = read_team_home(sources, [], now)
    totals = {place: [getattr(total, "number", total) for total in found] for place, found in home.totals.items()}
    assert totals == {0: [7, 8], 1: [9], 2: [], 3: [11]}
    assert (home.left_imports, home.marking_stopped_at, len(seen)) == ([], None, 1)


def test_what_is_there_is_read(db, now):
    note_stop(COMMAND, now - timedelta(hours=3))
    left = {"kind": ImportKind.ROSTER, "state": ImportState.CHECKED, "file_name": "x"}
    db.session.add(ImportRun(**left, created_at=now - timedelta(hours=25)))  # its file is gone
    db.session.commit()
    assert read_team_home([], [], now).left_imports == []
    db.session.add(ImportRun(**left, created_at=now - timedelta(hours=1)))
    db.session.commit()
    home = read_team_home([], [], now)
    assert home.left_imports == list_left(now) != []
    assert home.marking_stopped_at == now - timedelta(hours=3)
    assert read_team_home([], [], now + timedelta(days=8)).marking_stopped_at is None


@pytest.mark.parametrize("days", range(-4, 5))
@pytest.mark.parametrize("state", list(ElectionState))
def test_stations_are_counted_whenever_there_are_any_to_count(db, days, state):
    election, moment = make_running_election(), at(7, 15, days=days)
    election.state = state
    make_election(code="TK2026", type="TK")
    db.session.commit()
    for read, if_any in ((total_short, IS_NEAR), (total_without_bureau, IS_TODAY)):
        found = read(moment)
        assert read_team_home([(read, if_any)], [], moment).totals == {0: found}
        assert read_team_home([(read, Asked(true(), lambda _now: NOTHING))], [], moment).totals == {0: found}
