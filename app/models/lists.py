"""How somebody of the team looks at the lists: columns, and searches kept under a name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, UserOwned, UtcDateTime


class SavedView(UserOwned, Model):
    """One person's way to look at one list: what is asked, and which columns are shown.

    The one without a name is how the person has the list when nothing else is chosen: only its columns count.
    """

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_id", "screen", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    screen: Mapped[str] = mapped_column(String(60))  # the view of the list
    name: Mapped[str] = mapped_column(String(60), default="")
    query: Mapped[str] = mapped_column(String(2000), default="")  # as in an address: "state=active&sort=-city"
    columns: Mapped[list[str]] = mapped_column(JSON, default=list)  # empty: the usual ones
    is_default: Mapped[bool] = mapped_column(Boolean, default=False)  # opened when nothing is asked
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
