"""Workers among themselves: whose turn the regular work is, and who is alive. No queue is needed for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase

from app.extensions import db
from app.models import WorkerBeat, WorkTurn
from app.services.bulk import is_postgresql

DUE_WORK = "due work"
FORGETTING = "forgetting"
ALIVE_FOR = timedelta(minutes=2)  # a worker tells it every ten seconds
KEPT_FOR = timedelta(days=1)


def claim_turn(name: str, *, now: datetime, every: timedelta) -> bool:
    """Whether this worker does the regular work `name` this time: one of all gets it. Commit before the work.

    Nobody holds anything: a worker that dies at it leaves the next turn to another one.
    """
    insert = _insert(WorkTurn).values(name=name, due_at=now + every)
    claim = insert.on_conflict_do_update(
        index_elements=[WorkTurn.name], set_={"due_at": now + every}, where=WorkTurn.due_at <= now
    )
    return db.session.scalar(claim.returning(WorkTurn.name)) is not None


def note_done(name: str, now: datetime) -> None:
    """The regular work `name` came to its end."""
    db.session.execute(update(WorkTurn).where(WorkTurn.name == name).values(done_at=now))


def beat(worker: str, *, started_at: datetime, hears_queue: bool, now: datetime) -> None:
    """The worker lives."""
    told = {"seen_at": now, "hears_queue": hears_queue}
    insert = _insert(WorkerBeat).values(worker=worker, started_at=started_at, **told)
    db.session.execute(insert.on_conflict_do_update(index_elements=[WorkerBeat.worker], set_=told))


def delete_old_beats(now: datetime) -> None:
    """Forget workers that ended a day ago."""
    db.session.execute(delete(WorkerBeat).where(WorkerBeat.seen_at < now - KEPT_FOR))


def find_living(now: datetime) -> list[WorkerBeat]:
    """The workers that live, the oldest first."""
    living = select(WorkerBeat).where(WorkerBeat.seen_at > now - ALIVE_FOR)
    return list(db.session.scalars(living.order_by(WorkerBeat.started_at)))


def _insert(table: type[DeclarativeBase]) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if is_postgresql() else sqlite.insert(table)
