"""Documents for an audience, with their versions; personal ones, with a file per member; and who read what."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.audience import Condition, Group
from app.models.base import MemberOwned, Model, UtcDateTime
from app.models.election import Election
from app.models.files import StoredFile
from app.models.member import Member
from app.models.publishing import Publishable


class DocumentCategory(StrEnum):
    INSTRUCTION = "instruction"
    MANUAL = "manual"
    LETTER = "letter"
    FORM = "form"
    OTHER = "other"


class Document(Publishable, Model):
    """A document for an audience, visible from `publish_from` until `publish_until`.

    A personal one (`is_personal`) has no audience and no versions: each member has a file of its own (DocumentGrant).
    """

    __tablename__ = "document"
    __table_args__ = (Index("ix_document_shown", "state", "publish_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(140))
    title_en: Mapped[str] = mapped_column(String(140), default="")
    category: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(5), default="nl")  # what it is written in: nl, en, other
    election_id: Mapped[int | None] = mapped_column(ForeignKey("election.id", ondelete="RESTRICT"), index=True)
    is_personal: Mapped[bool] = mapped_column(Boolean, default=False)
    version_number: Mapped[int] = mapped_column(Integer, default=1)  # the one that members read
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    search_text: Mapped[str] = mapped_column(Text, default="", server_default="")  # both titles, folded

    election: Mapped[Election | None] = relationship(Election)
    created_by: Mapped[User | None] = relationship(User)
    versions: Mapped[list[DocumentVersion]] = relationship(
        back_populates="document", order_by="DocumentVersion.number.desc()", cascade="all, delete-orphan"
    )

    def _read_group(self) -> Group:
        """Its audience, or who has a file of a personal one."""
        return Group((Condition("granted", ids=(self.id,)),)) if self.is_personal else super()._read_group()

    def __repr__(self) -> str:
        return self.title


class DocumentVersion(Model):
    """A file that is, or was, the document. Earlier ones are kept for the team."""

    __tablename__ = "document_version"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id", ondelete="RESTRICT"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))

    document: Mapped[Document] = relationship(back_populates="versions")
    file: Mapped[StoredFile] = relationship(StoredFile)
    created_by: Mapped[User | None] = relationship(User)


class DocumentGrant(MemberOwned, Model):
    """A file of a personal document, for one member."""

    __tablename__ = "document_grant"
    __table_args__ = (UniqueConstraint("document_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id", ondelete="RESTRICT"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # taken back from this member

    document: Mapped[Document] = relationship(Document)
    member: Mapped[Member] = relationship(Member)
    file: Mapped[StoredFile] = relationship(StoredFile)


class DocumentReading(MemberOwned, Model):
    """When a member first opened a version of a document."""

    __tablename__ = "document_reading"
    __table_args__ = (UniqueConstraint("member_id", "document_id", "version_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), index=True)
    version_number: Mapped[int] = mapped_column(Integer)
    first_read_at: Mapped[datetime] = mapped_column(UtcDateTime)
