"""What a place is, apart from its row: what a planner asks for, what stands there now, and how an act remembers it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from app.extensions import db
from app.models import Assignment
from app.services.bulk import among


class Seen(NamedTuple):
    """A place as a planner saw it: its key, and the version that was on screen."""

    id: int
    version: int


@dataclass(frozen=True, slots=True)
class Place:
    """What a place is to be. Without times they are those of the shift; of two shifts at one station that touch, the
    second begins when the first ends. Without a station: at the central count.
    """

    member_id: int
    station_id: int | None
    shift_id: int
    function_id: int
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    note: str = ""
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A place as it stands in the plan."""

    id: int
    election_id: int
    member_id: int
    station_id: int | None
    shift_id: int
    function_id: int
    starts_at: datetime
    ends_at: datetime
    note: str
    is_locked: bool
    version: int

    @property
    def seen(self) -> Seen:
        """To say that it is this one that is meant."""
        return Seen(self.id, self.version)

    def to_json(self) -> dict[str, Any]:
        """For a step of an act. Whose place it is stands beside it: two members may become one."""
        kept = {name: value for name, value in asdict(self).items() if name not in ("id", "election_id", "member_id")}
        return kept | {"starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat()}

    def is_as(self, kept: dict[str, Any]) -> bool:
        """Whether it is what an act made of it; how often it was changed does not count."""
        return {**self.to_json(), "version": 0} == {**kept, "version": 0}


_COLUMNS = [getattr(Assignment, name) for name in Standing.__slots__]


def read_step(kept: dict[str, Any], member_id: int) -> Place:
    """The place that a step of an act remembers, of this member."""
    kept = {**kept, **{name: datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at")}}
    return Place(**{**{name: kept[name] for name in Place.__slots__ if name in kept}, "member_id": member_id})


def read_standing(ids: Collection[int], member_ids: Collection[int]) -> list[Standing]:
    """These places, and all of these members, of every election. One statement."""
    wanted = or_(among(Assignment.id, ids), among(Assignment.member_id, member_ids))
    return [Standing(*row) for row in db.session.execute(select(*_COLUMNS).where(wanted).order_by(Assignment.id))]


def by_member(places: Iterable[Standing]) -> dict[int, list[Standing]]:
    """Of each member the places, the earliest first."""
    found: dict[int, list[Standing]] = {}
    for place in sorted(places, key=lambda place: place.starts_at):
        found.setdefault(place.member_id, []).append(place)
    return found
