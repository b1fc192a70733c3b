"""After an election: the hours that members worked, a short round of questions, and what chairs note for the team."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import MemberOwned, Model, StaffOnly, UtcDateTime
from app.models.election import Election, Function, PollingStation, Shift
from app.models.member import Member
from app.models.planning.experience import Service


class HoursSource(StrEnum):
    """Where the times of hours come from."""

    PLAN = "plan"  # the published times
    ATTENDANCE = "attendance"  # what was noted on the day
    TEAM = "team"  # a correction


class HoursState(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"


class WorkedHours(MemberOwned, Model):
    """What a member worked in one shift. `minutes` is 0 for who was not there; nothing counts before it is confirmed.

    `service_id`: the experience that confirming wrote; one row of it may be of several shifts of a day.
    """

    __tablename__ = "worked_hours"
    __table_args__ = (
        UniqueConstraint("member_id", "shift_id"),
        Index("ix_worked_hours_election", "election_id", "state", "member_id"),
        Index("ix_worked_hours_starts_at", "starts_at", "id"),
        Index("ix_worked_hours_minutes", "minutes", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("polling_station.id", ondelete="RESTRICT"), index=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id", ondelete="RESTRICT"), index=True)
    function_id: Mapped[int] = mapped_column(ForeignKey("function.id", ondelete="RESTRICT"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    minutes: Mapped[int] = mapped_column(Integer)
    is_absent: Mapped[bool] = mapped_column(Boolean, default=False)
    source: Mapped[str] = mapped_column(String(10), default=HoursSource.PLAN)
    state: Mapped[str] = mapped_column(String(9), default=HoursState.OPEN)
    reason: Mapped[str] = mapped_column(String(300), default="")  # of a correction
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id", ondelete="SET NULL"), index=True)

    election: Mapped[Election] = relationship(Election)
    member: Mapped[Member] = relationship(Member)
    station: Mapped[PollingStation | None] = relationship(PollingStation)
    shift: Mapped[Shift] = relationship(Shift)
    function: Mapped[Function] = relationship(Function)
    confirmed_by: Mapped[User | None] = relationship(User)
    service: Mapped[Service | None] = relationship(Service)

    def __repr__(self) -> str:
        return f"WorkedHours({self.id})"


class SurveyState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Survey(Model):
    """Thanks after an election, and a few questions to who worked there. No personal data: members read it too."""

    __tablename__ = "survey"

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"), unique=True)
    thanks: Mapped[str] = mapped_column(Text)  # Markdown
    thanks_en: Mapped[str] = mapped_column(Text, default="")  # empty: readers of English get the Dutch one
    state: Mapped[str] = mapped_column(String(6), default=SurveyState.DRAFT)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    election: Mapped[Election] = relationship(Election)
    questions: Mapped[list[SurveyQuestion]] = relationship(
        back_populates="survey", order_by="SurveyQuestion.position, SurveyQuestion.id", cascade="all, delete-orphan"
    )

    def __repr__(self) -> str:
        return f"Survey({self.id})"


class QuestionKind(StrEnum):
    SCALE = "scale"  # 1 (bad) to 5 (good)
    YES_NO = "yes_no"
    REMARK = "remark"


class SurveyQuestion(Model):
    """A question of the round."""

    __tablename__ = "survey_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer, default=0)
    kind: Mapped[str] = mapped_column(String(6))
    words: Mapped[str] = mapped_column(String(300))
    words_en: Mapped[str] = mapped_column(String(300), default="")

    survey: Mapped[Survey] = relationship(back_populates="questions")

    def __repr__(self) -> str:
        return self.words


class SurveyReply(MemberOwned, Model):
    """That a member answered, so that nobody does so twice. What was answered stands apart, without a name."""

    __tablename__ = "survey_reply"
    __table_args__ = {"sqlite_with_rowid": False}

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)


def make_answer_id() -> int:
    """By chance: neither the order nor the moment of an answer can be read from it."""
    return secrets.randbelow(2**62) + 1


class SurveyAnswer(StaffOnly, Model):
    """An answer to one question, of nobody: with the polling station, without a member, a moment or an order."""

    __tablename__ = "survey_answer"
    __table_args__ = (Index("ix_survey_answer_question", "question_id", "station_id"), {"sqlite_with_rowid": False})

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, default=make_answer_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("survey_question.id", ondelete="CASCADE"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("polling_station.id", ondelete="CASCADE"))
    value: Mapped[int | None] = mapped_column(Integer)  # 1 to 5; of yes and no 1 and 0
    remark: Mapped[str] = mapped_column(Text, default="")

    question: Mapped[SurveyQuestion] = relationship(SurveyQuestion)
    station: Mapped[PollingStation | None] = relationship(PollingStation)


class ChairNote(MemberOwned, Model):
    """What the chair of a station tells the team afterwards, of the station or of somebody who worked there.

    The row guard shows it to its writer and nobody else of the members, also not to whom it is about.
    """

    __tablename__ = "chair_note"
    __table_args__ = (Index("ix_chair_note_written_at", "written_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"), index=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("polling_station.id", ondelete="RESTRICT"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)  # who wrote it
    about_member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    election: Mapped[Election] = relationship(Election)
    station: Mapped[PollingStation] = relationship(PollingStation)
    member: Mapped[Member] = relationship(Member, foreign_keys=[member_id])
    about: Mapped[Member | None] = relationship(Member, foreign_keys=[about_member_id])

    def __repr__(self) -> str:
        return f"ChairNote({self.id})"
