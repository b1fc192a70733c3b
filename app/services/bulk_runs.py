"""Acts on everything that a search found: looked at before, done by the worker, followed while it goes on.

The truth is the row `BulkRun` with its `BulkRow`s, not the queue. A part of the rows is done and marked as done in one
transaction, so a worker that is killed leaves no row half, and none is done twice. Each subject adds its acts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, inspect, literal, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from app.extensions import db
from app.models import BulkRow, BulkRun, BulkState
from app.phrases import Phrase, RuleBroken, phrase
from app.services.atomic import change_if
from app.services.audit import Actor, record_event
from app.services.bulk import among
from app.services.bulk_acts import ACTS, BulkAct, Work, key_of, reason_number
from app.services.leases import LEASE, find_asker, find_free, is_free, is_held
from app.typed.texts import fit

PART: Final = 100  # rows of one transaction
KEEP: Final = timedelta(days=90)  # what was done is in the audit trail too
WAITING: Final = (BulkState.WAITING, BulkState.RUNNING)
STOPPED_BEFORE: Final = phrase("It was stopped before the mail left.")


def start_run(
    screen: str,
    act: str,
    keys: Select[Any],
    *,
    member_id: Any = None,
    query: str = "",
    parameters: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
) -> BulkRun:
    """Keep the rows that the search leaves at this moment, and let the worker begin after the commit.

    `keys` selects keys of the list's table; `member_id` is whose row each is, by its key (SQL), where it is somebody's.
    Without an act the members are kept, to write to.
    """
    run = BulkRun(
        screen=screen,
        act=act,
        query=fit(query, BulkRun.query),
        parameters=dict(parameters or {}),
        state=BulkState.WAITING if act else BulkState.DONE,
        created_by_user_id=actor.user_id,
        created_at=now,
        total=0,
        done=0,
        refused=0,
    )
    db.session.add(run)
    db.session.flush()
    found = keys.subquery()
    key = found.c[0]
    empty = literal({}, BulkRow.reason_values.type)
    owner = literal(None) if member_id is None else member_id(key)
    rows = select(literal(run.id), key, owner, literal(BulkState.WAITING.value), literal(""), empty).select_from(found)
    columns = ["run_id", "subject_id", "member_id", "state", "reason", "reason_values"]
    db.session.execute(insert(BulkRow).from_select(columns, rows))
    run.total = db.session.scalar(select(func.count()).where(BulkRow.run_id == run.id)) or 0
    if not run.total:
        raise RuleBroken(phrase("Nothing was found to do this with."))
    db.session.flush()
    record_event(actor, "bulk_run.started", now=now, subject=run, screen=screen, act=act, rows=run.total)
    return run


def find_waiting(now: datetime) -> list[int]:
    """Ids of the runs that the worker should take: asked for, or left behind by a worker that died."""
    printed = [key.partition(".") for key, act in ACTS.items() if act.is_printed]
    by_hand = [and_(BulkRun.screen == screen, BulkRun.act == act) for screen, _dot, act in printed]
    return find_free(BulkRun, is_free(BulkRun, WAITING, now), ~or_(*by_hand))


def run_bulk(run_id: int, clock: Callable[[], datetime], *, checkpoint: Callable[[], None]) -> None:
    """Do what is left of it, part by part; `checkpoint` commits. Who calls it again has no lease, and does nothing."""
    now = clock()
    asked = db.session.get(BulkRun, run_id)
    if asked is None or ACTS[f"{asked.screen}.{asked.act}"].is_printed:  # a person prints it
        return
    is_waiting = is_free(BulkRun, WAITING, now)
    if not change_if(BulkRun, BulkRun.id == run_id, is_waiting, state=BulkState.RUNNING, lease_until=now + LEASE):
        return
    run = db.session.get_one(BulkRun, run_id)
    act = ACTS[f"{run.screen}.{run.act}"]
    lease = run.lease_until
    checkpoint()
    while keys := _next_keys(run_id):
        now = clock()
        done, refused = _do_part(run, act, keys, now)
        fresh = now + LEASE
        is_ours = change_if(
            BulkRun,
            BulkRun.id == run_id,
            BulkRun.state == BulkState.RUNNING,
            is_held(BulkRun, lease),
            lease_until=fresh,
            done=BulkRun.done + done,
            refused=BulkRun.refused + refused,
        )
        if not is_ours:  # stopped, or somebody else took it over: they do this part
            db.session.rollback()
            return
        lease = fresh
        checkpoint()
    _finish(run_id, clock())
    checkpoint()


def _next_keys(run_id: int) -> list[int]:
    waiting = select(BulkRow.subject_id).where(BulkRow.run_id == run_id, BulkRow.state == BulkState.WAITING)
    return list(db.session.scalars(waiting.order_by(BulkRow.subject_id).limit(PART)))


def _do_part(run: BulkRun, act: BulkAct, keys: list[int], now: datetime) -> tuple[int, int]:
    """Do it to these rows; how many were done, and how many not."""
    key = key_of(act.model)
    reasons = list(act.reasons())
    found = db.session.execute(select(act.model, reason_number(reasons)).where(key.in_(keys)).order_by(key)).all()
    refused: dict[int, Phrase] = dict.fromkeys(keys, phrase("This is gone."))
    fitting = []
    for row, number in found:
        if number >= 0:
            refused[_value(row)] = reasons[number].why
        else:
            del refused[_value(row)]
            fitting.append(row)
    given = {"actor": find_asker(run), "now": now, **run.parameters}
    if act.many is not None and fitting:
        act.many(fitting, **given)
    elif act.each is not None:
        refused |= {_value(row): why for row in fitting if (why := _try(act.each, row, given)) is not None}
    _mark(run.id, keys, refused)
    return len(keys) - len(refused), len(refused)


def _value(row: Any) -> int:
    return int(inspect(row).identity[0])


def _try(work: Work, row: Any, given: Mapping[str, Any]) -> Phrase | None:
    """Why it was not done to this row; what it wrote is taken back then."""
    try:
        with db.session.begin_nested():
            work(row, **given)
    except RuleBroken as error:
        return error.text
    except (StaleDataError, DBAPIError) as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        return phrase("Somebody else changed this at the same moment.")
    return None


def _mark(run_id: int, keys: Sequence[int], refused: Mapping[int, Phrase]) -> None:
    of_run = (BulkRow.run_id == run_id, BulkRow.state == BulkState.WAITING)
    groups: dict[str, list[int]] = {}
    for key, why in refused.items():
        groups.setdefault(repr((why.msgid, why.values)), []).append(key)
    for same in groups.values():
        why = refused[same[0]]
        values = {name: value if isinstance(value, int) else str(value) for name, value in why.values.items()}
        told = {"state": BulkState.REFUSED, "reason": fit(why.msgid, BulkRow.reason), "reason_values": values}
        db.session.execute(update(BulkRow).where(*of_run, BulkRow.subject_id.in_(same)).values(**told))
    done = [key for key in keys if key not in refused]
    db.session.execute(update(BulkRow).where(*of_run, BulkRow.subject_id.in_(done)).values(state=BulkState.DONE))


def _finish(run_id: int, now: datetime) -> None:
    ended = {"state": BulkState.DONE, "finished_at": now, "lease_until": None}
    if change_if(BulkRun, BulkRun.id == run_id, BulkRun.state.in_(WAITING), **ended):
        run = db.session.get_one(BulkRun, run_id)
        record_event(find_asker(run), "bulk_run.finished", now=now, subject=run, done=run.done, refused=run.refused)


def take_part(run: BulkRun, size: int, now: datetime) -> list[int]:
    """The keys of the next rows of an act that a person prints, marked as done; commit it with what was printed."""
    waiting = select(BulkRow.subject_id).where(BulkRow.run_id == run.id, BulkRow.state == BulkState.WAITING)
    keys = list(db.session.scalars(waiting.order_by(BulkRow.subject_id).limit(size)))
    act = ACTS[f"{run.screen}.{run.act}"]
    reasons = list(act.reasons())
    key = key_of(act.model)
    numbers = db.session.execute(select(key, reason_number(reasons)).where(key.in_(keys)))
    refused = {at: reasons[number].why for at, number in numbers if number >= 0}
    _mark(run.id, keys, refused)
    taken = [at for at in keys if at not in refused]
    counts = {"done": BulkRun.done + len(taken), "refused": BulkRun.refused + len(refused)}
    change_if(BulkRun, BulkRun.id == run.id, **counts)
    if len(keys) < size or run.done + run.refused >= run.total:
        _finish(run.id, now)
    return taken


def stop_run(run: BulkRun, *, actor: Actor, now: datetime) -> None:
    """Do no more of it, and keep back what did not leave yet; what left stays so. Raises RuleBroken for what is over.

    Commit after it.
    """
    ended = {"state": BulkState.STOPPED, "finished_at": now, "lease_until": None}
    is_stopped = change_if(BulkRun, BulkRun.id == run.id, BulkRun.state.in_(WAITING), **ended)
    act = ACTS[f"{run.screen}.{run.act}"]
    kept = list(act.leaving.keep_back(run, actor=actor, now=now)) if act.leaving else []
    if not is_stopped and not kept:
        raise RuleBroken(phrase("This is done already."))
    if kept:
        _take_back(run, kept, ended)
    record_event(actor, "bulk_run.stopped", now=now, subject=run, done=run.done)


def _take_back(run: BulkRun, keys: list[int], ended: Mapping[str, Any]) -> None:
    why = {"state": BulkState.REFUSED, "reason": STOPPED_BEFORE.msgid, "reason_values": {}}
    is_one = (BulkRow.run_id == run.id, BulkRow.state == BulkState.DONE, among(BulkRow.subject_id, keys))
    db.session.execute(update(BulkRow).where(*is_one).values(**why))
    counts = {"done": BulkRun.done - len(keys), "refused": BulkRun.refused + len(keys)}
    change_if(BulkRun, BulkRun.id == run.id, **counts, **ended)


def count_leaving(run: BulkRun) -> int:
    """How much of what it did still waits to leave."""
    act = ACTS[f"{run.screen}.{run.act}"]
    return (db.session.scalar(act.leaving.how_many(run)) or 0) if act.leaving else 0


def count_reasons(run: BulkRun) -> list[tuple[Phrase, int]]:
    """Why it was not done to how many rows, the most first, where the reason names no row."""
    counted = select(BulkRow.reason, func.count()).where(*_refused(run), ~BulkRow.reason.contains("%("))
    rows = db.session.execute(counted.group_by(BulkRow.reason).order_by(func.count().desc()))
    return [(Phrase(reason), number) for reason, number in rows]


def list_refused(run: BulkRun, *, limit: int) -> list[tuple[Any, Phrase]]:
    """The first of the rows to which it was not done, those that are still there, each with why."""
    found = select(BulkRow).where(*_refused(run)).order_by(BulkRow.subject_id).limit(limit)
    refused = {row.subject_id: Phrase(row.reason, row.reason_values) for row in db.session.scalars(found)}
    key = key_of(ACTS[f"{run.screen}.{run.act}"].model)
    rows = db.session.scalars(select(ACTS[f"{run.screen}.{run.act}"].model).where(key.in_(refused)).order_by(key))
    return [(row, refused[_value(row)]) for row in rows]


def _refused(run: BulkRun) -> tuple[ColumnElement[bool], ...]:
    return BulkRow.run_id == run.id, BulkRow.state == BulkState.REFUSED


def delete_old_runs(now: datetime) -> int:
    """Forget acts that are over for long. Members that were found to write to stay: messages are for them."""
    is_old = and_(BulkRun.act != "", BulkRun.state.not_in(WAITING), BulkRun.created_at < now - KEEP)
    old = list(db.session.scalars(select(BulkRun.id).where(is_old)))
    db.session.execute(delete(BulkRow).where(BulkRow.run_id.in_(old)))
    db.session.execute(delete(BulkRun).where(BulkRun.id.in_(old)))
    return len(old)
