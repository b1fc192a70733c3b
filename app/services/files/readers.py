"""Who asks for a file, and on what ground it may be read: what `file_rights` and the subjects share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.models import Member
from app.services.audit import Actor


@dataclass(frozen=True, slots=True)
class FileReader:
    """The visitor: a member, or (None) somebody of the team with these (permission, view) pairs."""

    user_id: int
    member: Member | None
    pairs: frozenset[tuple[str, str]]
    actor: Actor

    def may(self, permission: str, view: str) -> bool:
        """Whether the role has this permission ("can_show") on this view."""
        return (permission, view) in self.pairs


@dataclass(frozen=True, slots=True)
class FileRight:
    """The file may be read. `note_read` notes that it was, where somebody wants to know; commit after it.

    `is_each_piece_noted`: any byte that leaves counts as reading, not only the first one. For who looks at what belongs
    to somebody else: no way of asking leaves no trace.
    """

    note_read: Callable[[datetime], None] | None = None
    is_each_piece_noted: bool = False


Finder = Callable[[int, FileReader, datetime], FileRight | None]
