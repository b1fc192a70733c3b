"""The few best rows of a search, and how many there are: one statement per table, however many rows it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, union_all
from sqlalchemy.orm import raiseload
from sqlalchemy.orm.interfaces import ORMOption

from app.extensions import db

SHOWN: Final = 5  # of each group; the list behind it shows all
COUNT_LIMIT: Final = 100  # further is not counted: who finds so many searches on


@dataclass(frozen=True, slots=True)
class Asked:
    """What `find_best` is asked, to be answered together with others by `find_each`."""

    model: Any
    tiers: Sequence[ColumnElement[bool]]
    order: Sequence[Any]
    options: Sequence[ORMOption] = ()


@dataclass(frozen=True, slots=True)
class Best:
    """`rows` are (the row, the further columns), the best first. More than `total` are found when `is_more`."""

    rows: Sequence[Any]
    total: int
    is_more: bool


def find_best(
    model: Any,
    tiers: Sequence[ColumnElement[bool]],
    *,
    order: Sequence[Any],
    further: Sequence[ColumnElement[Any]] = (),
    options: Sequence[ORMOption] = (),
    is_expensive: bool = False,
) -> Best:
    """The first `SHOWN` rows that the tiers find, those of an earlier tier first, within a tier in this order.

    `tiers` are criteria from the best to the widest; what an earlier one finds, the last one finds too. Each is cut
    off by itself, so that the database never sorts all that a common word finds by how good it is. `is_expensive`: the
    widest one reads several tables, so it is done once, for the rows and for the count.
    """
    if is_expensive:
        wide = select(model.id.label("id")).where(tiers[-1]).cte("found")
        tiers = [*tiers[:-1], model.id.in_(select(wide.c.id))]
    ranked = _rank(model, tiers, order)
    statement = (
        select(model, _count(model, tiers).label("total"), *further)
        .join(ranked, ranked.c.id == model.id)
        .options(*options, raiseload("*"))
        .order_by(ranked.c.tier, *order)
        .limit(SHOWN)
    )
    return _best(db.session.execute(statement).all())


def find_each(asked: Sequence[Asked]) -> list[Best]:
    """Of several tables what `find_best` finds of each, in one statement: a row has the row of its table, the others
    None.
    """
    if not asked:
        return []
    parts = []
    for number, part in enumerate(asked):
        ranked = _rank(part.model, part.tiers, part.order)
        total = _count(part.model, part.tiers).label("total")
        parts.append(select(literal(number).label("part"), ranked.c.id, ranked.c.tier, total))
    found = union_all(*parts).subquery()
    statement = select(found.c.part, found.c.total, *(part.model for part in asked)).select_from(found)
    for number, part in enumerate(asked):
        statement = statement.outerjoin(part.model, and_(found.c.part == number, part.model.id == found.c.id))
    order = (column for part in asked for column in part.order)
    options = (option for part in asked for option in part.options)
    statement = statement.order_by(found.c.part, found.c.tier, *order).options(*options, raiseload("*"))
    rows: list[list[Any]] = [[] for _part in asked]
    for row in db.session.execute(statement):
        rows[row.part].append(row)
    return [_best(own[:SHOWN]) for own in rows]


def _best(rows: Sequence[Any]) -> Best:
    found = rows[0].total if rows else 0
    return Best(rows, min(found, COUNT_LIMIT), found > COUNT_LIMIT)


def _count(model: Any, tiers: Sequence[ColumnElement[bool]]) -> Any:
    every = select(model.id).where(tiers[-1]).limit(COUNT_LIMIT + 1).subquery()
    return select(func.count()).select_from(every).scalar_subquery()


def _rank(model: Any, tiers: Sequence[ColumnElement[bool]], order: Sequence[Any]) -> Any:
    """The id of each row that a tier puts among its first, with the best tier that does."""
    best = union_all(*(_first(model, tier, order, place) for place, tier in enumerate(tiers))).subquery()
    return select(best.c.id, func.min(best.c.tier).label("tier")).group_by(best.c.id).subquery()


def _first(model: Any, tier: ColumnElement[bool], order: Sequence[Any], place: int) -> Select[Any]:
    first = select(model.id.label("id")).where(tier).order_by(*order).limit(SHOWN).subquery()
    return select(first.c.id, literal(place).label("tier"))
