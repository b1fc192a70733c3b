"""Marking what was looked for in what is found: folded words in a text with capitals and accents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from app.services.search.folding import fold_text

AROUND: Final = 70  # characters shown on each side of the first hit in a long text


class Part(NamedTuple):
    """A piece of a text, and whether it was looked for."""

    text: str
    is_hit: bool


def mark(value: str, words: Iterable[str]) -> list[Part]:
    """The text in parts, in order; together they are the text. `words` are folded (services.text_search)."""
    parts, end = [], 0
    for start, stop in _hits(value, words):
        parts += [Part(value[end:start], is_hit=False)] if start > end else []
        parts.append(Part(value[start:stop], is_hit=True))
        end = stop
    return [*parts, Part(value[end:], is_hit=False)] if end < len(value) else parts


def excerpt(value: str, words: Iterable[str]) -> list[Part]:
    """The surroundings of the first hit on one line, marked; nothing where none of the words is in the text."""
    line, wanted = " ".join(value.split()), list(words)
    first = next(iter(_hits(line, wanted)), None)
    if first is None:
        return []
    start, stop = _at_words(line, max(0, first[0] - AROUND), min(len(line), first[1] + AROUND))
    before, after = "… " if start else "", " …" if stop < len(line) else ""
    return mark(f"{before}{line[start:stop]}{after}", wanted)


def _at_words(line: str, start: int, stop: int) -> tuple[int, int]:
    """Not in the middle of a word, where there is a space near."""
    begin = line.find(" ", start, start + AROUND // 2) + 1 if start else 0
    last = line.rfind(" ", stop - AROUND // 2, stop) if stop < len(line) else stop
    return begin or start, last if last > 0 else stop


def _hits(value: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where the words are, in order and without overlap."""
    folded, places = _fold_with_places(value)
    found = sorted(span for word in words for span in _spans(folded, word))
    hits: list[tuple[int, int]] = []
    for start, stop in found:
        begin, end = places[start], places[stop - 1] + 1
        if hits and begin < hits[-1][1]:
            hits[-1] = (hits[-1][0], max(end, hits[-1][1]))
        else:
            hits.append((begin, end))
    return hits


def _spans(folded: str, word: str) -> Iterable[tuple[int, int]]:
    start = folded.find(word) if word else -1
    while start >= 0:
        yield start, start + len(word)
        start = folded.find(word, start + len(word))


def _fold_with_places(value: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters which character of the text it comes from."""
    pieces = [fold_text(letter) for letter in value]
    places = [place for place, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), places
