"""Replacement (vervanging): places that came free after somebody left, who is asked for them, and who is in reserve."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.appointing.appointments import Appointment, AppointmentRun
from app.models.base import MemberOwned, Model, StaffOnly, UtcDateTime
from app.models.election import Election, Function, PollingStation, Shift
from app.models.member import Member


class VacancyState(StrEnum):
    OPEN = "open"
    FILLED = "filled"  # by who said yes first, or on the board
    CLOSED = "closed"  # nobody is looked for any more


class VacancyCause(StrEnum):
    """Why the one before left."""

    DECLINED = "declined"  # the appointment was not accepted
    CANCELLED = "cancelled"  # accepted, and cannot come after all
    ABSENT = "absent"  # told the team; whether somebody is ill is not kept


class Vacancy(StaffOnly, Model):
    """A place of the plan that somebody left: where, when, who left and why. Of several yeses at once the one wins that
    moves it from open to filled. Without a station: at the central count.
    """

    __tablename__ = "vacancy"
    __table_args__ = (
        Index("ix_vacancy_election", "election_id", "state", "starts_at"),
        Index("ix_vacancy_state", "state", "starts_at"),
        # A list sorted by one of these reads only its page.
        Index("ix_vacancy_starts_at", "starts_at", "id"),
        Index("ix_vacancy_opened_at", "opened_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("polling_station.id", ondelete="RESTRICT"), index=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id", ondelete="RESTRICT"), index=True)
    function_id: Mapped[int] = mapped_column(ForeignKey("function.id", ondelete="RESTRICT"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id", ondelete="SET NULL"), index=True)
    cause: Mapped[str] = mapped_column(String(9))
    reason: Mapped[str] = mapped_column(String(300), default="")  # a `NoReason`, or words; for a month
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(6), default=VacancyState.OPEN)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # filled, or no longer looked for
    filled_by_member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    act_id: Mapped[int | None] = mapped_column(ForeignKey("plan_act.id", ondelete="SET NULL"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("appointment_run.id", ondelete="SET NULL"), index=True)

    election: Mapped[Election] = relationship(Election)
    station: Mapped[PollingStation | None] = relationship(PollingStation)
    shift: Mapped[Shift] = relationship(Shift)
    function: Mapped[Function] = relationship(Function)
    left_member: Mapped[Member] = relationship(Member, foreign_keys=left_member_id)
    filled_by_member: Mapped[Member | None] = relationship(Member, foreign_keys=filled_by_member_id)
    appointment: Mapped[Appointment | None] = relationship(Appointment)
    opened_by: Mapped[User | None] = relationship(User)
    run: Mapped[AppointmentRun | None] = relationship(AppointmentRun)


class AskState(StrEnum):
    """How it stands with a question to a member."""

    ASKED = "asked"
    YES = "yes"  # and has the place
    NO = "no"
    TOO_LATE = "too_late"  # somebody else has it
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"  # no answer before the end
    MISSED = "missed"  # called, and not reached


class AskChannel(StrEnum):
    MAIL = "mail"
    PHONE = "phone"


class ReplacementAsk(MemberOwned, Model):
    """A member is asked to take a vacancy, until a moment. One open question for a member and vacancy at a time."""

    __tablename__ = "replacement_ask"
    __table_args__ = (
        Index(
            "uq_replacement_ask_open",
            "vacancy_id",
            "member_id",
            unique=True,
            sqlite_where=sql("state = 'asked'"),
            postgresql_where=sql("state = 'asked'"),
        ),
        Index("ix_replacement_ask_vacancy", "vacancy_id", "state"),
        Index("ix_replacement_ask_member", "member_id", "state"),
        Index("ix_replacement_ask_due", "state", "until"),
        Index("ix_replacement_ask_asked_at", "asked_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancy.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(9), default=AskState.ASKED)
    channel: Mapped[str] = mapped_column(String(5))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    vacancy: Mapped[Vacancy] = relationship(Vacancy)
    member: Mapped[Member] = relationship(Member)
    asked_by: Mapped[User | None] = relationship(User)


class ReserveState(StrEnum):
    ON = "on"
    OFF = "off"  # was in reserve, and is no longer


class Reserve(MemberOwned, Model):
    """A member is in reserve for a shift: put there by the team, or by saying so. One row for a member and shift."""

    __tablename__ = "reserve"
    __table_args__ = (
        UniqueConstraint("member_id", "shift_id"),
        Index("ix_reserve_shift", "shift_id", "state", "member_id"),
        Index("ix_reserve_election", "election_id", "state"),
        Index("ix_reserve_since", "since", "id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"))
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(3), default=ReserveState.ON)
    since: Mapped[datetime] = mapped_column(UtcDateTime)  # of this state
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))

    election: Mapped[Election] = relationship(Election)
    member: Mapped[Member] = relationship(Member)
    shift: Mapped[Shift] = relationship(Shift)
    by: Mapped[User | None] = relationship(User)
