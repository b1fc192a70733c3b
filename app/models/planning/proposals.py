"""Proposals (voorstellen): a filled plan that the solver made beside the plan, to accept or throw away; its weights."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import LeasedRun, Model, StaffOnly, UtcDateTime
from app.models.election import Election, Function, PollingStation, Shift
from app.models.member import Member


class ProposalState(StrEnum):
    WAITING = "waiting"  # for the worker
    RUNNING = "running"
    READY = "ready"  # to be looked at
    ACCEPTED = "accepted"
    DROPPED = "dropped"
    FAILED = "failed"


class Proposal(LeasedRun, StaffOnly, Model):
    """A request to fill the open places of an election, or of chosen stations, and what came of it."""

    __tablename__ = "proposal"
    __table_args__ = (Index("ix_proposal_waiting", "state", "lease_until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(8), default=ProposalState.WAITING)
    station_ids: Mapped[list[int]] = mapped_column(JSON, default=list)  # empty: all
    weights: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)  # as they were when it was asked
    keeps_published: Mapped[bool] = mapped_column(Boolean, default=True)  # else a published place may move, at a price
    steps_done: Mapped[int] = mapped_column(Integer, default=0)
    steps_total: Mapped[int] = mapped_column(Integer, default=0)
    is_stop_asked: Mapped[bool] = mapped_column(Boolean, default=False)
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # counts, and the distance to the bound
    failure: Mapped[str] = mapped_column(String(300), default="")  # a phrase

    election: Mapped[Election] = relationship(Election)


class ProposedPlace(StaffOnly, Model):
    """A place that a proposal adds, or takes away (`assignment_id` of the plan) because somebody moves."""

    __tablename__ = "proposed_place"
    __table_args__ = (Index("ix_proposed_place_station", "proposal_id", "station_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    assignment_id: Mapped[int | None] = mapped_column(Integer)  # the place that goes; None: a new one
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("polling_station.id", ondelete="CASCADE"))
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id", ondelete="CASCADE"))
    function_id: Mapped[int] = mapped_column(ForeignKey("function.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    member: Mapped[Member] = relationship(Member)
    station: Mapped[PollingStation | None] = relationship(PollingStation)
    shift: Mapped[Shift] = relationship(Shift)
    function: Mapped[Function] = relationship(Function)


class PlanWeight(StaffOnly, Model):
    """How much one wish counts beside the others, for one election, where the team changed it (services.planning)."""

    __tablename__ = "plan_weight"
    __table_args__ = (UniqueConstraint("election_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(30))
    value: Mapped[int] = mapped_column(Integer)
