"""Who asks for a file, and on what ground it may be read. Each subject answers for its own files; else nobody may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.models import Member
from app.services.audit import Actor


@dataclass(frozen=True, slots=True)
class FileReader:
    """The visitor: a member, or (None) somebody of the team. `is_shown_all`: the role shows the subject to the team."""

    user_id: int
    member: Member | None
    is_shown_all: bool
    actor: Actor


@dataclass(frozen=True, slots=True)
class FileRight:
    """The file may be read. `note_read` notes that it was, where somebody wants to know; commit after it.

    `is_each_piece_noted`: any byte that leaves counts as reading, not only the first one. For who looks at what belongs
    to somebody else: no way of asking leaves no trace.
    """

    note_read: Callable[[datetime], None] | None = None
    is_each_piece_noted: bool = False


RightFinder = Callable[[int, FileReader, datetime], FileRight | None]  # of the file with this id, at this instant
