"""A plan of 3,000 members becomes decisions, letters and mails by a worker that is killed once with kill -9.

No aim, but a proof with numbers: how long and how much memory it takes, and that the killed run lost nothing and made
nothing twice. The lease of the dead worker, five minutes, is set forward in the database; nothing else is.
usage: bench/appointing.py [members]; on SQLite and PostgreSQL, or only on DATABASE_URL.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support.portals import on_each_database, portal_with_members

MEMBERS = 3_000
TEAM = 10  # members at a station, who all stand in each other's letters
KILLED_AT = 0.4


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS
    with portal_with_members(count) as app:
        run, start = make_plan(count), time.perf_counter()
        before, most = work(app, run, until=int(count * KILLED_AT)), 0
        made = decisions()
        print(f"killed with -9 after {before.seconds:.0f} s: {made} whole decisions, the run says {run.done}")
        assert made == run.done < count
        set_lease_forward(run)
        after = work(app, run, until=count)
        passed, most = time.perf_counter() - start, max(before.most, after.most)
        check(count)
        seconds = before.seconds + after.seconds
        print(f"{count} letters in {passed:.0f} s with both starts, {count / seconds:.0f} a second while it worked")
        print(f"most memory of the worker and its press together: {most / 1024:.0f} MB")


def make_plan(count: int) -> Any:
    """A published plan with `count` places of two shifts, and a run that waits."""
    from sqlalchemy import select

    from app.clock import utc_now
    from app.extensions import db
    from app.models import Member
    from tests.support.factories.appointments import make_setup, start
    from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
    from tests.support.factories.plans import publish_places

    now, election = utc_now(), make_election(code="GR2030", voting_on=(utc_now() + timedelta(days=90)).date())
    setup = make_setup(election, sender_address="Raadhuisplein 1\n1234 AA Voorbeeldstad", now=now)
    voting, later, *_rest = shifts_of(election)
    chair, member = make_function("voorzitter"), make_function("stembureaulid")
    people = db.session.scalars(select(Member).order_by(Member.id).limit(count)).all()
    wanted = []
    for number in range(0, count, TEAM):
        station = make_station(election, number // TEAM + 1, f"Zaal {number}", street="Dorpsstraat 1")
        for place, who in enumerate(people[number : number + TEAM]):
            wanted.append((who, station, voting if place % 2 else later, member if place else chair))
    publish_places(election, wanted, now=now)
    return start(setup, now=now)


class Worked:
    """What one worker took: seconds at letters, and the most memory in kB."""

    def __init__(self) -> None:
        self.seconds, self.most = 0.0, 0


def work(app: Any, run: Any, *, until: int) -> Worked:
    """A worker until so many are done; then it is killed."""
    from app.extensions import db
    from app.models import RunState
    from tests.support.worker import Worker

    worker, found, begun, since = Worker(app).start(), Worked(), 0.0, run.done
    end = time.monotonic() + 3_000
    try:
        while run.done < until or (until == run.total and run.state != RunState.DONE):
            assert time.monotonic() < end, worker.said[-2000:]
            time.sleep(0.5)
            db.session.rollback()
            db.session.refresh(run)
            found.most = max(found.most, memory_of(worker.pid))
            if run.done > since and not begun:
                begun = time.perf_counter()
        found.seconds = time.perf_counter() - begun
    finally:
        worker.kill()
    time.sleep(1)
    db.session.rollback()
    db.session.refresh(run)
    return found


def memory_of(pid: int) -> int:
    """kB that the process and its children hold (resident)."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line)
        except (OSError, ValueError):
            continue
        if int(folder.name) == pid or int(status.get("PPid", "0")) == pid:
            total += int(status.get("VmRSS", "0 kB").split()[0])
    return total


def decisions() -> int:
    """How many are in the database."""
    from sqlalchemy import func, select

    from app.extensions import db
    from app.models import Appointment

    return db.session.scalar(select(func.count(Appointment.id))) or 0


def set_lease_forward(run: Any) -> None:
    """As if five minutes passed."""
    from app.clock import utc_now
    from app.extensions import db

    run.lease_until = utc_now() - timedelta(seconds=1)
    db.session.commit()


def check(count: int) -> None:
    """One decision, letter, grant and mail each; numbers without a gap; each letter is a PDF in the store."""
    from sqlalchemy import func, select

    from app.extensions import db, storage
    from app.models import Appointment, DocumentGrant, OutboundMail, StoredFile

    numbers = list(db.session.scalars(select(Appointment.number).order_by(Appointment.number)))
    assert numbers == list(range(1, count + 1)), "a gap, or a number twice"
    for column in (Appointment.member_id, DocumentGrant.member_id, Appointment.file_id):
        assert db.session.scalar(select(func.count(func.distinct(column)))) == count, column
    told = select(func.count(OutboundMail.id)).where(OutboundMail.template == "appointed")
    assert db.session.scalar(told) == count
    keys = db.session.scalars(select(StoredFile.key).join(Appointment, Appointment.file_id == StoredFile.id))
    sizes = []
    for key in keys:
        content = b"".join(storage.store.open(key))
        assert content.startswith(b"%PDF"), key
        assert content.rstrip().endswith(b"%%EOF"), key
        sizes.append(len(content))
    print(f"{len(sizes)} whole PDFs of {sum(sizes) / len(sizes) / 1024:.0f} kB; a decision and a mail for each member")


if __name__ == "__main__":
    on_each_database(__file__, main)
