"""What the workers tell of themselves: who is alive, and whose turn the regular work is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, StaffOnly, UtcDateTime


class WorkTurn(StaffOnly, Model):
    """One regular work. Whoever moves `due_at` does it this time; `done_at` is when it last came to its end."""

    __tablename__ = "work_turn"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WorkerBeat(StaffOnly, Model):
    """A worker process. It moves `seen_at` while it lives, whatever it is doing."""

    __tablename__ = "worker_beat"

    worker: Mapped[str] = mapped_column(String(200), primary_key=True)  # host, process and start
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    hears_queue: Mapped[bool] = mapped_column(Boolean)
