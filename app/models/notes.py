"""What the team keeps about a member beside the data: notes, and tags (labels) to find members by."""

from __future__ import annotations

from datetime import datetime

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model, StaffOnly, UtcDateTime
from app.models.member import Member


class MemberNote(StaffOnly, Model):
    """What somebody of the team wrote about a member, for colleagues only."""

    __tablename__ = "member_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    author_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    member: Mapped[Member] = relationship(Member)
    author: Mapped[User | None] = relationship(User)


class Tag(StaffOnly, Model):
    """A label that the team gives to members."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)

    def __repr__(self) -> str:
        return self.name


class MemberTag(StaffOnly, Model):
    """A member has a tag."""

    __tablename__ = "member_tag"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="RESTRICT"), primary_key=True, index=True)
