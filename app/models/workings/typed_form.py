"""What was typed in a form and not sent, and which forms were sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, UserOwned, UtcDateTime


class KeptForm(UserOwned, Model):
    """A form as its user filled it in, sealed, for a short while. Whoever holds the token and is that user reads it."""

    __tablename__ = "kept_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sealed_typed: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    def __repr__(self) -> str:
        return f"KeptForm({self.id})"


class SentForm(UserOwned, Model):
    """A form that was carried out: a second, equal sending of the same page does it no second time."""

    __tablename__ = "sent_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    nonce: Mapped[str] = mapped_column(String(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64))  # of what was sent last
    target: Mapped[str] = mapped_column(Text, default="")  # where it led to
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    def __repr__(self) -> str:
        return f"SentForm({self.id})"
