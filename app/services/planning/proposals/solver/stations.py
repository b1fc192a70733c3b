"""What one station asks, as rows: so much is needed of it, and what each unit that is short costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .instance import COUNT, Function, Shift
from .options import COUNTING, PEOPLE, PRESIDER, SEAT, SKILLED, Key, Option, Seat

LEGAL_PEOPLE: Final = 3  # must be present (Kieswet J 12)
FedRows = dict[tuple[Key, ...], dict[Option, tuple[int, ...] | None]]  # by the keys of a station's rows, by option


@dataclass(frozen=True, slots=True)
class Row:
    """`needed` of something; each unit short costs by the steps (cost, most units), the cheapest first.

    `is_full`: no more than `needed` may come.
    """

    key: Key
    needed: int
    steps: tuple[tuple[int, int], ...]
    is_full: bool

    def price(self, short: int) -> int:
        """What it costs that so many are short."""
        cost = 0
        for price, most in self.steps:
            of_step = min(short, most)
            cost += price * of_step
            short -= of_step
        return cost


class StationRows:
    """The rows of one station, less what stands there for good (`given`).

    `alike`: what options feed is remembered there, for all stations that ask the same together.
    """

    def __init__(
        self,
        needs: Mapping[Seat, tuple[int, int]],
        given: Mapping[Key, int],
        shifts: Sequence[Shift],
        functions: Sequence[Function],
        weights: Mapping[str, int],
        alike: FedRows,
    ) -> None:
        self._needs, self._given, self._weights = needs, given, weights
        self._shifts, self._functions = shifts, functions
        self.rows: list[Row] = [row for row in self._make() if row.needed > 0]
        self.at: dict[Key, int] = {row.key: number for number, row in enumerate(self.rows)}
        self._fed = alike.setdefault(tuple(self.at), {})

    def _make(self) -> Iterable[Row]:
        by_shift: dict[int, list[int]] = {}
        for (shift, function), (minimum, target) in sorted(self._needs.items()):
            by_shift.setdefault(shift, []).append(function)
            if self._shifts[shift].kind != COUNT:
                yield self._seat(shift, function, minimum, target)
        for shift, asked in by_shift.items():
            yield from self._law(shift, asked)
            total = sum(self._needs[shift, function][1] for function in asked)
            if self._shifts[shift].kind == COUNT:
                yield self._row((COUNTING, shift, -1), total, "count_seat", is_full=False)
            else:
                yield self._row((SKILLED, shift, -1), 1, "no_experience", is_full=False)

    def _seat(self, shift: int, function: int, minimum: int, target: int) -> Row:
        key = (SEAT, shift, function)
        needed = target - self._given.get(key, 0)
        below = min(needed, max(0, minimum - self._given.get(key, 0)))
        dear = self._weights["empty_chair" if self._functions[function].is_chair else "empty_seat"]
        steps = ((self._weights["extra_seat"], needed - below), (dear, below))
        return Row(key, needed, tuple(step for step in steps if step[1]), True)

    def _law(self, shift: int, asked: Sequence[int]) -> Iterable[Row]:
        members = sum(self._needs[shift, function][1] for function in asked if self._functions[function].is_member)
        yield self._row((PEOPLE, shift, -1), min(LEGAL_PEOPLE, members), "legal_person", is_full=False)
        if any(self._functions[f].may_preside and self._needs[shift, f][1] for f in asked):
            yield self._row((PRESIDER, shift, -1), 1, "legal_presider", is_full=False)

    def _row(self, key: Key, needed: int, weight: str, *, is_full: bool) -> Row:
        needed -= self._given.get(key, 0)
        return Row(key, needed, ((self._weights[weight], needed),), is_full)

    def fed_by(self, option: Option) -> tuple[int, ...] | None:
        """The numbers of the rows that the option feeds; None where the station does not ask for one of its seats."""
        if option not in self._fed:
            keys = option.keys
            fits = all(key in self.at for key in keys if key[0] == SEAT) and any(key in self.at for key in keys)
            self._fed[option] = tuple(sorted(self.at[key] for key in keys if key in self.at)) if fits else None
        return self._fed[option]

    def short(self, fed: Mapping[int, int]) -> list[tuple[Row, int]]:
        """The rows of which something is short, and how much."""
        missing = ((row, row.needed - fed.get(number, 0)) for number, row in enumerate(self.rows))
        return [(row, number) for row, number in missing if number > 0]
