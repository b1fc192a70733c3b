"""Imports that somebody began and left: the file lies ready, nothing is imported yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from app.extensions import db
from app.models import Election, ImportRun, ImportState
from app.services.files.import_uploads import KEEP_FOR
from app.services.rosters.runs import KIND as ROSTER
from app.services.waiting import how_many

STATIONS = "stations"  # the kind of a run with polling stations
LEFT = (ImportState.UPLOADED, ImportState.CHECKED)


def is_left(now: datetime) -> ColumnElement[bool]:
    """The run waits for a person, and its file is still there."""
    return ImportRun.state.in_(LEFT) & ImportRun.file_name.is_not(None) & (ImportRun.created_at > now - KEEP_FOR)


def count_left_imports(kind: str) -> Callable[[Any, datetime], ColumnElement[int]]:
    """For a badge: how many runs of this kind wait."""
    return lambda _member, now: how_many(select(ImportRun.id).where(ImportRun.kind == kind, is_left(now)))


def list_left_imports(now: datetime) -> list[tuple[ImportRun, Election | None]]:
    """The runs that wait, the oldest first, with the election of a file of polling stations. One statement."""
    statement = (
        select(ImportRun, Election)
        .outerjoin(Election, Election.id == ImportRun.election_id)
        .where(ImportRun.kind.in_((ROSTER, STATIONS)), is_left(now))
        .order_by(ImportRun.id)
    )
    return [(run, election) for run, election in db.session.execute(statement)]
