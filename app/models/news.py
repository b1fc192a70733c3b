"""General messages (algemene berichten), their files, and what a member read or put away."""

from __future__ import annotations

from datetime import datetime

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import MemberOwned, Model, UtcDateTime
from app.models.files import StoredFile
from app.models.publishing import Publishable


class NewsItem(Publishable, Model):
    """A general message in Markdown for an audience, visible from `publish_from` until `publish_until`."""

    __tablename__ = "news_item"
    __table_args__ = (Index("ix_news_item_published", "state", "publish_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(160), default="")
    body: Mapped[str] = mapped_column(Text)  # Markdown
    body_en: Mapped[str] = mapped_column(Text, default="")
    is_pinned: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    search_text: Mapped[str] = mapped_column(Text, default="", server_default="")  # titles and texts, folded

    created_by: Mapped[User | None] = relationship(User)
    files: Mapped[list[NewsFile]] = relationship(
        back_populates="item", order_by="NewsFile.id", cascade="all, delete-orphan"
    )

    def __repr__(self) -> str:
        return self.title


class NewsFile(Model):
    """An image or attachment of a general message."""

    __tablename__ = "news_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("news_item.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id", ondelete="RESTRICT"), index=True)
    caption: Mapped[str] = mapped_column(String(200), default="")  # what an image shows, for who cannot see it

    item: Mapped[NewsItem] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship(StoredFile)


class NewsReading(MemberOwned, Model):
    """That a member read a message, and put it away (archived)."""

    __tablename__ = "news_reading"
    __table_args__ = (UniqueConstraint("member_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("news_item.id", ondelete="CASCADE"), index=True)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    item: Mapped[NewsItem] = relationship(NewsItem)
