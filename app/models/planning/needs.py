"""How many people are needed (bezetting): per polling station, shift and function, filled from templates."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model, StaffOnly
from app.models.election import Election, Function, PollingStation, Shift

_ENOUGH = "minimum >= 0 AND target >= minimum AND target <= 500"


class NeedTemplate(StaffOnly, Model):
    """What each station of a type needs in a shift; without a type: a central count, which has no station."""

    __tablename__ = "need_template"
    __table_args__ = (
        UniqueConstraint("election_id", "station_type", "shift_id", "function_id"),
        CheckConstraint(_ENOUGH, name="ck_need_template_enough"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"))
    station_type: Mapped[str] = mapped_column(String(8), default="")
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id", ondelete="CASCADE"))
    function_id: Mapped[int] = mapped_column(ForeignKey("function.id", ondelete="RESTRICT"))
    minimum: Mapped[int] = mapped_column(Integer)
    target: Mapped[int] = mapped_column(Integer)

    election: Mapped[Election] = relationship(Election)
    shift: Mapped[Shift] = relationship(Shift)
    function: Mapped[Function] = relationship(Function)


class StaffingNeed(StaffOnly, Model):
    """People needed at a station in a shift and function; without a station: at the central count."""

    __tablename__ = "staffing_need"
    __table_args__ = (
        UniqueConstraint("station_id", "shift_id", "function_id"),
        Index(
            "uq_staffing_need_central",
            "shift_id",
            "function_id",
            unique=True,
            sqlite_where=sql("station_id IS NULL"),
            postgresql_where=sql("station_id IS NULL"),
        ),
        CheckConstraint(_ENOUGH, name="ck_staffing_need_enough"),
        Index("ix_staffing_need_election", "election_id", "shift_id", "function_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("polling_station.id", ondelete="CASCADE"))
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id", ondelete="RESTRICT"))
    function_id: Mapped[int] = mapped_column(ForeignKey("function.id", ondelete="RESTRICT"))
    minimum: Mapped[int] = mapped_column(Integer)
    target: Mapped[int] = mapped_column(Integer)

    election: Mapped[Election] = relationship(Election)
    station: Mapped[PollingStation | None] = relationship(PollingStation)
    shift: Mapped[Shift] = relationship(Shift)
    function: Mapped[Function] = relationship(Function)
