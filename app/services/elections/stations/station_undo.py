"""Undoing an import of polling stations: new ones go, changed ones go back, as far as nothing was done with them since.

A few hundred rows at most, so in one transaction. What stays is kept with the reason (`ImportLeftover`).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, case, delete, exists, func, insert, null, or_, select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import (
    AuditEvent,
    Election,
    ElectionState,
    ImportLeftover,
    ImportRun,
    ImportState,
    PollingStation,
    StationChange,
)
from app.models.base import Model
from app.phrases import RuleBroken, phrase
from app.services.atomic import change_if
from app.services.audit import Actor, record_event
from app.services.bulk import among
from app.services.elections.stations.station_columns import from_json, is_same

OF_IMPORTS: Final = (StationChange.__tablename__, ImportLeftover.__tablename__)


class Reason(StrEnum):
    """Why a new station stays, or a field keeps what it is."""

    USED = "used"  # preferred, or planned
    CHANGED = "changed"  # by hand, or by an import that was not undone


def can_undo(run: ImportRun) -> bool:
    """Whether there is something to undo."""
    return run.state == ImportState.DONE and bool(run.rows_new or run.rows_changed)


def foresee(run: ImportRun) -> dict[str, int]:
    """Reason → how many new stations stay because of it; "" → how many go; `changed` → how many were changed."""
    reason = _why_kept(run.id).label("reason")
    counted = select(reason, func.count(PollingStation.id)).group_by(reason)
    found = db.session.execute(counted.where(PollingStation.import_run_id == run.id))
    changed = select(func.count(StationChange.id)).where(StationChange.import_run_id == run.id)
    return {**{why or "": number for why, number in found}, "changed_stations": db.session.scalar(changed) or 0}


def undo_stations(election: Election, run: ImportRun, *, actor: Actor, now: datetime) -> dict[str, int]:
    """Undo the import; gives how many stations were `removed`, `restored` and `kept`. Raises RuleBroken."""
    if election.state == ElectionState.CLOSED:
        raise RuleBroken(phrase("This election is closed and can no longer be changed."))
    is_ours = change_if(
        ImportRun, ImportRun.id == run.id, ImportRun.state == ImportState.DONE, state=ImportState.UNDONE
    )
    if not is_ours:
        raise RuleBroken(phrase("This import cannot be undone."))
    restored, kept = _put_back(run)
    removed, staying = _take_new_away(run)
    kept += staying
    rows = [
        {"import_run_id": run.id, "station_id": station_id, "field": field, "reason": reason}
        for station_id, field, reason in kept
    ]
    if rows:
        db.session.execute(insert(ImportLeftover), rows)
    counts = {"removed": removed, "restored": restored, "kept": len(kept)}
    run.mapping = {**run.mapping, "undo": counts}
    record_event(actor, "stations.undone", now=now, subject=election, import_run_id=run.id, **counts)
    db.session.flush()
    return counts


def _put_back(run: ImportRun) -> tuple[int, list[tuple[int, str, str]]]:
    changes = select(StationChange, PollingStation).join(PollingStation, PollingStation.id == StationChange.station_id)
    changes = changes.where(StationChange.import_run_id == run.id).order_by(StationChange.id)
    restored, kept = 0, []
    for change, station in db.session.execute(changes.with_for_update(of=PollingStation)):
        went_back = False
        for name, old in change.old_values.items():
            if is_same(getattr(station, name), from_json(name, change.new_values[name])):
                setattr(station, name, from_json(name, old))
                went_back = True
            else:
                kept.append((station.id, name, Reason.CHANGED.value))
        restored += went_back
    db.session.flush()
    return restored, kept


def _take_new_away(run: ImportRun) -> tuple[int, list[tuple[int, str, str]]]:
    new = select(PollingStation.id).where(PollingStation.import_run_id == run.id).order_by(PollingStation.id)
    ids = list(db.session.scalars(new.with_for_update()))  # locked before the look: who prefers one now waits
    reason = _why_kept(run.id).label("reason")
    found = db.session.execute(select(PollingStation.id, reason).where(among(PollingStation.id, ids))).all()
    going = [station_id for station_id, why in found if why is None]
    gone = delete(PollingStation).where(among(PollingStation.id, going))
    db.session.execute(gone.execution_options(synchronize_session=False))
    db.session.expire_all()
    return len(going), [(station_id, "", why) for station_id, why in found if why is not None]


def _why_kept(run_id: int) -> ColumnElement[str | None]:
    """Of a new station: why it stays; NULL when nothing was done with it."""
    return case((_is_used(), Reason.USED.value), (_is_changed(run_id), Reason.CHANGED.value), else_=null())


def _is_used() -> ColumnElement[bool]:
    """Another table refers to it."""
    columns = (
        column
        for table in Model.metadata.tables.values()
        if table.name not in OF_IMPORTS
        for column in table.columns
        if any(key.column.table is PollingStation.__table__ for key in column.foreign_keys)
    )
    return or_(*(exists().where(column == PollingStation.id).correlate(PollingStation) for column in columns))


def _is_changed(run_id: int) -> ColumnElement[bool]:
    """By hand, which the audit trail tells, or by another import that was not undone."""
    later = aliased(ImportRun)
    by_hand = exists().where(
        AuditEvent.subject_type == "PollingStation",
        AuditEvent.subject_id == PollingStation.id,
        AuditEvent.action == "polling_station.changed",
    )
    by_import = exists().where(
        StationChange.station_id == PollingStation.id,
        StationChange.import_run_id != run_id,
        ~exists().where(later.id == StationChange.import_run_id, later.state == ImportState.UNDONE),
    )
    return or_(by_hand, by_import)


def list_leftovers(run: ImportRun) -> list[tuple[ImportLeftover, PollingStation]]:
    """What stayed as it was and why, with the station."""
    left = select(ImportLeftover, PollingStation).join(PollingStation, PollingStation.id == ImportLeftover.station_id)
    left = left.where(ImportLeftover.import_run_id == run.id).order_by(PollingStation.number, ImportLeftover.id)
    return [(leftover, station) for leftover, station in db.session.execute(left)]
