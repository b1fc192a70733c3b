"""Letters that got lost on the way: a program that does not know a letter writes ? or � for it."""

from __future__ import annotations

import re
from typing import Final

LOST: Final = re.compile("\ufffd|(?<=[^\\W\\d_])\\?|\\?(?=[^\\W\\d_])")
SIGNS: Final = re.compile("[?\ufffd]+")
MOST_LETTERS: Final = 3  # that one run of signs may stand for: é may have become ? or ??


def may_have_lost(text: str) -> bool:
    """Whether a closer look is worth it: a whole row in one text."""
    return "?" in text or "\ufffd" in text


def has_lost_letter(value: str) -> bool:
    """Whether a sign stands within or beside a word: "Ren?", "Fran�ois"."""
    return LOST.search(value) is not None


def is_complete_form(known: str, value: str) -> bool:
    """Whether `value` may be `known` of which letters got lost: "Ren?" of "René"."""
    first, *parts = SIGNS.split(value.lower())
    written = known.lower()
    ends = {len(first)} if written.startswith(first) else set()  # where what was matched until now may end
    for part in parts:
        starts = {end + letters for end in ends for letters in range(1, MOST_LETTERS + 1)}
        ends = {start + len(part) for start in starts if written.startswith(part, start) and start <= len(written)}
    return len(written) in ends
