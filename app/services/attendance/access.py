"""Who may keep the attendance of a station on a day: who may preside there, and whom the team names.

A member without the right reaches nothing: each page asks here, and only then looks beyond the own rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from app.clock import from_local, local_today
from app.extensions import db
from app.models import (
    AppointedPlace,
    Appointment,
    AppointmentState,
    Election,
    ElectionDay,
    Function,
    Member,
    MemberAnswer,
    MemberState,
    PollingStation,
    PublishedPlace,
    Shift,
    ShiftKind,
    StationAccess,
)
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.attendance.people import STATES, Day, make_day, select_day
from app.services.audit import Actor, record_event
from app.services.planning.coverage.intervals import MAY_PRESIDE

OPENS: Final = time(17, 0)  # the evening before
CLOSES: Final = time(12, 0)  # the day after: what waited for a connection still comes in
NEAR: Final = timedelta(days=5)  # before and after the voting: there may be more days with work
SAID_NO: Final = (MemberAnswer.DECLINED, MemberAnswer.CANCELLED)


@dataclass(frozen=True, slots=True)
class Kept:
    """A station whose attendance a member may keep on a day."""

    station_id: int
    number: int
    name: str
    date: date


def window_of(on: date) -> tuple[datetime, datetime]:
    """From when until when a member may keep the attendance of a day."""
    opens = from_local(datetime.combine(on - timedelta(days=1), OPENS))
    return opens, from_local(datetime.combine(on + timedelta(days=1), CLOSES))


def _near(now: datetime) -> list[date]:
    days = [local_today(now) + timedelta(days=shift) for shift in (-1, 0, 1)]
    return [on for on in days if window_of(on)[0] <= now < window_of(on)[1]]


@everyone("read whose attendance a member may keep")
def list_kept(member_id: int, now: datetime) -> list[Kept]:
    """The stations of this member, now. One statement."""
    near = _near(now)
    station = (PollingStation.id, PollingStation.number, PollingStation.name)
    rows = _presides(member_id).add_columns(*station, ElectionDay.date).where(ElectionDay.date.in_(near))
    named = (
        select(StationAccess.id, *station, StationAccess.on_date)
        .join(PollingStation, PollingStation.id == StationAccess.station_id)
        .join(Election, Election.id == PollingStation.election_id)
        .where(
            StationAccess.member_id == member_id,
            StationAccess.ended_at.is_(None),
            StationAccess.on_date.in_(near),
            Election.state.in_(STATES),
        )
    )
    found = [*db.session.execute(rows.union(named))]
    kept = {(row[1], row[4]): Kept(*row[1:5]) for row in found}
    return sorted(kept.values(), key=lambda each: (each.date, each.number))


def list_kept_near(member_id: int, elections: Iterable[Election], now: datetime) -> list[Kept]:
    """The same for home, which knows the elections: no statement while none of them is near."""
    today = local_today(now)
    is_near = any(each.state in STATES and abs(each.voting_on - today) <= NEAR for each in elections)
    return list_kept(member_id, now) if is_near else []


@everyone("look whether a member keeps the attendance of this station")
def find_kept(member_id: int, station_id: int, on: date, now: datetime) -> Day | None:
    """The station on that day, when this member may keep its attendance now; else None."""
    opens, closes = window_of(on)
    if not opens <= now < closes:
        return None
    of_day = (PublishedPlace.station_id == station_id, ElectionDay.date == on)
    named = exists().where(
        StationAccess.member_id == member_id,
        StationAccess.station_id == station_id,
        StationAccess.on_date == on,
        StationAccess.ended_at.is_(None),
    )
    presides = _presides(member_id).where(*of_day).correlate(None).exists()
    may = or_(presides, named.correlate(None)).label("may")
    rows = db.session.execute(select_day(station_id, on).add_columns(may)).all()
    day = make_day(rows, on)
    return day if day is not None and rows[0].may and day.election.state in STATES else None


def _presides(member_id: int) -> Any:
    """Places in which this member may preside, and did not say no to."""
    said_no = exists().where(
        AppointedPlace.place_id == PublishedPlace.id,
        Appointment.id == AppointedPlace.appointment_id,
        Appointment.state == AppointmentState.ISSUED,
        Appointment.answer.in_(SAID_NO),
    )
    return (
        select(PublishedPlace.id)
        .join(PollingStation, PollingStation.id == PublishedPlace.station_id)
        .join(Function, Function.id == PublishedPlace.function_id)
        .join(Shift, Shift.id == PublishedPlace.shift_id)
        .join(ElectionDay, ElectionDay.id == Shift.day_id)
        .join(Election, Election.id == PublishedPlace.election_id)
        .where(
            PublishedPlace.member_id == member_id,
            PublishedPlace.until_version_id.is_(None),
            Function.capacity.in_(MAY_PRESIDE),
            Shift.kind != ShiftKind.CENTRAL_COUNT,
            Election.state.in_(STATES),
            ~said_no,
        )
    )


def list_named(station_id: int, on: date) -> Sequence[StationAccess]:
    """Whom the team named for this station and day."""
    rows = select(StationAccess).where(
        StationAccess.station_id == station_id, StationAccess.on_date == on, StationAccess.ended_at.is_(None)
    )
    return db.session.scalars(rows.options(joinedload(StationAccess.member)).order_by(StationAccess.id)).all()


def give_access(day: Day, member: Member, *, actor: Actor, now: datetime) -> StationAccess:
    """The team lets this member keep the attendance of a station on a day. Raises RuleBroken without an account."""
    if member.state != MemberState.ACTIVE:
        raise RuleBroken(phrase("This member has no open account, and so cannot sign in."), field="member")
    known = select(StationAccess).where(
        StationAccess.station_id == day.station.id,
        StationAccess.on_date == day.date,
        StationAccess.member_id == member.id,
    )
    access = db.session.scalars(known).first()
    if access is None:
        access = StationAccess(station_id=day.station.id, on_date=day.date, member_id=member.id)
        db.session.add(access)
    elif access.ended_at is None:
        return access
    access.given_at, access.given_by_user_id, access.ended_at = now, actor.user_id, None
    db.session.flush()
    record_event(actor, "station_access.given", now=now, subject=access, member_id=member.id)
    return access


def end_access(access: StationAccess, *, actor: Actor, now: datetime) -> None:
    """The member keeps it no longer."""
    if access.ended_at is None:
        access.ended_at = now
        db.session.flush()
        record_event(actor, "station_access.ended", now=now, subject=access, member_id=access.member_id)
