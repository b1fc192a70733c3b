"""Who can take one place, with 10,000 and 100,000 members: near first and widened, against looking at everybody.

The list is the true top 20 in every case, or the bench ends. The floor reads 20 members of the shift by an index and
counts the rest as far as the ranking does; a planner takes one place a second, so a list has 200 ms.
usage: bench/ranking.py [members …]; on SQLite and PostgreSQL, or only on DATABASE_URL.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import select

from app.clock import utc_now
from app.extensions import db
from app.models import Assignment, AvailabilityShift, Member
from app.services.audit import COMMAND
from app.services.planning.board import acts, checks, holes
from app.services.planning.board.places import Place
from app.services.planning.board.ranking.candidates import FEW, rank, rank_plainly
from app.services.planning.board.ranking.features import Hole, count_available
from bench.support.portals import count_rows, judge, on_each_database, portal_with_members
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.planning import make_planned_election, stations_of
from tests.support.factories.planning_crowd import make_crowd, place_stations
from tests.support.statements import seen_statements

SIZES = (10_000, 100_000)
STATIONS = 420
PLACES = 9
AIM = 0.200  # seconds
TIMES_THE_PLAIN = 1.0  # near first takes no longer than looking at everybody


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long it takes, and what it gives."""
    db.session.rollback()
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def floor(hole: Hole) -> Any:
    """What no list can do without."""
    db.session.scalar(select(count_available([hole.shift_id], FEW + 1)))
    can = select(Member.id, Member.surname).join(AvailabilityShift, AvailabilityShift.member_id == Member.id)
    return db.session.execute(can.where(AvailabilityShift.shift_id == hole.shift_id).limit(20)).all()


def measure(members: int) -> None:
    election = make_planned_election(*range(1, STATIONS + 1))
    stations = stations_of(election)
    place_stations(stations)
    crowd = make_crowd(election, stations, members)
    shifts, function = shifts_of(election), make_function("stembureaulid").id
    now: Any = utc_now()
    some = [Place(key, stations[key % STATIONS].id, shifts[0].id, function) for key in list(crowd)[: STATIONS * 3]]
    acts.assign_many(election, some, confirmed=checks.ALL, actor=COMMAND, now=now)
    db.session.commit()
    count_rows()
    assert db.session.query(Assignment).count() == len(some)
    spots = [
        holes.find_spot(election.id, (stations[number * 40].id, shifts[0].id, function)).hole()  # type: ignore[union-attr]
        for number in range(PLACES)
    ]
    times: dict[str, list[float]] = {"floor": [], "near first": [], "everybody": []}
    counts = []
    for spot in [spots[0], *spots]:
        times["floor"].append(seconds(lambda spot=spot: floor(spot))[0])
        with seen_statements(db.engine) as seen:
            took, found = seconds(lambda spot=spot: rank(spot))
        times["near first"].append(took)
        counts.append(len(seen))
        took, true = seconds(lambda spot=spot: rank_plainly(spot))
        times["everybody"].append(took)
        assert [row.member_id for row in found] == [row.member_id for row in true], "not the true top 20"
    medians = {name: statistics.median(seen[1:]) for name, seen in times.items()}
    print(f"{members} members, {STATIONS} stations: the true top 20 in {PLACES} of {PLACES}; {max(counts)} statements")
    for name, median in medians.items():
        print(f"  {name:12} {median * 1000:8.1f} ms  {median / medians['floor']:6.1f} × the floor")
    row = f"ranking, {members} members"
    judge(f"{row}, of 200 ms", medians["near first"] / AIM, at_most=1)
    judge(f"{row}, of looking at everybody", medians["near first"] / medians["everybody"], at_most=TIMES_THE_PLAIN)


def main() -> None:
    (members,) = [int(size) for size in sys.argv[1:]] or [0]
    with portal_with_members(0):
        measure(members)


if __name__ == "__main__":
    sizes = sys.argv[1:] or [str(size) for size in SIZES]
    for size in sizes:
        sys.argv[1:] = [size]
        on_each_database(__file__, main)
