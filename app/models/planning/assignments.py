"""Who stands where (indeling): the draft that planners work on, the acts that made it, and what was published."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import MemberOwned, Model, StaffOnly, UtcDateTime
from app.models.election import Election, Function, PollingStation, Shift
from app.models.member import Member


class Assignment(StaffOnly, Model):
    """A member has a place: a function at a station in a shift, from `starts_at` until `ends_at`, its own times.

    This is the plan as it is being made, for the team only; members see `PublishedPlace`. A place that goes is deleted,
    `PlanAct` keeps what it was. Without a station: a place at the central count. No two places of one member overlap
    in time; a trigger of each database holds it.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("member_id", "shift_id"),
        CheckConstraint("starts_at < ends_at", name="ck_assignment_times"),
        Index("ix_assignment_election", "election_id", "station_id", "shift_id"),
        Index("ix_assignment_station", "station_id", "shift_id", "function_id"),
        Index("ix_assignment_member", "member_id", "election_id"),  # has a member a place: asked for each of many
        Index("ix_assignment_changed", "election_id", "changed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("polling_station.id", ondelete="RESTRICT"))
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id", ondelete="RESTRICT"), index=True)
    function_id: Mapped[int] = mapped_column(ForeignKey("function.id", ondelete="RESTRICT"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_locked: Mapped[bool] = mapped_column(Boolean, default=False)  # a proposal leaves it where it is
    note: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)  # one more at each change
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))

    election: Mapped[Election] = relationship(Election)
    member: Mapped[Member] = relationship(Member)
    station: Mapped[PollingStation | None] = relationship(PollingStation)
    shift: Mapped[Shift] = relationship(Shift)
    function: Mapped[Function] = relationship(Function)
    changed_by: Mapped[User | None] = relationship(User)


class PlanActKind(StrEnum):
    """What a planner did."""

    ASSIGN = "assign"
    REMOVE = "remove"
    MOVE = "move"
    SWAP = "swap"
    REPLACE = "replace"
    EDIT = "edit"  # times, note, lock
    FILL = "fill"  # a station's sheet at once
    PROPOSAL = "proposal"
    IMPORT = "import"
    UNDO = "undo"


class PlanAct(StaffOnly, Model):
    """One act on the plan, with each place before and after it: what undoes it, and tells colleagues what changed."""

    __tablename__ = "plan_act"
    __table_args__ = (Index("ix_plan_act_election", "election_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User | None] = relationship(User)
    steps: Mapped[list[PlanStep]] = relationship(back_populates="act", order_by="PlanStep.id", cascade="all")


class PlanStep(StaffOnly, Model):
    """One place before and after an act: the columns of `Assignment` as JSON, None where there was no place."""

    __tablename__ = "plan_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    act_id: Mapped[int] = mapped_column(ForeignKey("plan_act.id", ondelete="CASCADE"), index=True)
    assignment_id: Mapped[int] = mapped_column(Integer, index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("polling_station.id", ondelete="CASCADE"))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    act: Mapped[PlanAct] = relationship(back_populates="steps")


class PlanVersion(StaffOnly, Model):
    """The plan of an election as it was published: numbered from 1."""

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("election_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"))
    number: Mapped[int] = mapped_column(Integer)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    added: Mapped[int] = mapped_column(Integer, default=0)  # places since the version before
    changed: Mapped[int] = mapped_column(Integer, default=0)
    removed: Mapped[int] = mapped_column(Integer, default=0)

    election: Mapped[Election] = relationship(Election)
    published_by: Mapped[User | None] = relationship(User)


class PublishedPlace(MemberOwned, Model):
    """A place as a version published it, never changed afterwards: it counts until a later version ends it."""

    __tablename__ = "published_place"
    __table_args__ = (
        Index("ix_published_place_election", "election_id", "until_version_id"),
        Index("ix_published_place_member", "member_id", "election_id", "until_version_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    assignment_id: Mapped[int] = mapped_column(Integer, index=True)  # the place of the plan, which may be gone by now
    station_id: Mapped[int | None] = mapped_column(ForeignKey("polling_station.id", ondelete="RESTRICT"), index=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id", ondelete="RESTRICT"))
    function_id: Mapped[int] = mapped_column(ForeignKey("function.id", ondelete="RESTRICT"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    since_version_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id", ondelete="RESTRICT"))
    until_version_id: Mapped[int | None] = mapped_column(ForeignKey("plan_version.id", ondelete="RESTRICT"))

    election: Mapped[Election] = relationship(Election)
    member: Mapped[Member] = relationship(Member)
    station: Mapped[PollingStation | None] = relationship(PollingStation)
    shift: Mapped[Shift] = relationship(Shift)
    function: Mapped[Function] = relationship(Function)
