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
    parts = SIGNS.split(value)
    return re.fullmatch(f".{{1,{MOST_LETTERS}}}".join(map(re.escape, parts)), known, re.IGNORECASE) is not None
