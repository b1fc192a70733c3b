"""Import runs: an uploaded file on its way to rows, with its preview, progress and outcome."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import LeasedRun, Model, StaffOnly


class ImportKind(StrEnum):
    """What a file holds."""

    ROSTER = "roster"  # members
    STATIONS = "stations"  # polling stations of an election
    DOCUMENTS = "documents"  # personal documents, named by member number
    PLAN = "plan"  # who stands where, at an election
    CANDIDATES = "candidates"  # of an election, to compare with members
    TRAINING = "training"  # results of a session or an e-learning


class ImportState(StrEnum):
    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNDOING = "undoing"  # waits for the worker, or is being undone
    UNDONE = "undone"


class ImportRun(LeasedRun, StaffOnly, Model):
    """One uploaded file. While it waits it lies under `file_name`: sealed in the instance folder, at most 24 hours,

    or for documents in the store.
    """

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    election_id: Mapped[int | None] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"))
    original_name: Mapped[str] = mapped_column(String(200), default="")
    file_name: Mapped[str | None] = mapped_column(String(64))
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(10), default=ImportState.UPLOADED)
    rows_total: Mapped[int] = mapped_column(Integer, default=0)
    rows_done: Mapped[int] = mapped_column(Integer, default=0)
    rows_new: Mapped[int] = mapped_column(Integer, default=0)
    rows_changed: Mapped[int] = mapped_column(Integer, default=0)
    rows_refused: Mapped[int] = mapped_column(Integer, default=0)
    message: Mapped[str] = mapped_column(String(500), default="")


class StationChange(StaffOnly, Model):
    """What an import changed of one polling station: column → value before, and after it, as JSON holds them."""

    __tablename__ = "station_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), index=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("polling_station.id", ondelete="CASCADE"), index=True)
    old_values: Mapped[dict[str, Any]] = mapped_column(JSON)
    new_values: Mapped[dict[str, Any]] = mapped_column(JSON)


class ImportLeftover(StaffOnly, Model):
    """What undoing an import left as it was, and why: a whole member or station, or one field of it."""

    __tablename__ = "import_leftover"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("polling_station.id", ondelete="CASCADE"), index=True)
    field: Mapped[str] = mapped_column(String(40), default="")  # empty: the whole row stays
    reason: Mapped[str] = mapped_column(String(30))  # services.rosters.undo and services.elections.station_undo
