"""A lease: a worker has a run until then, and what a dead worker left behind is taken again after it.

A run is a `LeasedRun` with a `state`; whoever takes or renews one does it by
`services.atomic.change_if`, so that of two workers one has it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, or_, select
from sqlalchemy.sql.elements import ColumnElement

from app.extensions import db
from app.models import User
from app.models.base import LeasedRun
from app.services.audit import COMMAND, Actor

LEASE: Final = timedelta(minutes=5)  # a step takes seconds; who takes longer renews it


def is_free(model: Any, states: Collection[str], now: datetime) -> ColumnElement[bool]:
    """Whether a run waits in one of these states, and no worker has it."""
    return and_(model.state.in_(states), or_(model.lease_until.is_(None), model.lease_until < now))


def is_held(model: Any, lease: datetime | None) -> ColumnElement[bool]:
    """Whether the run still has this lease: nobody took it over."""
    held: ColumnElement[bool] = model.lease_until.is_(None) if lease is None else model.lease_until == lease
    return held


def find_free(model: Any, *conditions: ColumnElement[bool]) -> list[int]:
    """Ids of the runs that the worker should take, the first asked for first."""
    return list(db.session.scalars(select(model.id).where(*conditions).order_by(model.id)))


def find_asker(run: LeasedRun) -> Actor:
    """Who asked for the run, for what the worker does."""
    user = db.session.get(User, run.created_by_user_id) if run.created_by_user_id else None
    return Actor(user.username, user.id) if user else COMMAND
