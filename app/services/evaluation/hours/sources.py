"""What is known of who worked when: the attendance of the day, and where nothing was noted the published plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import exists, select
from sqlalchemy.orm import contains_eager

from app.extensions import db
from app.models import (
    AppointedPlace,
    Appointment,
    AppointmentState,
    Attendance,
    AttendanceState,
    Election,
    ElectionDay,
    HoursSource,
    MemberAnswer,
    PublishedPlace,
    Shift,
)
from app.services.planning.times import shift_hours

SAID_NO: Final = (MemberAnswer.DECLINED, MemberAnswer.CANCELLED)
_NOTED: Final = (AttendanceState.HERE, AttendanceState.GONE, AttendanceState.ABSENT)


@dataclass(frozen=True, slots=True)
class Known:
    """One member in one shift, as far as it is known. `minutes` leaves out when somebody was away in between."""

    member_id: int
    shift_id: int
    station_id: int | None
    function_id: int
    starts_at: datetime
    ends_at: datetime
    minutes: int
    is_absent: bool
    source: HoursSource


def minutes_between(starts_at: datetime, ends_at: datetime) -> int:
    """Whole minutes."""
    return int((ends_at - starts_at) / timedelta(minutes=1))


def find_known(election: Election, now: datetime) -> dict[tuple[int, int], Known]:
    """By member and shift, of what is over. Two statements."""
    found = {(place.member_id, place.shift_id): _from_plan(place) for place in _read_places(election.id, now)}
    times = {key: (known.starts_at, known.ends_at) for key, known in found.items()}
    for noted in _read_attendance(election.id):
        key = (noted.member_id, noted.shift_id)
        planned = times.get(key) or shift_hours(noted.Shift)
        if planned[1] > now or noted.function_id is None:
            continue
        known = _from_attendance(noted, planned)
        before = found.get(key)
        if before is None or before.source == HoursSource.PLAN:
            found[key] = known
        elif not known.is_absent:
            found[key] = known if before.is_absent else _together(before, known)
    return found


def _read_places(election_id: int, now: datetime) -> Sequence[PublishedPlace]:
    said_no = exists().where(
        AppointedPlace.place_id == PublishedPlace.id,
        Appointment.id == AppointedPlace.appointment_id,
        Appointment.state == AppointmentState.ISSUED,
        Appointment.answer.in_(SAID_NO),
    )
    rows = select(PublishedPlace).where(
        PublishedPlace.election_id == election_id,
        PublishedPlace.until_version_id.is_(None),
        PublishedPlace.ends_at <= now,
        ~said_no,
    )
    return db.session.scalars(rows).all()


def _read_attendance(election_id: int) -> Sequence[Any]:
    """Who was there or was missed, in the order of arriving; a voter who sat in is nobody's hours."""
    rows = (
        select(
            Attendance.member_id,
            Attendance.shift_id,
            Attendance.station_id,
            Attendance.function_id,
            Attendance.state,
            Attendance.arrived_at,
            Attendance.left_at,
            Attendance.spells,
            Shift,
        )
        .join(Shift, Shift.id == Attendance.shift_id)
        .join(ElectionDay, ElectionDay.id == Shift.day_id)
        .where(Attendance.election_id == election_id, Attendance.member_id.is_not(None), Attendance.state.in_(_NOTED))
        .options(contains_eager(Shift.day))
        .order_by(Attendance.arrived_at, Attendance.id)
    )
    return db.session.execute(rows).all()


def _from_plan(place: PublishedPlace) -> Known:
    minutes = minutes_between(place.starts_at, place.ends_at)
    return Known(
        place.member_id,
        place.shift_id,
        place.station_id,
        place.function_id,
        place.starts_at,
        place.ends_at,
        minutes,
        is_absent=False,
        source=HoursSource.PLAN,
    )


def _from_attendance(noted: Any, planned: tuple[datetime, datetime]) -> Known:
    """A missing arrival or leaving is the planned one."""
    is_absent = noted.state == AttendanceState.ABSENT
    starts, ends = noted.arrived_at or planned[0], noted.left_at or planned[1]
    if ends <= starts:  # came after the end of the shift, and nobody noted when they went
        ends = starts
    minutes = 0 if is_absent else _minutes_of(noted.spells, starts, ends)
    return Known(
        noted.member_id,
        noted.shift_id,
        noted.station_id,
        noted.function_id,
        *(planned if is_absent else (starts, ends)),
        minutes,
        is_absent=is_absent,
        source=HoursSource.ATTENDANCE,
    )


def _minutes_of(spells: Sequence[Sequence[str | None]], starts_at: datetime, ends_at: datetime) -> int:
    spans = [(_read(spell[0]) or starts_at, _read(spell[1]) or ends_at) for spell in spells]
    whole = [minutes_between(begin, end) for begin, end in spans or [(starts_at, ends_at)]]
    return max(0, sum(minutes for minutes in whole if minutes > 0))


def _read(instant: str | None) -> datetime | None:
    return datetime.fromisoformat(instant) if instant else None


def _together(first: Known, later: Known) -> Known:
    """Two stations in one shift: the work at both counts, at the one that was the last."""
    starts, ends = min(first.starts_at, later.starts_at), max(first.ends_at, later.ends_at)
    minutes = first.minutes + later.minutes
    return Known(
        later.member_id,
        later.shift_id,
        later.station_id,
        later.function_id,
        starts,
        ends,
        minutes,
        is_absent=False,
        source=later.source,
    )
