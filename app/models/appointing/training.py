"""Trainings: sessions with places, who has one or waits for one, and the results that say who was trained until when.

The results are the truth. `Member.trained_on` and `trained_until` repeat them for lists, and one service writes those
(services.certificates); see docs/decisions/0034.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import CheckConstraint, ColumnElement, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import MemberOwned, Model, UtcDateTime
from app.models.election import Election, Function
from app.models.member import Member


class SessionKind(StrEnum):
    PLACE = "place"
    LINK = "link"  # online


class SessionState(StrEnum):
    OPEN = "open"
    CANCELLED = "cancelled"


class TrainingFunction(Model):
    """A session is for who does, or would like to do, this function. Without any it is for everybody."""

    __tablename__ = "training_function"

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"), primary_key=True)
    function_id: Mapped[int] = mapped_column(
        ForeignKey("function.id", ondelete="RESTRICT"), primary_key=True, index=True
    )


class TrainingSession(Model):
    """One time that a training is given. Sessions with the same title (and election) are the same training.

    `taken` and `waiting` count the seats: taking one is an update of this row that holds only below the capacity.
    """

    __tablename__ = "training_session"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= capacity", name="ck_training_session_taken"),
        CheckConstraint("waiting >= 0", name="ck_training_session_waiting"),
        CheckConstraint("starts_at < ends_at", name="ck_training_session_times"),
        # A list sorted by one of these reads only its page.
        Index("ix_training_session_starts_at", "starts_at", "id"),
        Index("ix_training_session_title", "title", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int | None] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(160), default="")
    kind: Mapped[str] = mapped_column(String(5))
    place: Mapped[str] = mapped_column(String(300), default="")  # name and address
    link: Mapped[str] = mapped_column(String(500), default="")  # shown to who has a place only
    explanation: Mapped[str] = mapped_column(Text, default="")  # Markdown
    explanation_en: Mapped[str] = mapped_column(Text, default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sign_up_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # for members; None: until it begins
    capacity: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0)
    waiting: Mapped[int] = mapped_column(Integer, default=0)
    valid_months: Mapped[int | None] = mapped_column(Integer)  # of the certificate; None: no end
    remind_days: Mapped[int | None] = mapped_column(Integer)  # so long before it people are reminded; None: never
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(9), default=SessionState.OPEN)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")
    changes: Mapped[int] = mapped_column(Integer, default=0)  # of what a calendar shows: its SEQUENCE
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    election: Mapped[Election | None] = relationship(Election)
    functions: Mapped[list[Function]] = relationship(
        Function, secondary="training_function", order_by=(Function.position, Function.id)
    )

    @property
    def free(self) -> int:
        """How many places are left."""
        return self.capacity - self.taken

    @hybrid_property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.state == SessionState.OPEN

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        return cls.state == SessionState.OPEN

    @hybrid_method
    def takes_members(self, now: datetime) -> bool:
        """Whether members may choose it by themselves."""
        return self.is_open and now < self.starts_at and (self.sign_up_until is None or now < self.sign_up_until)

    @takes_members.inplace.expression  # type: ignore[attr-defined]
    @classmethod
    def _takes_members(cls, now: datetime) -> ColumnElement[bool]:
        is_in_time = (cls.sign_up_until.is_(None)) | (cls.sign_up_until > now)
        return (cls.state == SessionState.OPEN) & (cls.starts_at > now) & is_in_time

    def __repr__(self) -> str:
        return self.title


class SeatState(StrEnum):
    SIGNED_UP = "signed_up"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class SeatOutcome(StrEnum):
    """What became of it; who passed or failed was there."""

    NONE = ""
    PRESENT = "present"
    ABSENT = "absent"
    PASSED = "passed"
    FAILED = "failed"


class TrainingSeat(MemberOwned, Model):
    """A member's place in a session, or on its waiting list. Who cancels and comes back keeps the row."""

    __tablename__ = "training_seat"
    __table_args__ = (
        UniqueConstraint("session_id", "member_id"),
        Index("ix_training_seat_queue", "session_id", "state", "queued_at", "id"),
        Index("ix_training_seat_member", "member_id", "state"),
        Index("ix_training_seat_queued_at", "queued_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id", ondelete="RESTRICT"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(9))
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when it was asked: the order of the waiting list
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changes: Mapped[int] = mapped_column(Integer, default=0)  # for the SEQUENCE in a calendar
    outcome: Mapped[str] = mapped_column(String(7), default=SeatOutcome.NONE)
    outcome_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    session: Mapped[TrainingSession] = relationship(TrainingSession)
    member: Mapped[Member] = relationship(Member)


class ResultSource(StrEnum):
    SESSION = "session"
    E_LEARNING = "e_learning"
    NOTED = "noted"  # the team knows it: from a list, or by hand


class TrainingResult(MemberOwned, Model):
    """A training that a member passed, good until the end of `valid_until`; without that day it has no end."""

    __tablename__ = "training_result"
    __table_args__ = (
        UniqueConstraint("session_id", "member_id"),
        Index("ix_training_result_member", "member_id", "passed_on"),
        Index("ix_training_result_passed_on", "passed_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("training_session.id", ondelete="RESTRICT"))
    source: Mapped[str] = mapped_column(String(10))
    passed_on: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noted_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    import_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id", ondelete="SET NULL"), index=True)

    member: Mapped[Member] = relationship(Member)
    session: Mapped[TrainingSession | None] = relationship(TrainingSession)
    noted_by: Mapped[User | None] = relationship(User)
