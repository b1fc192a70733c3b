"""Confirming hours, correcting them and taking that back. What is confirmed is experience; taken back, it is not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import exists, select

from app.extensions import db
from app.models import Election, ElectionState, HoursSource, HoursState, Service, WorkedHours
from app.phrases import Phrase, RuleBroken, phrase
from app.services.atomic import EditConflict, change_if
from app.services.audit import Actor, record_event
from app.services.bulk_acts import BulkAct, Reason
from app.services.evaluation.hours.collecting import CLOSED
from app.services.evaluation.hours.sources import minutes_between
from app.services.experience.services import ServiceText, delete_service, write_service
from app.typed.texts import tidy_line

LONGEST_REASON: Final = 300
LONGEST: Final = timedelta(hours=24)
AROUND: Final = timedelta(hours=12)  # so far from the shift the times of a correction may lie
CONFIRMED: Final = phrase("These hours are confirmed already.")
NOT_CONFIRMED: Final = phrase("These hours are not confirmed.")


def confirm(hours: WorkedHours, *, actor: Actor, now: datetime) -> None:
    """They count, and are experience of the member. Raises RuleBroken for what is confirmed, or of a closed election.

    Who was not there is confirmed too: then it is settled, and the member has no experience of it.
    """
    _check_open(hours)
    as_read = (WorkedHours.minutes == hours.minutes, WorkedHours.is_absent == hours.is_absent)
    values: dict[str, Any] = {"state": HoursState.CONFIRMED, "confirmed_at": now, "confirmed_by_user_id": actor.user_id}
    if not change_if(WorkedHours, WorkedHours.id == hours.id, WorkedHours.state == HoursState.OPEN, *as_read, **values):
        raise RuleBroken(CONFIRMED)
    _write_experience(hours, actor, now)
    record_event(actor, "hours.confirmed", now=now, subject=hours, member_id=hours.member_id)


def take_back(hours: WorkedHours, *, actor: Actor, now: datetime) -> None:
    """They are open again, and the experience goes that confirming wrote. Raises RuleBroken."""
    _check_open(hours)
    values: dict[str, Any] = {"state": HoursState.OPEN, "confirmed_at": None, "confirmed_by_user_id": None}
    if not change_if(WorkedHours, WorkedHours.id == hours.id, WorkedHours.state == HoursState.CONFIRMED, **values):
        raise RuleBroken(NOT_CONFIRMED)
    _forget_experience(hours, actor, now)
    record_event(actor, "hours.taken_back", now=now, subject=hours, member_id=hours.member_id)


def correct(
    hours: WorkedHours,
    *,
    starts_at: datetime,
    ends_at: datetime,
    is_absent: bool,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Other times than were known, or that somebody was not there; confirmed with it. Raises RuleBroken with field."""
    _check_open(hours)
    why = _check_reason(reason)
    if not is_absent:
        _check_times(hours, starts_at, ends_at)
    before = {"was": hours.minutes, "was_absent": hours.is_absent}
    values: dict[str, Any] = {
        "is_absent": is_absent,
        "minutes": 0 if is_absent else minutes_between(starts_at, ends_at),
        "source": HoursSource.TEAM,
        "reason": why,
        "state": HoursState.CONFIRMED,
        "confirmed_at": now,
        "confirmed_by_user_id": actor.user_id,
    }
    if not is_absent:
        values |= {"starts_at": starts_at, "ends_at": ends_at}
    as_read = (WorkedHours.state == hours.state, WorkedHours.minutes == hours.minutes)
    if not change_if(WorkedHours, WorkedHours.id == hours.id, *as_read, **values):
        raise EditConflict(phrase("Somebody else has just changed these hours. Look again."))
    _forget_experience(hours, actor, now)
    _write_experience(hours, actor, now)
    record_event(
        actor, "hours.corrected", now=now, subject=hours, member_id=hours.member_id, minutes=hours.minutes, **before
    )


def _check_open(hours: WorkedHours) -> None:
    if hours.election.state == ElectionState.CLOSED:
        raise RuleBroken(CLOSED)


def _check_reason(reason: str) -> str:
    plain = tidy_line(reason)
    if not plain:
        raise RuleBroken(phrase("Say in a few words why."), field="reason")
    if len(plain) > LONGEST_REASON:
        raise RuleBroken(phrase("At most %(most)s characters.", most=LONGEST_REASON), field="reason")
    return plain


def _check_times(hours: WorkedHours, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise RuleBroken(phrase("The end is after the beginning."), field="ends")
    if ends_at - starts_at > LONGEST:
        raise RuleBroken(phrase("At most 24 hours at a time."), field="ends")
    if starts_at < hours.starts_at - AROUND or ends_at > hours.ends_at + AROUND:
        raise RuleBroken(phrase("These times are on another day than the shift."), field="starts")


# --- experience ------------------------------------------------------------------------------------------------------


def _write_experience(hours: WorkedHours, actor: Actor, now: datetime) -> None:
    """Once for a day and function; what the team wrote by hand stays the team's."""
    if hours.is_absent:
        return
    day = hours.shift.day.date
    same = (
        Service.member_id == hours.member_id,
        Service.worked_on == day,
        Service.function_id == hours.function_id,
    )
    known = db.session.scalars(select(Service).where(*same).limit(1)).first()
    if known is None:
        station = str(hours.station.number) if hours.station else ""
        text = ServiceText(hours.function_id, hours.election_id, worked_on=day, station=station)
        known = write_service(hours.member, text, None, actor=actor, now=now)
    elif not _is_by_hours(known.id):
        return
    hours.service_id = known.id
    db.session.flush()


def _forget_experience(hours: WorkedHours, actor: Actor, now: datetime) -> None:
    """Unless other hours of that day and function stand for it."""
    service = db.session.get(Service, hours.service_id) if hours.service_id else None
    hours.service_id = None
    db.session.flush()
    if service is not None and not _is_by_hours(service.id):
        delete_service(service, actor=actor, now=now)


def _is_by_hours(service_id: int) -> bool:
    return bool(db.session.scalar(select(exists().where(WorkedHours.service_id == service_id))))


# --- many at once ----------------------------------------------------------------------------------------------------


def _not_of(state: HoursState, why: Phrase) -> list[Reason]:
    is_closed = exists().where(Election.id == WorkedHours.election_id, Election.state == ElectionState.CLOSED)
    return [Reason(is_closed.correlate(WorkedHours), CLOSED), Reason(WorkedHours.state != state, why)]


CONFIRM: Final = BulkAct(WorkedHours, each=confirm, reasons=lambda: _not_of(HoursState.OPEN, CONFIRMED))
TAKE_BACK: Final = BulkAct(WorkedHours, each=take_back, reasons=lambda: _not_of(HoursState.CONFIRMED, NOT_CONFIRMED))
