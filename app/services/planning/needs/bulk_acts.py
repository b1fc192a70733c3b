"""Needs of many stations at once (services.bulk_runs): a number for the stations that a search leaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from app.extensions import db
from app.models import Function, PollingStation, Shift, StaffingNeed
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor
from app.services.bulk_acts import BulkAct
from app.services.planning.needs.needs import Numbers, add_need, change_numbers, remove


def set_need(
    station: PollingStation, *, shift_id: int, function_id: int, minimum: int, target: int, actor: Actor, now: datetime
) -> None:
    """The station needs so many people in this shift and function. Raises RuleBroken."""
    shift, function = db.session.get(Shift, shift_id), db.session.get(Function, function_id)
    if shift is None or function is None:
        raise RuleBroken(phrase("This is gone."))
    if shift.day.election_id != station.election_id:
        raise RuleBroken(phrase("The shift is of another election than this polling station."), field="shift")
    numbers = Numbers(minimum, target)
    known = select(StaffingNeed).where(
        StaffingNeed.station_id == station.id,
        StaffingNeed.shift_id == shift_id,
        StaffingNeed.function_id == function_id,
    )
    need = db.session.scalar(known)
    if need is None:
        add_need(shift, function, station.number, numbers, actor=actor, now=now)
    else:
        change_numbers(need, numbers, actor=actor, now=now)


def _change(need: StaffingNeed, *, minimum: int, target: int, **asked: Any) -> None:
    change_numbers(need, Numbers(minimum, target), **asked)


def _remove(need: StaffingNeed, **asked: Any) -> None:
    remove(need, **asked)


SET_NEED: Final = BulkAct(PollingStation, each=set_need)
CHANGE: Final = BulkAct(StaffingNeed, each=_change)
REMOVE: Final = BulkAct(StaffingNeed, each=_remove)
