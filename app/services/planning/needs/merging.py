"""Laying many wanted numbers beside those of an election: what is new, what differs, and writing it at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select, update

from app.extensions import db
from app.models import Election, StaffingNeed
from app.services.bulk import insert_rows

_COLUMNS: Final = ("election_id", "station_id", "shift_id", "function_id", "minimum", "target")


class Wanted(NamedTuple):
    """Numbers for a place; without a station at the central count."""

    station_id: int | None
    shift_id: int
    function_id: int
    minimum: int
    target: int


class Differing(NamedTuple):
    """A need whose numbers are others than what is wanted."""

    need_id: int
    old: tuple[int, int]
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Merge:
    """What would happen to the needs of an election. What differs is only changed where that is asked."""

    added: list[Wanted] = field(default_factory=list)
    differing: list[Differing] = field(default_factory=list)
    same: int = 0

    @property
    def people(self) -> int:
        """How many people more are wanted by what is new."""
        return sum(wanted.target for wanted in self.added)


def read_needs(*elections: Election) -> Sequence[Any]:
    """Rows of (id, election_id, station_id, shift_id, function_id, minimum, target). One statement."""
    stored: Any = select(*(getattr(StaffingNeed, name) for name in ("id", *_COLUMNS)))
    wanted = stored.where(StaffingNeed.election_id.in_([election.id for election in elections]))
    return list(db.session.execute(wanted.order_by(StaffingNeed.id)))


def compare(known_rows: Iterable[Any], wanted: Iterable[Wanted]) -> Merge:
    """Lay them beside the needs that an election has, as `read_needs` gives them."""
    known = {(row.station_id, row.shift_id, row.function_id): row for row in known_rows}
    merge, same = Merge(), 0
    for line in wanted:
        row = known.get((line.station_id, line.shift_id, line.function_id))
        if row is None:
            merge.added.append(line)
        elif (row.minimum, row.target) != (line.minimum, line.target):
            merge.differing.append(Differing(row.id, (row.minimum, row.target), line))
        else:
            same += 1
    return Merge(merge.added, merge.differing, same)


def write(election: Election, merge: Merge, *, overwrite: bool) -> tuple[int, int]:
    """Add what is new, and change what differs where that is asked: how many of each. Who calls it has the turn."""
    insert_rows(StaffingNeed.metadata.tables["staffing_need"], _COLUMNS, [(election.id, *line) for line in merge.added])
    if not (overwrite and merge.differing):
        return len(merge.added), 0
    _change(merge.differing)
    return len(merge.added), len(merge.differing)


def _change(differing: Sequence[Differing]) -> None:
    table = StaffingNeed.metadata.tables["staffing_need"]
    statement = update(table).where(table.c.id == bindparam("need_id"))
    statement = statement.values(minimum=bindparam("least"), target=bindparam("aim"))
    values = [{"need_id": row.need_id, "least": row.wanted.minimum, "aim": row.wanted.target} for row in differing]
    db.session.connection().execute(statement, values)
    db.session.expire_all()
