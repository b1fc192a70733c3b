"""Members by what they did at earlier elections."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, exists, literal, select, union_all

from app.extensions import db
from app.models import Function, Member, Service
from app.phrases import phrase
from app.services.audience_kinds import Kind

MOST_NAMES: Final = 200  # elections in a list to choose from


def has_worked(*asked: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of a row of `Member`: at least one row of `Service` of which this holds."""
    return exists().where(Service.member_id == Member.id, *asked).correlate(Member)


def worked_as(function_ids: Collection[int]) -> ColumnElement[bool]:
    """Did at least one of these functions."""
    return has_worked(Service.function_id.in_(function_ids))


def worked_at(names: Collection[str]) -> ColumnElement[bool]:
    """Worked at at least one of the elections with these names."""
    return has_worked(Service.election_name.in_(names))


_ELECTIONS: Final = (
    select(Service.election_name).distinct().order_by(Service.election_name).limit(MOST_NAMES).subquery()
)
_WORKED: Final = union_all(  # made once
    select(Function.id, Function.name, Function.position),
    select(literal(0), _ELECTIONS.c.election_name, literal(0)),
)


def list_worked() -> tuple[list[tuple[int, str]], list[str]]:
    """The functions (number and name), and the names of elections at which members worked. One statement."""
    rows = db.session.execute(_WORKED).all()
    ordered = sorted(rows, key=lambda row: (row[2], row[1].casefold()))
    return [(key, name) for key, name, _place in ordered if key], [name for key, name, _place in ordered if not key]


KINDS: Final[dict[str, Kind]] = {
    "worked": Kind(phrase("Worked at an election before"), lambda asked: has_worked()),
    "never_worked": Kind(phrase("Never worked at an election"), lambda asked: ~has_worked()),
    "worked_as": Kind(phrase("Did the function"), lambda asked: worked_as(asked.ids), picks=Function),
    "worked_at": Kind(phrase("Worked at"), lambda asked: worked_at(asked.texts), asks_texts=True),
}
