"""The message box (berichtenbox): questions as threads, their messages, the team's notes, and what is being typed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.audience import HasAudience
from app.models.base import MemberOwned, Model, StaffOnly, UserOwned, UtcDateTime
from app.models.document import Document
from app.models.election import Election
from app.models.files import StoredFile
from app.models.member import Member

_IS_MERGED = sql("merged_into_id IS NOT NULL")  # few: an index of all threads would only mislead


class ThreadState(StrEnum):
    NEW = "new"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"  # the next word is the member's
    CLOSED = "closed"


class SubjectChoice(Model):
    """A subject that members choose from; the team keeps the list."""

    __tablename__ = "subject_choice"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    name_en: Mapped[str] = mapped_column(String(80), default="")
    position: Mapped[int] = mapped_column(Integer, default=0)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    def __repr__(self) -> str:
        return self.name


class TeamQuestion(HasAudience, StaffOnly, Model):
    """One question of the team to an audience: each member gets a thread of their own."""

    __tablename__ = "team_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(160))
    body: Mapped[str] = mapped_column(Text)  # plain text
    election_id: Mapped[int | None] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"), index=True)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # before when an answer is asked
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # taken back after it was asked

    election: Mapped[Election | None] = relationship(Election)
    created_by: Mapped[User | None] = relationship(User)

    def __repr__(self) -> str:
        return self.subject


class Thread(MemberOwned, Model):
    """A question as a conversation between one member and the team. `services.threads` and `thread_work` change it.

    `version` goes up with each change: who answers on an older one did not see everything.
    """

    __tablename__ = "thread"
    __table_args__ = (
        UniqueConstraint("team_question_id", "member_id"),
        Index("ix_thread_member", "member_id", "last_message_at"),
        Index("ix_thread_state", "state", "last_message_at"),
        # A list sorted by one of these reads only its page.
        *(
            Index(f"ix_thread_by_{column}", column, "id")
            for column in ("subject", "state", "waiting_since", "last_message_at", "created_at")
        ),
        Index("ix_thread_merged", "merged_into_id", sqlite_where=_IS_MERGED, postgresql_where=_IS_MERGED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(160))
    subject_choice_id: Mapped[int | None] = mapped_column(ForeignKey("subject_choice.id", ondelete="SET NULL"))
    election_id: Mapped[int | None] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"), index=True)
    state: Mapped[str] = mapped_column(String(12), default=ThreadState.NEW)
    assignee_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"), index=True)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_from_team: Mapped[bool] = mapped_column(Boolean, default=False)
    team_question_id: Mapped[int | None] = mapped_column(ForeignKey("team_question.id", ondelete="SET NULL"))
    is_unread_by_team: Mapped[bool] = mapped_column(Boolean, default=False)
    is_unread_by_member: Mapped[bool] = mapped_column(Boolean, default=False)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the team's question, for the member to read
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_message_at: Mapped[datetime] = mapped_column(UtcDateTime)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)  # since when the member waits for an answer
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(Integer, default=1)
    search_text: Mapped[str] = mapped_column(String(200), default="")  # the subject, folded

    member: Mapped[Member] = relationship(Member)
    election: Mapped[Election | None] = relationship(Election)
    assignee: Mapped[User | None] = relationship(User)
    subject_choice: Mapped[SubjectChoice | None] = relationship(SubjectChoice)
    messages: Mapped[list[Message]] = relationship(
        back_populates="thread", order_by="(Message.created_at, Message.id)", passive_deletes=True
    )

    def __repr__(self) -> str:
        return self.subject


class Message(MemberOwned, Model):
    """One message of a thread. `member_id` is whose thread it is in; `author` may be that member or a colleague."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_thread", "thread_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    author_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    is_team: Mapped[bool] = mapped_column(Boolean)
    body: Mapped[str] = mapped_column(Text)  # plain text
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # first read by the other side
    search_text: Mapped[str] = mapped_column(Text, default="")  # the body, folded

    thread: Mapped[Thread] = relationship(back_populates="messages")
    author: Mapped[User | None] = relationship(User)
    attachments: Mapped[list[MessageAttachment]] = relationship(
        back_populates="message", order_by="MessageAttachment.id", passive_deletes=True
    )

    def __repr__(self) -> str:
        return f"Message({self.id})"


class MessageAttachment(MemberOwned, Model):
    """A file that goes with a message: uploaded with it, or a version of a document of the library."""

    __tablename__ = "message_attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id", ondelete="RESTRICT"), index=True)
    document_id: Mapped[int | None] = mapped_column(
        ForeignKey("document.id", name="fk_message_attachment_document", ondelete="SET NULL"), index=True
    )

    message: Mapped[Message] = relationship(back_populates="attachments")
    file: Mapped[StoredFile] = relationship(StoredFile)
    document: Mapped[Document | None] = relationship(Document)

    def is_there(self, now: datetime) -> bool:
        """A document that was withdrawn, or whose period is over, is not there any more."""
        return self.document is None or self.document.is_shown(now)


class InternalNote(StaffOnly, Model):
    """What colleagues tell each other about a thread. A table of its own, that no request of a member can read."""

    __tablename__ = "internal_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id", ondelete="CASCADE"), index=True)
    author_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    search_text: Mapped[str] = mapped_column(Text, default="")

    author: Mapped[User | None] = relationship(User)


class MessageDraft(UserOwned, Model):
    """What somebody is typing and has not sent, at one place: a new question ("new"), a thread ("thread:7"), a note
    ("note:7").
    """

    __tablename__ = "message_draft"
    __table_args__ = (UniqueConstraint("user_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(String(40))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(String(160), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    thread: Mapped[Thread | None] = relationship(Thread)


class Faq(Model):
    """A question that is asked often, with its answer in Markdown; shown while a member types a subject."""

    __tablename__ = "faq"

    id: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(String(200))
    question_en: Mapped[str] = mapped_column(String(200), default="")
    answer: Mapped[str] = mapped_column(Text)
    answer_en: Mapped[str] = mapped_column(Text, default="")
    subject_choice_id: Mapped[int | None] = mapped_column(ForeignKey("subject_choice.id", ondelete="SET NULL"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    search_text: Mapped[str] = mapped_column(Text, default="")  # both questions and answers, folded

    subject_choice: Mapped[SubjectChoice | None] = relationship(SubjectChoice)

    def __repr__(self) -> str:
        return self.question


class CannedAnswer(StaffOnly, Model):
    """A text that the team uses again and again, with places such as {voornaam} to fill in."""

    __tablename__ = "canned_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80), unique=True)
    body: Mapped[str] = mapped_column(Text)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    def __repr__(self) -> str:
        return self.title
