"""The day itself: who is at which station from when until when, each note that says so, and who may keep the list."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import JSON, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import MemberOwned, Model, StaffOnly, UtcDateTime
from app.models.election import Election, Function, PollingStation, Shift
from app.models.member import Member
from app.models.planning.assignments import PublishedPlace


class AttendanceState(StrEnum):
    """Where somebody is, as far as the last note says."""

    EXPECTED = "expected"  # nothing is noted
    LATE = "late"  # is coming
    HERE = "here"
    ABSENT = "absent"  # does not come
    GONE = "gone"  # was here, and went


class AttendanceKind(StrEnum):
    """What a note says; each makes the state of the same name, an undo makes what the notes before it say."""

    LATE = "late"
    HERE = "here"
    ABSENT = "absent"
    GONE = "gone"
    UNDO = "undo"


class Attendance(MemberOwned, Model):
    """Somebody at a station in a shift: a member with a place there, or a voter who sits in (Kieswet J 12).

    It is what the notes (`AttendanceEvent`) say together, and is worked out anew from all of them at each one.
    `spells` are [from, until] as ISO instants in UTC, in order; a missing `until` is null while somebody is there, a
    missing `from` is null where nobody noted the arrival. `arrived_at` is the first of them, `left_at` the last end,
    none while somebody is there.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("station_id", "shift_id", "member_id"),
        Index("ix_attendance_election", "election_id", "station_id"),
        Index("ix_attendance_member", "member_id", "election_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"))
    station_id: Mapped[int] = mapped_column(ForeignKey("polling_station.id", ondelete="RESTRICT"))
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id", ondelete="RESTRICT"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))  # None: a voter
    place_id: Mapped[int | None] = mapped_column(ForeignKey("published_place.id", ondelete="SET NULL"), index=True)
    function_id: Mapped[int | None] = mapped_column(ForeignKey("function.id", ondelete="RESTRICT"))  # None: a voter
    state: Mapped[str] = mapped_column(String(8), default=AttendanceState.EXPECTED)
    expected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # who is late comes then
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    spells: Mapped[list[list[str | None]]] = mapped_column(JSON, default=list)
    # A voter: the name and nothing else, taken out when the record of the election may be destroyed.
    voter_name: Mapped[str] = mapped_column(String(120), default="")
    voter_key: Mapped[str | None] = mapped_column(String(40), unique=True)  # the key of the note that brought them in
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("attendance.id", ondelete="SET NULL"), index=True)
    noted_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    noted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # on the device, of the note that made the state
    last_key: Mapped[str | None] = mapped_column(String(40))  # of that note

    election: Mapped[Election] = relationship(Election)
    station: Mapped[PollingStation] = relationship(PollingStation)
    shift: Mapped[Shift] = relationship(Shift)
    member: Mapped[Member | None] = relationship(Member)
    place: Mapped[PublishedPlace | None] = relationship(PublishedPlace)
    function: Mapped[Function | None] = relationship(Function)
    replaces: Mapped[Attendance | None] = relationship("Attendance", remote_side="Attendance.id")
    noted_by: Mapped[User | None] = relationship(User)
    events: Mapped[list[AttendanceEvent]] = relationship(back_populates="attendance", cascade="all")


class AttendanceEvent(StaffOnly, Model):
    """A note about somebody, never changed: what, about which moment, when it was made and when it came in, by whom.

    `key` is made by the device, so the same note that is sent twice is kept once. `amends_key` is the note that this
    one takes the place of: another time, or an undo.
    """

    __tablename__ = "attendance_event"
    __table_args__ = (
        Index("ix_attendance_event_attendance", "attendance_id", "noted_at", "id"),
        Index("ix_attendance_event_station", "station_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id", ondelete="CASCADE"))
    station_id: Mapped[int] = mapped_column(ForeignKey("polling_station.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(6))
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # came, went, or is expected then
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)  # on the device
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    amends_key: Mapped[str | None] = mapped_column(String(40))
    # Works here as this, and not as planned.
    function_id: Mapped[int | None] = mapped_column(ForeignKey("function.id", ondelete="RESTRICT"))

    attendance: Mapped[Attendance] = relationship(back_populates="events")
    user: Mapped[User | None] = relationship(User)


class StationAccess(MemberOwned, Model):
    """A member may keep the attendance of this station on this day, named by the team.

    Who may preside there by a published place may do so without a row.
    """

    __tablename__ = "station_access"
    __table_args__ = (UniqueConstraint("station_id", "on_date", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("polling_station.id", ondelete="CASCADE"))
    on_date: Mapped[date] = mapped_column(Date)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    station: Mapped[PollingStation] = relationship(PollingStation)
    member: Mapped[Member] = relationship(Member)
    given_by: Mapped[User | None] = relationship(User)
