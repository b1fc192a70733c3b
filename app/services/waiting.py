"""How each subject says what waits: a task of a member, a number at the menu, a total on the team's home.

A subject makes them; the pages that show them know no subject, and it knows no page: it gives a key, the view maps it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func

from app.phrases import Phrase, phrase

TO_DO = phrase("to do")
GroupsOf = Callable[[datetime], Select[Any]]  # columns of a GroupRow for each thing of a kind that is visible now


@dataclass(frozen=True, slots=True)
class OpenTask:
    """One thing to do, until the `deadline` if there is one. `kind` says on which page, `about` with which row."""

    kind: str
    title: Phrase
    explanation: Phrase
    deadline: datetime | None = None
    about: Any = None


TaskFinder = Callable[[Any, datetime], Sequence[OpenTask]]  # of a Member at this instant


@dataclass(frozen=True, slots=True)
class Badge:
    """What is counted at one entry of the menu: `words` say it after the number, to who cannot see the badge.

    `count` makes a sub-select for a member (None for the team) at an instant. With `groups` it gets a third argument:
    what is for groups of members among all that is visible now of this kind, read once for all badges.
    """

    entry: str
    words: Phrase
    count: Callable[..., ColumnElement[int]]
    is_of_team: bool = False
    groups: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """A number on the team's home with its name; `only` narrows the list of the subject to what is counted."""

    name: Phrase
    number: int
    only: dict[str, Any] = field(default_factory=dict)


def how_many(wanted: Any) -> ColumnElement[int]:
    """The number of rows of a SELECT, as the sub-select of a badge."""
    found: ColumnElement[int] = wanted.with_only_columns(func.count()).order_by(None).scalar_subquery()
    return found
