"""What planning knows of members beside their data: earlier elections, who goes with whom, where postcodes lie."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import MemberOwned, Model, StaffOnly
from app.models.election import Election, Function, PollingStation
from app.models.member import Member


class Service(MemberOwned, Model):
    """A member worked at an election: one row for a function and day. An election from before the portal has no row."""

    __tablename__ = "service"
    __table_args__ = (
        Index("ix_service_station", "station_id", "member_id"),
        Index("ix_service_station_name", "station_name", "member_id"),
        Index("ix_service_function", "member_id", "function_id", "station_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    election_id: Mapped[int | None] = mapped_column(ForeignKey("election.id", ondelete="SET NULL"), index=True)
    election_name: Mapped[str] = mapped_column(String(200))
    worked_on: Mapped[date] = mapped_column(Date)
    function_id: Mapped[int] = mapped_column(ForeignKey("function.id", ondelete="RESTRICT"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("polling_station.id", ondelete="SET NULL"))
    station_name: Mapped[str] = mapped_column(String(200), default="")

    member: Mapped[Member] = relationship(Member)
    election: Mapped[Election | None] = relationship(Election)
    function: Mapped[Function] = relationship(Function)
    station: Mapped[PollingStation | None] = relationship(PollingStation)


class Couple(StaffOnly, Model):
    """Two members who want to be at one station: a row for each of them, `other_id` is the one to go with."""

    __tablename__ = "couple"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), unique=True)

    member: Mapped[Member] = relationship(Member, foreign_keys=[member_id])
    other: Mapped[Member] = relationship(Member, foreign_keys=[other_id])


class PostcodePoint(Model):
    """Where a postcode lies (its middle), from a file that the operator loads: "1234" or "1234 AB"."""

    __tablename__ = "postcode_point"

    postcode: Mapped[str] = mapped_column(String(7), primary_key=True)
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
