"""Coverage per moment of 420 stations with 5,936 places, against the one query that reads the plan: CPU of the process.

The aim: under 100 ms of CPU for all of it, which is some 4 × the query; statements do not grow with the stations.
usage: bench/coverage.py; on SQLite and PostgreSQL, or only on DATABASE_URL.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.clock import utc_now
from app.extensions import db
from app.models import Assignment, Election, PollingStation, ShiftKind
from app.services.audit import COMMAND
from app.services.bulk import insert_rows
from app.services.elections import elections
from app.services.elections.functions import list_active_functions
from app.services.planning.coverage.plan import find_coverage, read_plan
from app.services.planning.coverage.totals import count_short_now
from app.services.planning.needs import filling, standard
from app.services.planning.needs.choices import list_shifts
from app.services.planning.times import shift_hours
from bench.lists import count_statements
from bench.support.portals import judge, on_each_database, portal_with_members

STATIONS, PLACES = 420, 5_936
ROUNDS = 15
MOST_MILLISECONDS = 100
TEAM = ("voorzitter", "plv_voorzitter", "stembureaulid", "stembureaulid", "stembureaulid")


def make_plan() -> Election:
    """420 stations with needs, and places of which some come late or leave early."""
    details = elections.ElectionDetails(code="GR2030", name="GR 2030", type="GR", voting_on=date(2030, 3, 20))
    election = elections.create_election(details, actor=COMMAND, now=utc_now())
    stations: Any = [
        PollingStation(election_id=election.id, number=n, name=f"School {n}") for n in range(1, STATIONS + 1)
    ]
    db.session.add_all(stations)
    db.session.flush()
    standard.start_standard(election, actor=COMMAND, now=utc_now())
    filling.fill(election, overwrite=False, actor=COMMAND, now=utc_now())
    columns = ("election_id", "member_id", "station_id", "shift_id", "function_id", "starts_at", "ends_at")
    rest = {"is_locked": False, "note": "", "version": 1, "changed_at": utc_now()}
    rows = [(*row, *rest.values()) for row in _places(election, [station.id for station in stations])]
    insert_rows(Assignment.metadata.tables["assignment"], (*columns, *rest), rows)
    db.session.commit()
    return election


def _places(election: Election, station_ids: list[int]) -> list[tuple[Any, ...]]:
    """Five for each voting shift, and all of them count but a few; each sixth is there an hour shorter."""
    functions = {function.code: function.id for function in list_active_functions()}
    voting = [shift for shift in list_shifts(election.id) if shift.kind == ShiftKind.VOTING]
    counting = [shift for shift in list_shifts(election.id) if shift.kind == ShiftKind.STATION_COUNT]
    rows: list[tuple[Any, ...]] = []
    member_id = 1_000
    for station_id in station_ids:
        for shift in voting:
            for place, code in enumerate(TEAM):
                for shift_of, share in ((shift, 1), *((count, 2) for count in counting)):
                    if share == 2 and place == 3:
                        continue
                    starts_at, ends_at = shift_hours(shift_of)
                    later = timedelta(hours=int(member_id % 6 == 0))
                    rows.append(
                        (election.id, member_id, station_id, shift_of.id, functions[code], starts_at + later, ends_at)
                    )
                member_id += 1
    return rows[:PLACES]


def cpu_milliseconds(work: Callable[[], Any]) -> float:
    """The median CPU of the process."""
    work()
    seen = []
    for _ in range(ROUNDS):
        db.session.expire_all()
        start = time.process_time()
        work()
        seen.append(time.process_time() - start)
    return statistics.median(seen) * 1000


def main() -> None:
    """Print the CPU of both, their ratio and the number of statements."""
    with portal_with_members(4_300):
        election = make_plan()
        election_id = election.id
        query = cpu_milliseconds(lambda: read_plan(election_id))
        whole = cpu_milliseconds(lambda: find_coverage(db.session.get_one(Election, election_id)))
        home = cpu_milliseconds(lambda: count_short_now(db.session.get_one(Election, election_id)))
        rows, number = len(read_plan(election_id)), count_statements(lambda: find_coverage(election))
        print(f"{rows} places of {STATIONS} stations; the query that reads them: {query:.1f} ms of CPU")
        print(
            f"coverage of each moment, {number} statements: {whole:.1f} ms, {whole / query:.1f} × the query", flush=True
        )
        print(f"the number on the team's home alone: {home:.1f} ms, {home / query:.1f} × the query", flush=True)
        judge("coverage of 420 stations, of 100 ms", whole / MOST_MILLISECONDS, at_most=1)


if __name__ == "__main__":
    on_each_database(__file__, main)
