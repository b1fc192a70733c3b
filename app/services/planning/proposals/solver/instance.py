"""What the solver is asked: stations, shifts, functions, needs, people and the places that stand, as plain values.

Ids are those of the database. Instants are whole minutes since 1970 UTC; positions are kilometres on a flat map.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

VOTING: Final = "voting"
COUNT: Final = "count"  # at the station, by its own people
CENTRAL: Final = "central"  # of all stations together, on a day of its own
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Station:
    """A polling station; `point` is None where nobody knows where it lies."""

    id: int
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """A part of a day, from `starts` until `ends`, of a `kind`."""

    id: int
    kind: str
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class Function:
    """What somebody does: whether it is the chair's, may preside by law, and counts among the three (Kieswet J 12)."""

    id: int
    is_chair: bool
    may_preside: bool
    is_member: bool


@dataclass(frozen=True, slots=True)
class Need:
    """So many people are needed, at least and rather; without a station at the central count."""

    station: int | None
    shift: int
    function: int
    minimum: int
    target: int


@dataclass(frozen=True, slots=True)
class Place:
    """A person has a function at a station (None: the central count) in a shift, from `starts` until `ends`."""

    person: int
    station: int | None
    shift: int
    function: int
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A place that stands already: never moved without a `price`, else at that price."""

    place: Place
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be placed.

    `shifts`: id and whether it is sure ("yes", not "maybe"). `functions`: what the person may do. `wished_functions`
    and `wished_stations` in order. `with_id`: who should be at the same station.
    """

    id: int
    shifts: tuple[tuple[int, bool], ...] = ()
    functions: tuple[int, ...] = ()
    wished_functions: tuple[int, ...] = ()
    wished_stations: tuple[int, ...] = ()
    point: Point | None = None
    has_experience: bool = False
    has_presided: bool = False
    with_id: int | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """All of it. The order of the rows does not matter."""

    stations: tuple[Station, ...]
    shifts: tuple[Shift, ...]
    functions: tuple[Function, ...]
    needs: tuple[Need, ...]
    people: tuple[Person, ...]
    kept: tuple[Kept, ...] = ()
    weights: Mapping[str, int] = field(default_factory=dict)  # by code, where they differ from the defaults


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the search is: steps done and foreseen, and what is short in the plan of this moment."""

    done: int
    total: int
    illegal: int
    open_seats: int


@dataclass(frozen=True, slots=True)
class Result:
    """The plan: every place, those that stood included; moments (station and shift) without what the law asks."""

    places: tuple[Place, ...]
    illegal: tuple[tuple[int, int], ...]
    open_seats: int
    cost: int
    is_stopped: bool = False
