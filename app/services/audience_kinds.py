"""A kind of condition that a group of members may be made of. Each subject makes its own, and adds it at the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement

from app.models import Condition
from app.phrases import Phrase


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of condition is called, what it asks for, and what it asks of a row of `Member`.

    `is_offered`: staff may choose it; else only the portal makes such groups. `is_lasting`: what it asks is the same
    SQL at any moment, so a statement with it may be kept.
    """

    label: Phrase
    criterion: Callable[[Condition], ColumnElement[bool]]
    needs_election: bool = False
    picks: type[Any] | None = None  # the table whose rows `ids` name
    asks_texts: bool = False  # what it asks for is in `texts`
    is_offered: bool = True
    is_lasting: bool = True


KINDS: Final[dict[str, Kind]] = {}


def add_kinds(kinds: Mapping[str, Kind]) -> None:
    """Let groups be made of these kinds, by the code under which a condition is stored."""
    KINDS.update(kinds)
