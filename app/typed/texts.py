"""Texts that people type, where a rule asks for one: what cannot be seen is nothing.

A line of zero-width spaces looks empty to who reads it later, so it is no reason, title or message.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any, Final

# Letters, marks that stand alone and signs that are drawn as nothing: fillers of Hangul, the empty Braille pattern.
_DRAWN_AS_NOTHING: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\U000e0000")
_SEEN: Final = frozenset("LNPS")  # letters, numbers, punctuation and symbols; the rest is space, control or mark


def is_blank(typed: str) -> bool:
    """Whether nothing of it can be seen."""
    return not any(unicodedata.category(sign)[0] in _SEEN and sign not in _DRAWN_AS_NOTHING for sign in typed)


def tidy_line(typed: str) -> str:
    """On one line, with single spaces; empty when nothing of it can be seen."""
    return "" if is_blank(typed) else " ".join(typed.replace("\x00", "").split())


def tidy_text(typed: str) -> str:
    """With its lines, without spaces around it; empty when nothing of it can be seen."""
    return "" if is_blank(typed) else typed.replace("\x00", "").replace("\r\n", "\n").strip()


def fit(text: str, column: Any) -> str:
    """As much of it as the column of the model holds."""
    return text[: _length(column)]


@cache
def _length(column: Any) -> int | None:
    length: int | None = column.type.length
    return length
