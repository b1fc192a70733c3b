"""Appointments (benoemingen): numbered decisions per member, their letters, the run that makes them, and calendars."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import LeasedRun, MemberOwned, Model, StaffOnly, UtcDateTime
from app.models.document import Document
from app.models.election import Election
from app.models.files import StoredFile
from app.models.member import Member
from app.models.planning.assignments import PlanVersion, PublishedPlace


class AppointmentSetup(StaffOnly, Model):
    """How one election appoints: the series of decision numbers, on whose behalf who signs, and the paper."""

    __tablename__ = "appointment_setup"

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"), unique=True)
    series: Mapped[str] = mapped_column(String(20))  # in front of each number: "SB-GR2026"
    next_number: Mapped[int] = mapped_column(Integer, default=1)
    mandate: Mapped[str] = mapped_column(String(300), default="")  # the decision by which the signatory may sign
    signatory_name: Mapped[str] = mapped_column(String(120), default="")
    signatory_role: Mapped[str] = mapped_column(String(120), default="")
    sender_address: Mapped[str] = mapped_column(Text, default="")  # lines, beside the logo
    answer_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # members say yes or no before it
    logo_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="RESTRICT"), index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    election: Mapped[Election] = relationship(Election)
    logo: Mapped[StoredFile | None] = relationship(StoredFile)

    def __repr__(self) -> str:
        return self.series


class LetterText(StaffOnly, Model):
    """The text of the letter of appointment of an election in one language: Markdown with `{{fill_ins}}`."""

    __tablename__ = "letter_text"
    __table_args__ = (UniqueConstraint("election_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(2))
    title: Mapped[str] = mapped_column(String(140))
    body: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))

    election: Mapped[Election] = relationship(Election)
    changed_by: Mapped[User | None] = relationship(User)

    def __repr__(self) -> str:
        return self.title


class RunState(StrEnum):
    WAITING = "waiting"  # for the worker
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class AppointmentRun(LeasedRun, StaffOnly, Model):
    """A version of the plan on its way to decisions and letters, for those whom its changes touch."""

    __tablename__ = "appointment_run"
    __table_args__ = (Index("ix_appointment_run_waiting", "state", "lease_until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id", ondelete="RESTRICT"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="RESTRICT"))  # its letters
    only: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))  # ids of members; None: all it touches
    state: Mapped[str] = mapped_column(String(8), default=RunState.WAITING)
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    failure: Mapped[str] = mapped_column(String(300), default="")  # a phrase

    election: Mapped[Election] = relationship(Election)
    version: Mapped[PlanVersion] = relationship(PlanVersion)
    document: Mapped[Document] = relationship(Document)
    created_by: Mapped[User | None] = relationship(User)


class AppointmentState(StrEnum):
    ISSUED = "issued"
    SUPERSEDED = "superseded"  # a later decision took its place
    WITHDRAWN = "withdrawn"  # and nothing took its place


class MemberAnswer(StrEnum):
    """What a member said to an appointment."""

    NONE = ""
    ACCEPTED = "accepted"
    DECLINED = "declined"  # before the work was accepted
    CANCELLED = "cancelled"  # accepted, and "I cannot come after all"


class NoReason(StrEnum):
    """Why a member does not come, as far as it is asked: never about somebody's health."""

    BUSY = "busy"
    AWAY = "away"
    PERSONAL = "personal"  # needs no explanation, illness is one of them
    UNSUITED = "unsuited"  # the place, the hours or the function
    OTHER = "other"  # then the words are kept instead


class LegalCapacity(StrEnum):
    """In which capacity somebody is appointed (Kieswet E 3, E 4(1), N 5)."""

    CHAIR = "chair"
    MEMBER = "member"
    SUBSTITUTE = "substitute"
    CIVIL_SERVANT = "civil_servant"  # designated to help count
    SUPPORTER = "supporter"


class Appointment(MemberOwned, Model):
    """A numbered decision that a member is appointed. It never changes; a later one supersedes it.

    Only the member's answer, and what was done with the letter, are noted on it afterwards.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        UniqueConstraint("election_id", "number"),
        Index("ix_appointment_state", "election_id", "state", "answer"),
        # A list sorted by one of these reads only its page.
        Index("ix_appointment_number", "number", "id"),
        Index("ix_appointment_issued_at", "issued_at", "id"),
        Index("ix_appointment_answered_at", "answered_at", "id"),
        Index("ix_appointment_member", "member_id", "election_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    run_id: Mapped[int] = mapped_column(ForeignKey("appointment_run.id", ondelete="RESTRICT"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    decision_number: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=AppointmentState.ISSUED)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # superseded or withdrawn
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id", ondelete="SET NULL"), index=True)
    mandate: Mapped[str] = mapped_column(String(300), default="")
    signatory_name: Mapped[str] = mapped_column(String(120), default="")
    signatory_role: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(2))
    # Whose contact details stand in the letter, with the version of the text by which they shared: [[member, text]].
    contacts: Mapped[list[Any]] = mapped_column(JSON, default=list)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id", ondelete="RESTRICT"), index=True)
    on_paper: Mapped[bool] = mapped_column(Boolean, default=False)  # no working e-mail address when it was issued
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String(9), default=MemberAnswer.NONE)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decline_reason: Mapped[str] = mapped_column(String(300), default="")  # a `NoReason`, or words; for a month
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    election: Mapped[Election] = relationship(Election)
    member: Mapped[Member] = relationship(Member)
    run: Mapped[AppointmentRun] = relationship(AppointmentRun)
    file: Mapped[StoredFile] = relationship(StoredFile)
    superseded_by: Mapped[Appointment | None] = relationship("Appointment", remote_side="Appointment.id")
    places: Mapped[list[AppointedPlace]] = relationship(back_populates="appointment", cascade="all")

    def __repr__(self) -> str:
        return self.decision_number


class AppointedPlace(MemberOwned, Model):
    """A published place that a decision appoints to, and in which legal capacity."""

    __tablename__ = "appointed_place"

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id", ondelete="CASCADE"), primary_key=True)
    place_id: Mapped[int] = mapped_column(
        ForeignKey("published_place.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    capacity: Mapped[str] = mapped_column(String(13))

    appointment: Mapped[Appointment] = relationship(back_populates="places")
    place: Mapped[PublishedPlace] = relationship(PublishedPlace)


class CalendarLink(MemberOwned, Model):
    """A member's private address to subscribe to: only its hash is kept, a new one ends the old one."""

    __tablename__ = "calendar_link"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last time that a calendar asked
