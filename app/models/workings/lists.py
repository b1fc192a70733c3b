"""Lists of the team: how somebody looks at them, and acts on everything that was found in one."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import LeasedRun, MemberOwned, Model, StaffOnly, UserOwned, UtcDateTime


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


class BulkState(StrEnum):
    """Where an act on all that was found stands, or one row of it."""

    WAITING = "waiting"  # for the worker, or for a person who prints
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    REFUSED = "refused"  # only a row


class BulkRun(LeasedRun, StaffOnly, Model):
    """An act on everything that a search of a list found, or (without an act) members that were found, to write to.

    The rows that the search left at the moment of the yes are kept beside it, so that work goes on where it stopped.
    """

    __tablename__ = "bulk_run"
    __table_args__ = (Index("ix_bulk_run_waiting", "state", "lease_until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    screen: Mapped[str] = mapped_column(String(60))  # the view of the list
    act: Mapped[str] = mapped_column(String(40), default="")
    query: Mapped[str] = mapped_column(String(2000), default="")  # the search, as in an address
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(10), default=BulkState.WAITING)
    total: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    refused: Mapped[int] = mapped_column(Integer, default=0)


class BulkRow(MemberOwned, Model):
    """One row of it: `subject_id` is its key in the table of the list; of a member's own row also whose it is."""

    __tablename__ = "bulk_row"
    __table_args__ = (Index("ix_bulk_row_state", "run_id", "state"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("bulk_run.id", ondelete="CASCADE"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=BulkState.WAITING)
    reason: Mapped[str] = mapped_column(String(300), default="")  # why not: a phrase
    reason_values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
