"""What one person can do at a station: a shift, or several in a row, in one function; and the count with it.

Everything is by index (of the sorted shifts and functions), not by id. An option feeds rows of a station: a seat, the
people present, somebody who may preside, somebody with experience, the count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .instance import COUNT, VOTING, Function, Person, Shift

SEAT: Final = 0
PEOPLE: Final = 1
PRESIDER: Final = 2
SKILLED: Final = 3
COUNTING: Final = 4
Key = tuple[int, int, int]  # one of these, the shift, the function (-1 where it does not matter)
Seat = tuple[int, int]  # shift and function

MOST_OVERLAP: Final = 60  # minutes in which two teams relieve each other: one person can still do both shifts


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """Seats, the counts (by shift) that the person can join, what it costs by itself, and the rows it feeds."""

    seats: tuple[Seat, ...]
    counts: tuple[int, ...]
    cost: int
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Talents:
    """What matters of a person besides where he lives: people who are alike share their options."""

    shifts: tuple[tuple[int, bool], ...]
    functions: tuple[int, ...]
    wished: tuple[int, ...]
    has_experience: bool
    has_presided: bool


class OptionMaker:
    """Makes the options of people at one election."""

    def __init__(self, shifts: Sequence[Shift], functions: Sequence[Function], weights: Mapping[str, int]) -> None:
        self._shifts, self._functions, self._weights = shifts, functions, weights
        self._known: dict[Talents, tuple[Option, ...]] = {}

    def talents(self, person: Person, shift_at: Mapping[int, int], function_at: Mapping[int, int]) -> Talents:
        """By index, in a fixed order."""
        return Talents(
            tuple(sorted((shift_at[shift], sure) for shift, sure in person.shifts if shift in shift_at)),
            tuple(sorted(function_at[function] for function in person.functions if function in function_at)),
            tuple(function_at[function] for function in person.wished_functions if function in function_at),
            person.has_experience,
            person.has_presided,
        )

    def options(self, talents: Talents) -> tuple[Option, ...]:
        """Everything that such a person can do."""
        if talents not in self._known:
            self._known[talents] = tuple(self._make(talents))
        return self._known[talents]

    def _make(self, talents: Talents) -> Iterator[Option]:
        counts = tuple(shift for shift, _sure in talents.shifts if self._shifts[shift].kind == COUNT)
        voting = [shift for shift, _sure in talents.shifts if self._shifts[shift].kind == VOTING]
        for run in self._runs(voting):
            for function in talents.functions:
                yield self.option(talents, [(shift, function) for shift in run], counts)
        if counts and talents.functions:
            yield self.option(talents, [], counts)

    def _runs(self, voting: Sequence[int]) -> Iterator[list[int]]:
        """Shifts in a row that one person can do: one, or several of which each begins about when the last one ends."""
        for start, first in enumerate(voting):
            run = [first]
            yield list(run)
            for following in voting[start + 1 :]:
                before, after = self._shifts[run[-1]], self._shifts[following]
                if not 0 <= before.ends - after.starts <= MOST_OVERLAP or after.ends <= before.ends:
                    break
                run.append(following)
                yield list(run)

    def option(self, talents: Talents, seats: Sequence[Seat], counts: Iterable[int]) -> Option:
        """One option, with its cost and the rows that it feeds."""
        counts = tuple(counts)
        keys = [key for shift, function in seats for key in self._keys(talents, shift, function)]
        keys += [key for shift in counts for key in self._count_keys(talents, shift)]
        return Option(tuple(seats), counts, self._cost(talents, seats, counts), tuple(dict.fromkeys(keys)))

    def _keys(self, talents: Talents, shift: int, function: int) -> Iterator[Key]:
        does = self._functions[function]
        is_count = self._shifts[shift].kind == COUNT
        yield (COUNTING, shift, -1) if is_count else (SEAT, shift, function)
        if does.is_member:
            yield PEOPLE, shift, -1
        if does.may_preside:
            yield PRESIDER, shift, -1
        if talents.has_experience and not is_count:
            yield SKILLED, shift, -1

    def _count_keys(self, talents: Talents, shift: int) -> Iterator[Key]:
        """The function at the count is chosen at the end, among what the person may do."""
        yield COUNTING, shift, -1
        if any(self._functions[function].is_member for function in talents.functions):
            yield PEOPLE, shift, -1
        if any(self._functions[function].may_preside for function in talents.functions):
            yield PRESIDER, shift, -1

    def _cost(self, talents: Talents, seats: Sequence[Seat], counts: tuple[int, ...]) -> int:
        weights, sure = self._weights, dict(talents.shifts)
        at_work = [shift for shift, _function in seats] + list(counts)
        cost = 1 + weights["maybe"] * sum(not sure.get(shift, True) for shift in at_work)
        if not seats:
            return cost
        function = seats[0][1]
        voting = [shift for shift, _function in seats if self._shifts[shift].kind == VOTING]
        cost += weights["whole_day"] * max(0, len(voting) - 1) + self._wish_cost(talents, function)
        if self._functions[function].is_chair and not talents.has_presided:
            cost += weights["new_chair"] * len(voting)
        return cost

    def _wish_cost(self, talents: Talents, function: int) -> int:
        if not talents.wished:
            return 0
        weight = self._weights["function_wish"]
        if function not in talents.wished:
            return weight
        return weight * talents.wished.index(function) // len(talents.wished)
