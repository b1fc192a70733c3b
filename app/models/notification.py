"""Campaigns (verzendingen) and the notifications that they give to members; a mail only says that something waits."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import Boolean, ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint, and_
from sqlalchemy import text as sql
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.audience import HasAudience
from app.models.base import MemberOwned, Model, StaffOnly, UtcDateTime
from app.models.election import Election
from app.models.member import Member
from app.models.workings.mail import OutboundMail


class NotificationKind(StrEnum):
    INFORMATION = "information"
    NEWS = "news"  # a general message was published
    DOCUMENT = "document"  # a document is ready
    QUESTION = "question"  # the team wrote in a thread of the message box
    TEAM_QUESTION = "team_question"  # the team asked an audience something in the message box
    SURVEY = "survey"  # thanks and questions after an election
    REOPENED = "reopened"  # the team opened the member's answer again
    ACCOUNT = "account"  # somebody else changed what the account hangs on
    CHECK_DATA = "check_data"
    GIVE_BSN = "give_bsn"
    GIVE_AVAILABILITY = "give_availability"
    PREFER_FUNCTION = "prefer_function"


# Done by doing what is asked; the others by opening them.
ACTION_KINDS = frozenset(
    {
        NotificationKind.CHECK_DATA,
        NotificationKind.GIVE_BSN,
        NotificationKind.GIVE_AVAILABILITY,
        NotificationKind.PREFER_FUNCTION,
    }
)
# A member may choose to get no mail of these; of the others always (issue: "required ones always do").
OPTIONAL_KINDS = frozenset({NotificationKind.INFORMATION, NotificationKind.NEWS})


class CampaignState(StrEnum):
    DRAFT = "draft"
    PLANNED = "planned"
    SENDING = "sending"
    DONE = "done"
    STOPPED = "stopped"


class Campaign(HasAudience, Model):
    """One text to many members, or to one (`is_automatic`: made by an event, such as an answered question)."""

    __tablename__ = "campaign"
    __table_args__ = (
        Index("ix_campaign_due", "state", "send_at"),
        # Those of the team are few, among what events made.
        Index(
            "ix_campaign_by_hand",
            "id",
            sqlite_where=sql("is_automatic = 0"),
            postgresql_where=sql("NOT is_automatic"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(160), default="")  # empty: readers of English get the Dutch one
    body: Mapped[str] = mapped_column(Text, default="")  # plain text
    body_en: Mapped[str] = mapped_column(Text, default="")
    election_id: Mapped[int | None] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"), index=True)
    subject_id: Mapped[int | None] = (
        mapped_column()
    )  # the row that it is about: a general message, a document, a thread
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_mailed: Mapped[bool] = mapped_column(Boolean, default=True)
    is_automatic: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(10), default=CampaignState.DRAFT)
    send_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the notifications were made
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))

    election: Mapped[Election | None] = relationship(Election)
    created_by: Mapped[User | None] = relationship(User)
    reminders: Mapped[list[Reminder]] = relationship(
        back_populates="campaign", order_by="Reminder.send_at", cascade="all, delete-orphan"
    )

    def __repr__(self) -> str:
        return self.title


class Reminder(StaffOnly, Model):
    """A reminder of a campaign on a moment before its due date, to those who did not act by then."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("campaign_id", "days_before"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    days_before: Mapped[int] = mapped_column()
    send_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    skipped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the campaign stopped, or the due date passed

    campaign: Mapped[Campaign] = relationship(back_populates="reminders")

    @hybrid_property
    def is_to_come(self) -> bool:
        """Neither sent nor skipped."""
        return self.sent_at is None and self.skipped_at is None

    @is_to_come.inplace.expression
    @classmethod
    def _is_to_come(cls) -> ColumnElement[bool]:
        return and_(cls.sent_at.is_(None), cls.skipped_at.is_(None))


class Notification(MemberOwned, Model):
    """What one member is told. Text, link and due date are the campaign's."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("campaign_id", "member_id"),
        Index("ix_notification_member", "member_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the campaign was stopped before it was mailed

    campaign: Mapped[Campaign] = relationship(Campaign)
    member: Mapped[Member] = relationship(Member)

    def __repr__(self) -> str:
        return f"Notification({self.id})"


class NotificationMail(MemberOwned, Model):
    """Which mail tells of which notification; one mail tells of all that became ready in the same quarter."""

    __tablename__ = "notification_mail"

    notification_id: Mapped[int] = mapped_column(ForeignKey("notification.id", ondelete="CASCADE"), primary_key=True)
    mail_id: Mapped[int] = mapped_column(
        ForeignKey("outbound_mail.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    reminder_id: Mapped[int | None] = mapped_column(ForeignKey("reminder.id", ondelete="SET NULL"), index=True)

    mail: Mapped[OutboundMail] = relationship(OutboundMail)


class MutedKind(MemberOwned, Model):
    """A kind of notification of which this member wants no mail."""

    __tablename__ = "muted_kind"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
