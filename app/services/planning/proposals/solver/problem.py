"""The instance by index, sorted: what each station asks, what each person can do, and how far they are apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from . import weights as plan_weights
from .instance import CENTRAL, COUNT, VOTING, Instance, Kept, Person
from .options import Key, Option, OptionMaker, Seat, Talents
from .stations import FedRows, StationRows

FURTHEST_KM: Final = 10.0  # further away is as bad
UNKNOWN_KM: Final = 3.0  # where nobody knows how far it is


@dataclass(frozen=True, slots=True)
class Home:
    """Where a person stands already: the station, the places there, and the price to move (None: never)."""

    station: int
    seats: frozenset[Seat]
    price: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A person takes an option at a station, at this cost; `feeds` are the numbers of the station's rows."""

    person: int
    station: int
    option: Option
    cost: int
    feeds: tuple[int, ...]


class Problem:
    """Everything that the search asks again and again. People, stations, shifts and functions are numbered by id."""

    def __init__(self, instance: Instance) -> None:
        self.weights = plan_weights.complete(instance.weights)
        self.stations = sorted(instance.stations, key=lambda station: station.id)
        self.shifts = sorted(instance.shifts, key=lambda shift: (shift.starts, shift.id))
        self.functions = sorted(instance.functions, key=lambda function: function.id)
        self.people = sorted(instance.people, key=lambda person: person.id)
        self.station_at = {station.id: number for number, station in enumerate(self.stations)}
        self.shift_at = {shift.id: number for number, shift in enumerate(self.shifts)}
        self.function_at = {function.id: number for number, function in enumerate(self.functions)}
        self.person_at = {person.id: number for number, person in enumerate(self.people)}
        self.needs = self._read_needs(instance)
        self.homes: dict[int, Home] = {}
        self.pinned: list[Kept] = []  # places that nothing moves, of people who get no other at a station
        self._given: dict[int, Counter[Key]] = defaultdict(Counter)
        self._maker = OptionMaker(self.shifts, self.functions, self.weights)
        self.talents = [self._maker.talents(person, self.shift_at, self.function_at) for person in self.people]
        self.options: list[tuple[Option, ...]] = [self._maker.options(talents) for talents in self.talents]
        self._read_kept(instance)
        alike: FedRows = {}
        self.rows = [
            StationRows(needs, self._given[number], self.shifts, self.functions, self.weights, alike)
            for number, needs in enumerate(self.needs)
        ]
        self.points: Any = np.array(  # in kilometres; without a place on the map: in a row
            [station.point or (number, number) for number, station in enumerate(self.stations)], dtype=np.float64
        ).reshape(-1, 2)
        self.travel = self._measure_travel()
        self.couples = self._find_couples()

    def _read_needs(self, instance: Instance) -> list[dict[Seat, tuple[int, int]]]:
        needs: list[dict[Seat, tuple[int, int]]] = [{} for _station in self.stations]
        for need in instance.needs:
            station = None if need.station is None else self.station_at.get(need.station)
            shift, function = self.shift_at[need.shift], self.function_at[need.function]
            if station is not None and need.target and self.shifts[shift].kind != CENTRAL:
                needs[station][shift, function] = (need.minimum, need.target)
        return needs

    def _read_kept(self, instance: Instance) -> None:
        by_person: dict[int, list[Kept]] = defaultdict(list)
        for kept in sorted(instance.kept, key=lambda kept: (kept.place.person, kept.place.shift)):
            if self.shifts[self.shift_at[kept.place.shift]].kind != CENTRAL:
                by_person[kept.place.person].append(kept)
        taken: Counter[tuple[int, Seat]] = Counter()
        for person_id, own in by_person.items():
            taken.update(filter(None, map(self._seat_of, own)))
            self._settle(self.person_at.get(person_id), own)
        for (station, seat), number in taken.items():  # what stands is never above the target
            minimum, target = self.needs[station].get(seat, (0, 0))
            self.needs[station][seat] = (minimum, max(target, number))

    def _seat_of(self, kept: Kept) -> tuple[int, Seat] | None:
        station = self.find_station(kept.place.station)
        if station is None:
            return None
        return station, (self.shift_at[kept.place.shift], self.function_at[kept.place.function])

    def find_station(self, key: int | None) -> int | None:
        """The number of a station by its id; None of the central count, and of one that is not asked about."""
        return None if key is None else self.station_at.get(key)

    def _settle(self, person: int | None, own: list[Kept]) -> None:
        """At one station of these: the person can get more there, or move at a price. Else the places are given."""
        at = {kept.place.station for kept in own}
        station = self.find_station(next(iter(at)))
        if person is None or len(at) > 1 or station is None:
            self._pin(person, own)
            return
        prices = [kept.price for kept in own]
        price = None if None in prices else sum(price for price in prices if price is not None)
        seats = frozenset((self.shift_at[kept.place.shift], self.function_at[kept.place.function]) for kept in own)
        self.homes[person] = Home(station, seats, price)
        self.options[person] = tuple(self._options_at_home(person, seats, is_fixed=price is None))

    def _pin(self, person: int | None, own: Iterable[Kept]) -> None:
        for kept in own:
            self.pinned.append(kept)
            found = self._seat_of(kept)
            if found is not None:
                station, (shift, function) = found
                talents = Talents((), (function,), (), False, False)
                self._given[station].update(self._maker.option(talents, [(shift, function)], ()).keys)
        if person is not None:
            self.options[person] = ()

    def _options_at_home(self, person: int, seats: frozenset[Seat], *, is_fixed: bool) -> Iterable[Option]:
        """As it is, with the count where the person can; and, for who may move, everything else."""
        talents = self.talents[person]
        standing = sorted(seats)
        at_work = {shift for shift, _function in standing}
        counts = tuple(
            shift
            for shift, _sure in talents.shifts
            if self.shifts[shift].kind == COUNT and shift not in at_work and talents.functions
        )
        yield self._maker.option(talents, standing, counts)
        if counts:
            yield self._maker.option(talents, standing, ())
        if not is_fixed:
            yield from self._maker.options(talents)

    def _measure_travel(self) -> Any:
        """What it costs each person to be at each station: distance and wish, as whole points."""
        known = [number for number, station in enumerate(self.stations) if station.point is not None]
        points = np.array([self.stations[number].point for number in known], dtype=np.float32).reshape(-1, 2)
        travel = np.empty((len(self.people), len(self.stations)), dtype=np.int32)
        for number, person in enumerate(self.people):
            kilometres = np.full(len(self.stations), UNKNOWN_KM, dtype=np.float32)
            if person.point is not None and known:
                kilometres[known] = np.hypot(points[:, 0] - person.point[0], points[:, 1] - person.point[1])
            travel[number] = np.minimum(kilometres, FURTHEST_KM) * self.weights["distance"]
            self._add_wishes(travel[number], person)
        return travel

    def _add_wishes(self, costs: Any, person: Person) -> None:
        wished = [self.station_at[station] for station in person.wished_stations if station in self.station_at]
        if wished:
            weight = self.weights["station_wish"]
            costs += weight
            for rank, station in enumerate(wished):
                costs[station] -= weight - weight * rank // (2 * len(wished))

    def _find_couples(self) -> list[tuple[int, int]]:
        found = set()
        for number, person in enumerate(self.people):
            other = self.person_at.get(person.with_id) if person.with_id is not None else None
            if other is not None and other != number:
                found.add((min(number, other), max(number, other)))
        return sorted(found)

    def candidate(self, person: int, station: int, option: Option) -> Candidate | None:
        """The person takes the option there; None where the station does not ask for it."""
        feeds = self.rows[station].fed_by(option)
        if feeds is None and not self._is_home(person, station, option):
            return None
        cost = option.cost + int(self.travel[person, station]) + self._cost_to_move(person, station, option)
        return Candidate(person, station, option, cost, feeds or ())

    def _is_home(self, person: int, station: int, option: Option) -> bool:
        home = self.homes.get(person)
        return home is not None and home.station == station and home.seats == frozenset(option.seats)

    def _cost_to_move(self, person: int, station: int, option: Option) -> int:
        """Who stays costs nothing, who moves the price; who loses the place (`cost_to_drop`) twice as much."""
        home = self.homes.get(person)
        if home is None or home.price is None:
            return 0
        stays = station == home.station and all(seat in option.seats or seat[0] in option.counts for seat in home.seats)
        return 0 if stays else home.price

    def cost_to_drop(self, person: int) -> int:
        """What it costs that the person has no place."""
        home = self.homes.get(person)
        return 0 if home is None or home.price is None else 2 * home.price

    def must_stay(self, person: int) -> bool:
        """Whether the person stands where nothing moves him."""
        home = self.homes.get(person)
        return home is not None and home.price is None

    def is_voting(self, shift: int) -> bool:
        """Whether people vote in it."""
        return self.shifts[shift].kind == VOTING
