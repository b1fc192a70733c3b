"""The few best rows of a search, and how many there are: one statement per table, however many rows it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all
from sqlalchemy.orm import raiseload
from sqlalchemy.orm.interfaces import ORMOption

from app.extensions import db

SHOWN: Final = 5  # of each group; the list behind it shows all
COUNT_LIMIT: Final = 100  # further is not counted: who finds so many searches on


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
    every = select(model.id).where(tiers[-1]).limit(COUNT_LIMIT + 1).subquery()
    total = select(func.count()).select_from(every).scalar_subquery()
    statement = (
        select(model, total.label("total"), *further)
        .join(ranked, ranked.c.id == model.id)
        .options(*options, raiseload("*"))
        .order_by(ranked.c.tier, *order)
        .limit(SHOWN)
    )
    rows = db.session.execute(statement).all()
    found = rows[0].total if rows else 0
    return Best(rows, min(found, COUNT_LIMIT), found > COUNT_LIMIT)


def _rank(model: Any, tiers: Sequence[ColumnElement[bool]], order: Sequence[Any]) -> Any:
    """The id of each row that a tier puts among its first, with the best tier that does."""
    best = union_all(*(_first(model, tier, order, place) for place, tier in enumerate(tiers))).subquery()
    return select(best.c.id, func.min(best.c.tier).label("tier")).group_by(best.c.id).subquery()


def _first(model: Any, tier: ColumnElement[bool], order: Sequence[Any], place: int) -> Select[Any]:
    first = select(model.id.label("id")).where(tier).order_by(*order).limit(SHOWN).subquery()
    return select(first.c.id, literal(place).label("tier"))
