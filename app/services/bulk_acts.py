"""What may be done to many rows of a list at once: each subject adds its acts; and whom one would reach."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, inspect, literal, select

from app.extensions import db
from app.models import BulkRun
from app.phrases import Phrase

Work = Callable[..., Any]  # of a row or rows, with actor, now and the parameters of the run by name


class Reason(NamedTuple):
    """Why an act is not done to a row: what it asks of the row, the words, and the act of the same list that helps."""

    criterion: ColumnElement[bool]
    why: Phrase
    act: str = ""


class Leaving(NamedTuple):
    """What leaves after the work, such as mail: how much of a run still waits (SQL), and keeping that from leaving.

    `keep_back` gives the keys of the rows to which it was not done after all.
    """

    how_many: Callable[[BulkRun], Select[int]]
    keep_back: Callable[..., Collection[int]]


@dataclass(frozen=True, slots=True)
class BulkAct:
    """An act on rows of `model`. `each` does it to one row and may raise RuleBroken; `many` to all rows of a part.

    `reasons` say in SQL why it is not done to a row: the first that holds counts. `is_printed`: a person prints the
    rows, part by part, so the worker leaves it alone. `leaving`: what the work only queues can still be stopped.
    """

    model: type[Any]
    each: Work | None = None
    many: Work | None = None
    reasons: Callable[[], Sequence[Reason]] = tuple
    is_printed: bool = False
    leaving: Leaving | None = None


ACTS: Final[dict[str, BulkAct]] = {}  # by "Screen.act"


def add_acts(acts: Mapping[str, BulkAct]) -> None:
    """Let the worker do these."""
    ACTS.update(acts)


class LeftOut(NamedTuple):
    """Rows to which an act is not done: why, how many, the act that helps, and the place of the reason."""

    why: Phrase
    number: int
    act: str
    place: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom an act would reach: how many were found, and why not for how many of them."""

    total: int
    left_out: list[LeftOut]

    @property
    def reached(self) -> int:
        """How many it is done to."""
        return self.total - sum(left.number for left in self.left_out)


def preview(act: BulkAct, keys: Select[Any]) -> Preview:
    """What the act would do to the rows with these keys. One statement."""
    reasons, key = list(act.reasons()), key_of(act.model)
    which = reason_number(reasons)
    counts = [func.coalesce(func.sum(case((which == number, 1), else_=0)), 0) for number in range(len(reasons))]
    total, *numbers = db.session.execute(select(func.count(), *counts).where(key.in_(keys))).one()
    told = zip(reasons, numbers, strict=True)
    return Preview(total, [LeftOut(why.why, number, why.act, at) for at, (why, number) in enumerate(told) if number])


def select_left_out(act: BulkAct, keys: Select[Any], place: int) -> Select[Any]:
    """Of the rows with these keys those to which the act is not done for the reason at this place; -1: is done."""
    key = key_of(act.model)
    return select(key).where(key.in_(keys), reason_number(list(act.reasons())) == place)


def select_keys(act: BulkAct, keys: Collection[int]) -> Select[Any]:
    """The rows with these keys, for `preview` and `select_left_out`."""
    key = key_of(act.model)
    return select(key).where(key.in_(keys))


def reason_number(reasons: Sequence[Reason]) -> Any:
    """The place of the first reason that holds for a row, as a column; -1 where none does."""
    if not reasons:
        return literal(-1)
    return case(*((reason.criterion, number) for number, reason in enumerate(reasons)), else_=-1)


def key_of(model: type[Any]) -> Any:
    """The column of the key."""
    return getattr(model, inspect(model).primary_key[0].key)
