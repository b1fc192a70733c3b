"""Outbound mail: a row in the same transaction as its cause; the worker claims, hands over and marks it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model, UserOwned, UtcDateTime


class MailState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    RETRYING = "retrying"
    FAILED = "failed"
    CANCELLED = "cancelled"


class OutboundMail(UserOwned, Model):
    """One mail to one address. `values` hold ids and names to fill in, never a token, a code or a BSN."""

    __tablename__ = "outbound_mail"
    # The worker asks for one state and one `is_bulk` at a time, so that its batch stands in a row in this index.
    __table_args__ = (Index("ix_outbound_mail_due", "state", "is_bulk", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template: Mapped[str] = mapped_column(String(40))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"), index=True)
    recipient: Mapped[str] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(5), default="nl")
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    deduplication_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    is_bulk: Mapped[bool] = mapped_column(Boolean, default=False)  # what one person asked for goes before a campaign
    state: Mapped[str] = mapped_column(String(10), default=MailState.QUEUED)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # since when the two days of trying count
    resends: Mapped[int] = mapped_column(Integer, default=0, server_default="0")  # how often the team sent it again
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    message_id: Mapped[str | None] = mapped_column(String(200))
    error: Mapped[str] = mapped_column(String(300), default="")  # what the mail server or a delivery report said

    user: Mapped[User | None] = relationship(User)

    def __repr__(self) -> str:
        return f"OutboundMail({self.id}, {self.template}, {self.state})"
