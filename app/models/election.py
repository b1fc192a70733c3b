"""Elections, their days and shifts, functions and polling stations."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    String,
    Text,
    Time,
    UniqueConstraint,
    and_,
    or_,
)
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model, UtcDateTime, is_any_of


class ElectionType(StrEnum):
    TK = "TK"  # House of Representatives
    PS = "PS"  # provincial council
    WS = "WS"  # water authority
    GR = "GR"  # municipal council
    EP = "EP"  # European Parliament
    ER = "ER"  # island council / electoral college
    IR = "IR"  # area committee and other


class ElectionState(StrEnum):
    DRAFT = "draft"
    RECRUITING = "recruiting"
    PLANNING = "planning"
    PUBLISHED = "published"
    RUNNING = "running"
    SETTLING = "settling"
    CLOSED = "closed"


# Before `recruiting` nothing is asked yet; from `running` on an answer no longer changes who stands where.
ANSWERABLE = (ElectionState.RECRUITING, ElectionState.PLANNING, ElectionState.PUBLISHED)


class Counting(StrEnum):
    DSO = "DSO"  # at the station, that evening
    CSO = "CSO"  # centrally, by the municipal committee (GSB)


class Election(Model):
    """An election in this municipality. `code` is the EML identifier where it came from a file, e.g. "GR2022_Test"."""

    __tablename__ = "election"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(2))
    voting_on: Mapped[date] = mapped_column(Date, index=True)
    nomination_on: Mapped[date | None] = mapped_column(Date)
    counting: Mapped[str] = mapped_column(String(3), default=Counting.DSO)
    domain_id: Mapped[str] = mapped_column(String(10), default="")
    domain_name: Mapped[str] = mapped_column(String(100), default="")
    facts: Mapped[str] = mapped_column(Text, default="")  # "Wist je dat", Markdown
    facts_en: Mapped[str] = mapped_column(Text, default="")  # empty: readers of English get the Dutch ones
    what_to_bring: Mapped[str] = mapped_column(Text, default="", server_default="")  # who is planned, Markdown
    what_to_bring_en: Mapped[str] = mapped_column(Text, default="", server_default="")
    state: Mapped[str] = mapped_column(String(12), default=ElectionState.DRAFT)
    # Who stands as a candidate or sits in the body that is elected may not apply (policy or law, per election).
    candidates_may_apply: Mapped[bool] = mapped_column(Boolean, default=False)
    availability_opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    availability_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    availability_explanation: Mapped[str] = mapped_column(Text, default="")  # Markdown
    availability_explanation_en: Mapped[str] = mapped_column(Text, default="", server_default="")

    days: Mapped[list[ElectionDay]] = relationship(
        back_populates="election", order_by="ElectionDay.date", cascade="all, delete-orphan"
    )

    @hybrid_property
    def is_answerable(self) -> bool:
        """Whether members can be asked for their availability; `asks_at` says whether they are."""
        return self.state in ANSWERABLE

    @is_answerable.inplace.expression
    @classmethod
    def _is_answerable(cls) -> ColumnElement[bool]:
        return is_any_of(cls.state, ANSWERABLE)

    @hybrid_method
    def asks_at(self, now: datetime) -> bool:
        """Whether it is the period for availability. The end itself is outside it; without an end it stays open."""
        opens_at, closes_at = self.availability_opens_at, self.availability_closes_at
        return opens_at is not None and opens_at <= now and (closes_at is None or now < closes_at)

    @asks_at.inplace.expression  # type: ignore[attr-defined]
    @classmethod
    def _asks_at(cls, now: datetime) -> ColumnElement[bool]:
        is_not_over = or_(cls.availability_closes_at.is_(None), cls.availability_closes_at > now)
        return and_(cls.availability_opens_at <= now, is_not_over)

    def __repr__(self) -> str:
        return self.name


class ElectionDay(Model):
    """A day with work: the voting day, or a day on which is counted."""

    __tablename__ = "election_day"
    __table_args__ = (UniqueConstraint("election_id", "date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"))
    date: Mapped[date] = mapped_column(Date)

    election: Mapped[Election] = relationship(back_populates="days")
    shifts: Mapped[list[Shift]] = relationship(
        back_populates="day", order_by="Shift.starts", cascade="all, delete-orphan"
    )

    def __repr__(self) -> str:
        return f"{self.date:%d-%m-%Y}"


class ShiftKind(StrEnum):
    VOTING = "voting"
    STATION_COUNT = "station_count"
    CENTRAL_COUNT = "central_count"


class Shift(Model):
    """A part of a day (dagdeel) on Dutch wall-clock time; `ends` before `starts` means after midnight."""

    __tablename__ = "shift"

    id: Mapped[int] = mapped_column(primary_key=True)
    day_id: Mapped[int] = mapped_column(ForeignKey("election_day.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[str] = mapped_column(String(14), default=ShiftKind.VOTING)
    starts: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)

    day: Mapped[ElectionDay] = relationship(back_populates="shifts")

    def __repr__(self) -> str:
        return f"{self.name} ({self.starts:%H:%M}–{self.ends:%H:%M})"


class Capacity(StrEnum):
    """The legal capacity of a function (Kieswet E 3)."""

    CHAIR = "chair"
    MEMBER = "member"
    DEPUTY = "deputy"
    COUNTER = "counter"
    SUPPORTER = "supporter"


class Function(Model):
    """What a member does (functie). Shared by all elections; inactive ones are kept for the history."""

    __tablename__ = "function"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    capacity: Mapped[str] = mapped_column(String(10))
    needs_training: Mapped[bool] = mapped_column(Boolean, default=True)
    fee: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))  # euro per shift
    position: Mapped[int] = mapped_column(Integer, default=0)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    def __repr__(self) -> str:
        return self.name


class StationType(StrEnum):
    FIXED = "fixed"
    SPECIAL = "special"
    MOBILE = "mobile"


class PollingStation(Model):
    """A polling station (stembureau) of one election."""

    __tablename__ = "polling_station"
    __table_args__ = (UniqueConstraint("election_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(8), default=StationType.FIXED)
    street: Mapped[str] = mapped_column(String(120), default="")
    postcode: Mapped[str] = mapped_column(String(7), default="")
    city: Mapped[str] = mapped_column(String(80), default="")
    bag_id: Mapped[str] = mapped_column(String(16), default="")
    address_note: Mapped[str] = mapped_column(String(300), default="")
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    rd_x: Mapped[Decimal | None] = mapped_column(Numeric(10, 3))
    rd_y: Mapped[Decimal | None] = mapped_column(Numeric(10, 3))
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    website: Mapped[str] = mapped_column(String(300), default="")
    # A mobile station's places and times, in order: [{"place", "opens_at", "closes_at"}], local times as text.
    stops: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    accessibility: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    information: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(String(300), default="")
    is_count_location: Mapped[bool] = mapped_column(Boolean, default=False)
    voter_count: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: before that was kept
    # The import that made the station; None when added by hand.
    import_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"), index=True)

    election: Mapped[Election] = relationship(Election)

    def __repr__(self) -> str:
        return f"{self.number} {self.name}"
