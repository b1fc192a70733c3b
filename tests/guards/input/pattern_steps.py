"""Counts how many steps a backtracking matcher takes on an input, so that a test needs no clock.

It follows the parse tree of `re`: one step for each character or branch that is tried. Python's own matcher skips some
of these, so a pattern that is linear here is linear there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

ENOUGH = 60_000  # a linear pattern takes some thousands on the inputs of the test


class TooManySteps(Exception):
    """The matcher would go on and on."""


class Steps:
    """The steps of one pattern on one text."""

    def __init__(self, pattern: re.Pattern[Any], text: str) -> None:
        self.tree = list(_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))
        self.text, self.flags, self.count = text, pattern.flags, 0
        self._known: dict[tuple[int, str], bool] = {}

    def search(self, *, everywhere: bool) -> int:
        """How many steps it takes to look from the start, or from every place as `search` and `sub` do."""
        for start in range(len(self.text) + 1 if everywhere else 1):
            for _end in self._match(self.tree, 0, start):
                return self.count
        return self.count

    def full(self) -> int:
        """How many steps `fullmatch` takes."""
        any(end == len(self.text) for end in self._match(self.tree, 0, 0))
        return self.count

    def _match(self, nodes: list[Any], index: int, at: int) -> Iterator[int]:
        if index == len(nodes):
            yield at
            return
        for end in self._node(nodes[index], at):
            yield from self._match(nodes, index + 1, end)

    def _node(self, node: Any, at: int) -> Iterator[int]:
        self.count += 1
        if self.count > ENOUGH:
            raise TooManySteps
        op, argument = node
        if op in REPEATS:
            yield from self._any_repeat(argument, at, is_lazy=op is c.MIN_REPEAT)
        elif op in (c.SUBPATTERN, c.BRANCH):
            for branch in argument[1] if op is c.BRANCH else [argument[-1]]:
                yield from self._match(list(branch), 0, at)
        elif self._takes(node, at):
            yield at if op in ZERO_WIDE else at + 1

    def _takes(self, node: Any, at: int) -> bool:
        op, argument = node
        if op in (c.ASSERT, c.ASSERT_NOT):
            return self._looks(op, argument, at)
        if op is c.AT:
            return self._place(argument, at)
        return at < len(self.text) and self._is_one(node, self.text[at])

    def _is_one(self, node: Any, letter: str) -> bool:
        key = id(node), letter  # the tree stays, and each node in it
        if key not in self._known:
            self._known[key] = is_one(node, letter, self.flags)
        return self._known[key]

    def _any_repeat(self, argument: Any, at: int, *, is_lazy: bool) -> Iterator[int]:
        low, high, inner = argument
        if len(inner) == 1 and inner[0][0] in SINGLE:
            yield from self._repeat_single(inner[0], low, high, at, is_lazy=is_lazy)
        else:
            yield from self._repeat(list(inner), low, high, at, is_lazy=is_lazy)

    def _repeat_single(self, node: Any, low: int, high: int, at: int, *, is_lazy: bool) -> Iterator[int]:
        end = at
        while end < len(self.text) and end - at < high and self._is_one(node, self.text[end]):
            end += 1
            self.count += 1
        ends = range(at + low, end + 1)
        for place in ends if is_lazy else reversed(ends):
            self.count += 1
            yield place

    def _repeat(self, nodes: list[Any], low: int, high: int, at: int, *, is_lazy: bool) -> Iterator[int]:
        if is_lazy and low <= 0:
            yield at
        if high > 0:
            for end in self._match(nodes, 0, at):
                if end > at or low > 0:
                    yield from self._repeat(nodes, low - 1, high - 1, end, is_lazy=is_lazy)
        if not is_lazy and low <= 0:
            yield at

    def _looks(self, op: Any, argument: Any, at: int) -> bool:
        direction, nodes = argument
        starts = [at] if direction > 0 else range(max(0, at - 3), at + 1)
        found = any(direction > 0 or end == at for start in starts for end in self._match(list(nodes), 0, start))
        return found is (op is c.ASSERT)

    def _place(self, place: Any, at: int) -> bool:
        if place in (c.AT_BEGINNING, c.AT_BEGINNING_STRING):
            return at == 0 or (bool(self.flags & re.MULTILINE) and self.text[at - 1] == "\n")
        if place in (c.AT_END, c.AT_END_STRING):
            return at == len(self.text) or self.text[at] == "\n"
        around = [self.text[max(0, at - 1) : at], self.text[at : at + 1]]
        sides = [re.match(r"\w", letter) is not None for letter in around]
        return (sides[0] != sides[1]) is (place is c.AT_BOUNDARY)


REPEATS = (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT)
ZERO_WIDE = (c.ASSERT, c.ASSERT_NOT, c.AT)
SINGLE = (c.LITERAL, c.NOT_LITERAL, c.IN, c.ANY)
CATEGORIES = {
    c.CATEGORY_DIGIT: r"\d",
    c.CATEGORY_NOT_DIGIT: r"\D",
    c.CATEGORY_SPACE: r"\s",
    c.CATEGORY_NOT_SPACE: r"\S",
    c.CATEGORY_WORD: r"\w",
    c.CATEGORY_NOT_WORD: r"\W",
}


def is_one(node: Any, letter: str, flags: int) -> bool:
    """Whether a node for one character takes this one."""
    op, argument = node
    letters = {letter, letter.lower(), letter.upper()} if flags & re.IGNORECASE else {letter}
    if op is c.ANY:
        return letter != "\n" or bool(flags & re.DOTALL)
    if op is c.LITERAL:
        return any(ord(each) == argument for each in letters if len(each) == 1)
    if op is c.NOT_LITERAL:
        return ord(letter) != argument
    is_negated = argument[0][0] is c.NEGATE
    members = argument[1:] if is_negated else argument
    found = any(_holds(member, each) for member in members for each in letters if len(each) == 1)
    return found is not is_negated


def _holds(member: Any, letter: str) -> bool:
    op, argument = member
    if op is c.CATEGORY:
        return re.match(CATEGORIES[argument], letter) is not None
    if op is c.RANGE:
        return argument[0] <= ord(letter) <= argument[1]
    return op is c.LITERAL and ord(letter) == argument
