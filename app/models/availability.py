"""What a member answers per election: shifts, preferences, remark and declarations."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import Boolean, ColumnElement, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import MemberOwned, Model, UtcDateTime, is_any_of
from app.models.election import Election, Function, PollingStation, Shift
from app.models.member import Member


class AvailabilityState(StrEnum):
    REQUESTED = "requested"
    SUBMITTED = "submitted"
    LOCKED = "locked"
    STOPPED = "stopped"  # given, but the member has a pause or left before the election began


ANSWERED = (AvailabilityState.SUBMITTED, AvailabilityState.LOCKED)  # an answer that counts


class Answer(StrEnum):
    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class Availability(MemberOwned, Model):
    """One member's answer for one election."""

    __tablename__ = "availability"
    __table_args__ = (UniqueConstraint("member_id", "election_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=AvailabilityState.REQUESTED)
    remark: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entered_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    reopened_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    member: Mapped[Member] = relationship(Member)
    election: Mapped[Election] = relationship(Election)
    entered_by: Mapped[User | None] = relationship(User)
    shifts: Mapped[list[AvailabilityShift]] = relationship(back_populates="availability", cascade="all, delete-orphan")
    functions: Mapped[list[PreferredFunction]] = relationship(
        order_by="PreferredFunction.rank", cascade="all, delete-orphan"
    )
    stations: Mapped[list[PreferredStation]] = relationship(
        order_by="PreferredStation.rank", cascade="all, delete-orphan"
    )

    @hybrid_property
    def is_answered(self) -> bool:
        """Whether it counts: given, and not withdrawn."""
        return self.state in ANSWERED

    @is_answered.inplace.expression
    @classmethod
    def _is_answered(cls) -> ColumnElement[bool]:
        return is_any_of(cls.state, ANSWERED)

    @hybrid_method
    def is_reopened(self, now: datetime) -> bool:
        """Whether the team lets this member answer, whatever the period."""
        return self.reopened_until is not None and now < self.reopened_until

    @is_reopened.inplace.expression  # type: ignore[attr-defined]
    @classmethod
    def _is_reopened(cls, now: datetime) -> ColumnElement[bool]:
        return cls.reopened_until > now


class AvailabilityShift(MemberOwned, Model):
    """Yes, maybe or no for one shift. `member_id` repeats the owner, so the row guard needs no join."""

    __tablename__ = "availability_shift"
    __table_args__ = (
        UniqueConstraint("availability_id", "shift_id"),
        # Who can in a shift, and when somebody can: planning reads these two without the table.
        Index("ix_availability_shift_answer", "shift_id", "answer", "member_id"),
        Index("ix_availability_shift_member", "member_id", "shift_id", "answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    availability_id: Mapped[int] = mapped_column(ForeignKey("availability.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id", ondelete="RESTRICT"))
    answer: Mapped[str] = mapped_column(String(5))
    reason: Mapped[str] = mapped_column(String(300), default="")  # why not

    availability: Mapped[Availability] = relationship(back_populates="shifts")
    shift: Mapped[Shift] = relationship(Shift)


class PreferredFunction(MemberOwned, Model):
    """A function that a member prefers; rank 1 is the first choice."""

    __tablename__ = "preferred_function"
    __table_args__ = (
        UniqueConstraint("availability_id", "function_id"),
        Index("ix_preferred_function_member", "member_id", "function_id", "rank"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    availability_id: Mapped[int] = mapped_column(ForeignKey("availability.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    function_id: Mapped[int] = mapped_column(ForeignKey("function.id", ondelete="RESTRICT"))
    rank: Mapped[int] = mapped_column(Integer)

    function: Mapped[Function] = relationship(Function)


class PreferredStation(MemberOwned, Model):
    """A polling station that a member prefers; rank 1 is the first choice."""

    __tablename__ = "preferred_station"
    __table_args__ = (
        UniqueConstraint("availability_id", "station_id"),
        Index("ix_preferred_station_station", "station_id", "member_id", "rank"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    availability_id: Mapped[int] = mapped_column(ForeignKey("availability.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("polling_station.id", ondelete="RESTRICT"))
    rank: Mapped[int] = mapped_column(Integer)

    station: Mapped[PollingStation] = relationship(PollingStation)


class DeclarationKind(StrEnum):
    ELIGIBLE = "eligible"  # 18 or older, right to vote, not excluded (Kieswet E 4)
    NOT_A_CANDIDATE = "not_a_candidate"
    SHARE_CONTACT = "share_contact"  # contact details in the letter of appointment: an acknowledgement, not a consent


class DeclarationText(Model):
    """The wording of a declaration for one election. A change makes a new version; given ones keep theirs."""

    __tablename__ = "declaration_text"
    __table_args__ = (UniqueConstraint("election_id", "kind", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer, default=1)
    body_nl: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text, default="")
    is_required: Mapped[bool] = mapped_column(Boolean, default=True)
    position: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    election: Mapped[Election] = relationship(Election)

    def __repr__(self) -> str:
        return f"{self.kind} v{self.version}"


class Declaration(MemberOwned, Model):
    """A declaration that a member gave, with the version of its text."""

    __tablename__ = "declaration"
    __table_args__ = (
        UniqueConstraint("member_id", "text_id"),
        # What a member declared for an election is looked up for every member at once: by the election alone it is
        # the square of the members.
        Index("ix_declaration_member", "member_id", "election_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"), index=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("declaration_text.id", ondelete="RESTRICT"))
    is_given: Mapped[bool] = mapped_column(Boolean)  # False: "I am a candidate" is an answer too, staff see it
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)

    text: Mapped[DeclarationText] = relationship(DeclarationText)
