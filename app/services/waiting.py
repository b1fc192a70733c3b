"""How each subject says what waits: a task of a member, a number at the menu, a total on the team's home.

A subject makes them; the pages that show them know no subject, and it knows no page: it gives a key, the view maps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, select

from app.extensions import db
from app.models.base import UtcDateTime
from app.models.shortcuts.kept_statements import run_kept
from app.phrases import Phrase, phrase

TO_DO = phrase("to do")
KEPT: Final = 20  # statements
HOME: Final = "Home"  # the entry of the menu with the number of everything that waits for a member

# For a statement that is built once and asked for any member at any instant: building takes longer than answering.
MEMBER_ID: Final[Any] = bindparam("asked_member_id", type_=Integer)
NOW: Final[Any] = bindparam("asked_at", type_=UtcDateTime())


def asked_of(member_id: int | None, now: datetime) -> dict[str, Any]:
    """The values of MEMBER_ID and NOW."""
    return {MEMBER_ID.key: member_id, NOW.key: now}


GroupsOf = Callable[[Any], Select[Any]]  # at an instant, or NOW: a GroupRow for each thing of a kind that is visible


@dataclass(frozen=True, slots=True)
class OpenTask:
    """One thing to do, until the `deadline` if there is one. `kind` says on which page, `about` with which row."""

    kind: str
    title: Phrase
    explanation: Phrase
    deadline: datetime | None = None
    about: Any = None


TaskFinder = Callable[[Any, datetime], Sequence[OpenTask]]  # of a Member at this instant


@dataclass(frozen=True, slots=True, eq=False)
class Badge:
    """What is counted at one entry of the menu: `words` say it after the number, to who cannot see the badge.

    `count` makes a sub-select of MEMBER_ID and NOW, once for all visits; what else it needs to know of the member (None
    for the team) and the instant are parameters of its own, of which `given` gives the values. For each of the kinds in
    `groups` it gets one argument more: the groups that something of this kind is for and that concern the member, read
    once for all badges.
    """

    entry: str
    words: Phrase
    count: Callable[..., ColumnElement[int]]
    given: Callable[[Any, datetime], Mapping[str, Any]] | None = None
    is_of_team: bool = False
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """A number on the team's home with its name; `only` narrows the list of the subject to what is counted.

    A number may be SQL (`how_many`), made once, with the values it is `given`: `count_totals` asks all of those in one
    statement.
    """

    name: Phrase
    number: int | ColumnElement[int]
    only: dict[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Something that the team's home asks together with its numbers: SQL, made once, with its values at an instant."""

    value: ColumnElement[Any]
    given: Callable[[datetime], Mapping[str, Any]]


def count_totals(totals: Iterable[Total]) -> list[Total]:
    """These totals with their numbers."""
    return count_with(totals, (), {})[0]


def count_with(
    totals: Iterable[Total], others: Iterable[ColumnElement[Any]], given: Mapping[str, Any]
) -> tuple[list[Total], list[Any]]:
    """These totals with their numbers, and the `others`. One statement, or none where nothing is SQL."""
    known = list(totals)
    asked = [total.number for total in known if not isinstance(total.number, int)]
    values = {name: value for total in known for name, value in total.given.items()} | {**given}
    every = (*asked, *others)
    found = list(run_kept(db.session(), _select(every), values).one()) if every else []
    numbers = iter(found)
    counted = [total if isinstance(total.number, int) else _with_number(total, next(numbers)) for total in known]
    return counted, list(numbers)


@lru_cache(maxsize=KEPT)
def _select(asked: tuple[Any, ...]) -> Select[Any]:
    """Made once, as what is asked is."""
    statement: Select[Any] = select(*asked)
    return statement


def _with_number(total: Total, number: int) -> Total:
    return Total(total.name.of(number), number, total.only)


def how_many(wanted: Any) -> ColumnElement[int]:
    """The number of rows of a SELECT, as the sub-select of a badge."""
    found: ColumnElement[int] = wanted.with_only_columns(func.count()).order_by(None).scalar_subquery()
    return found
