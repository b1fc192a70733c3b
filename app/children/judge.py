"""A child that judges one file, asked once about each content.

What a file could make its reader do, it does to the child alone. A leaf.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Final

from app.children.child import Child

log = logging.getLogger(__name__)

LONGEST_COMPLAINT: Final = 200  # characters of its last words, in the log


@dataclass(frozen=True, slots=True)
class Said:
    """How a child ended: its exit status, and the word that it printed."""

    status: int
    word: str


@dataclass(slots=True)
class Judge:
    """A child, the seconds that it gets on a busy machine, and what counts as a verdict.

    Verdicts are remembered, so many of them: a form that is refused is sent again with the same file, and an import
    reads its file again and again.
    """

    child: Child
    seconds: float
    is_verdict: Callable[[Said], bool]
    remembers: int
    _verdicts: dict[bytes, Said] = field(default_factory=dict)  # by the check sum of the content

    def ask(self, content: IO[bytes]) -> Said | None:
        """The verdict on all of `content`; None where the child ran out of its bounds, or broke."""
        content.seek(0)
        key = hashlib.file_digest(content, "sha256").digest()  # type: ignore[arg-type]
        known = self._verdicts.get(key)
        if known is not None:
            return known
        said = self._run(content)
        if said is None:
            return None
        while len(self._verdicts) >= self.remembers:
            self._verdicts.pop(next(iter(self._verdicts)), None)
        self._verdicts[key] = said
        return said

    def _run(self, content: IO[bytes]) -> Said | None:
        ended = self.child.read(content, seconds=self.seconds)
        if ended is None:
            return None
        said = Said(ended.returncode, ended.stdout.decode("ascii", "replace").strip())
        if self.is_verdict(said):
            return said
        complaint = ended.stderr.decode("utf-8", "replace")[-LONGEST_COMPLAINT:]
        log.warning("%s judged nothing (status %s): %s", self.child.name, said.status, complaint)
        return None
