"""One step of what the team does for an election."""

from __future__ import annotations

from dataclasses import dataclass

from app.phrases import Phrase


@dataclass(frozen=True, slots=True)
class CourseStep:
    """`kind` says where it is done (views.election_course)."""

    kind: str
    words: Phrase
    is_done: bool
