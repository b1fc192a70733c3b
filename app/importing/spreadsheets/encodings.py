"""The letters of a text that does not say its encoding: Windows, an old Mac, or DOS, by what Dutch names look like.

A general detector looks at how often letters follow each other; a roster has too few beyond ASCII for that (tried:
charset-normalizer, kept to these three, took one in three Windows rosters with one accent for something else).
"""

from __future__ import annotations

import itertools
import re
from typing import Final

WINDOWS: Final = "cp1252"
ENCODINGS: Final = (WINDOWS, "mac_roman", "cp850")
# How likely a letter is in names and places in the Netherlands, from 0 to 1.
LIKELY: Final = {
    letter: weight
    for letters, weight in (
        ("éë", 1.0),
        ("èïöüç", 0.85),
        ("ÉÖÜÇ", 0.8),
        ("áíóñäê", 0.7),
        ("ÁÓÄËôâàîúû", 0.45),
        ("åøæãßšžÅØÆŠŽÈ", 0.3),
        ("õìòùýÑÍÚÔÂÀÊÏŒœÿ", 0.2),
    )
    for letter in letters
}
RARE: Final = -0.3  # a letter of another language
WRONG: Final = -1.0  # a sign within a word, a capital within a word
MARKS: Final = frozenset("€–—“”„…•°½©®§«»·\u00a0")
BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")
PRIOR: Final = 0.3  # in favour of Windows: nearly all rosters come from there
ENOUGH: Final = 10_000  # letters that are looked at
SURE: Final = 0.15  # by how much the best must be better


def find_encoding(data: bytes) -> str | None:
    """The most likely of ENCODINGS; None when none is likely, or two are, which happens with few and odd letters."""
    scores = {encoding: _score(data, encoding) for encoding in ENCODINGS}
    scores[WINDOWS] += PRIOR
    best = max(scores, key=lambda encoding: scores[encoding])
    rival = max(score for encoding, score in scores.items() if encoding != best)
    return best if scores[best] >= max(0, rival + SURE) else None


def _score(data: bytes, encoding: str) -> float:
    """How much the letters beyond ASCII look like those of Dutch texts."""
    try:
        text = f" {data.decode(encoding)} "
    except UnicodeDecodeError:
        return -float("inf")
    letters = itertools.islice(BEYOND_ASCII.finditer(text), ENOUGH)
    return sum(_likely(*text[found.start() - 1 : found.end() + 1]) for found in letters)


def _likely(before: str, letter: str, after: str) -> float:
    if letter in "’‘":
        return _likely_quote(before, letter, after)
    if letter in MARKS:
        return WRONG if before.isalpha() and after.isalpha() else 0.5
    if not letter.isalpha() or not (before.isalpha() or after.isalpha()) or _is_odd_capital(before, letter, after):
        return WRONG
    if letter == "ç" and after not in "aeiou":
        return RARE
    if letter.islower() and not before.isalpha():
        return 0.2  # a name starts with a capital
    return LIKELY.get(letter, RARE)


def _likely_quote(before: str, letter: str, after: str) -> float:
    """High for d’Hondt, O’Neill, foto’s, ’s-Gravenhage and ’t Hart."""
    if letter == "’" and before.isalpha():
        return 0.5 if before in "DOLdl" or after in "st" else RARE
    return 0.5 if after in "stSTnN" else RARE


def _is_odd_capital(before: str, letter: str, after: str) -> bool:
    if letter.isupper():
        return before.islower() or (before.isalpha() and after.islower())
    return letter.islower() and after.isupper()
