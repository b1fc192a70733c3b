"""Candidates who look like members: by name and town, because the file of candidates says no date of birth.

Surnames are compared only where they share a part of the name up to one letter (by the neighbourhood of what is left
when a letter is taken out), so that thousands by thousands takes a second or two and not minutes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import JaroWinkler

from app.importing.rosters.values import INFIXES
from app.services.search.folding import fold_text

SHOWN: Final = 85  # from here on a likeness is shown: measured, of 60 true pairs 57 are above it
FOLDED: Final = 70  # from here on it is kept, folded away
# How much each part counts, of 100.
SURNAME, GIVEN, TOWN, INFIX = 60, 25, 10, 5
UNKNOWN: Final = 0.4  # of a part that one of the two does not tell
SHORT: Final = 4  # letters: a shorter part is compared as it is, else everything is near everything
ALIKE: Final = 0.8  # of two surnames; below it they are two names
NAMES_KEPT, PARTS_KEPT, PAIRS_KEPT = 50_000, 100_000, 200_000  # what was found of so many is remembered


@dataclass(frozen=True, slots=True)
class Name:
    """Somebody's name and town, as they are kept; `id` says who."""

    id: int
    initials: str
    first_name: str
    infix: str
    surname: str
    city: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much a candidate looks like a member, from 0 to 100, and what is alike, as codes."""

    candidate_id: int
    member_id: int
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Folded:
    id: int
    parts: tuple[str, ...]  # of the surname
    initials: str
    first_name: str
    infix: str
    city: str


def find_likenesses(members: Iterable[Name], candidates: Iterable[Name]) -> Iterator[Likeness]:
    """Every pair that scores at least FOLDED."""
    known: dict[str, list[_Folded]] = defaultdict(list)
    for candidate in map(_fold, candidates):
        for key in {key for part in candidate.parts for key in _neighbours(part)}:
            known[key].append(candidate)
    for member in map(_fold, members):
        keys = {key for part in member.parts for key in _neighbours(part)}
        near = {id(candidate): candidate for key in keys for candidate in known.get(key, ())}
        for candidate in near.values():
            score, reasons = _compare(member, candidate)
            if score >= FOLDED:
                yield Likeness(candidate.id, member.id, round(score, 1), tuple(reasons))


def _fold(name: Name) -> _Folded:
    initials = "".join(letter for letter in _letters(name.initials) if letter.isalpha())
    first_name = _letters(name.first_name)
    return _Folded(
        name.id,
        _parts(name.surname),
        initials,
        first_name.split()[0] if first_name.split() else "",
        _letters(name.infix).replace(".", "").replace(" ", ""),
        _letters(name.city),
    )


@lru_cache(NAMES_KEPT)
def _parts(surname: str) -> tuple[str, ...]:
    """The surname as one word and, where it is of several, each of those: without infixes, a name with y for ij."""
    words = [word for word in _letters(surname).replace("-", " ").replace("'", " ").split() if word not in INFIXES]
    plain = [word for word in ("".join(filter(str.isalnum, word)).replace("ij", "y") for word in words) if word]
    return tuple(dict.fromkeys(["".join(plain), *plain])) if plain else ()


@lru_cache(NAMES_KEPT)
def _letters(text: str) -> str:
    return fold_text(text).strip()


@lru_cache(PARTS_KEPT)
def _neighbours(part: str) -> tuple[str, ...]:
    """The part, and what is left of it with each letter taken out: two that share one are a letter apart."""
    if len(part) < SHORT:
        return (part,)
    return (part, *dict.fromkeys(part[:at] + part[at + 1 :] for at in range(len(part))))


def _compare(member: _Folded, candidate: _Folded) -> tuple[float, list[str]]:
    given, given_reason = _compare_given(member, candidate)
    town = _same(member.city, candidate.city)
    if not given and town != 1.0:
        return 0.0, []  # with the same surname alone it cannot score enough
    surname, surname_reason = _compare_surnames(member.parts, candidate.parts)
    infix = 1.0 if member.infix == candidate.infix else UNKNOWN if not (member.infix and candidate.infix) else 0.0
    score = SURNAME * surname + GIVEN * given + TOWN * town + INFIX * infix
    named = ((surname_reason, True), (given_reason, given), ("infix", infix == 1.0 and member.infix))
    reasons = [reason for reason, holds in (*named, ("town", town == 1.0)) if holds and reason]
    return score, reasons


@lru_cache(PAIRS_KEPT)
def _compare_surnames(own: tuple[str, ...], other: tuple[str, ...]) -> tuple[float, str]:
    """Whole names first; a part of a double name counts a little less, for many take the partner's name too."""
    if own[0] == other[0]:
        return 1.0, "surname"
    if len(own) + len(other) > 2 and set(own[1:] or own) & set(other[1:] or other):
        return 0.95, "surname_part"
    best: float = JaroWinkler.similarity(own[0], other[0])
    return (best, "surname_alike") if best >= ALIKE else (0.0, "")


def _compare_given(member: _Folded, candidate: _Folded) -> tuple[float, str]:
    if member.first_name and member.first_name == candidate.first_name:
        return 1.0, "first_name"
    if len(member.initials) > 1 and member.initials == candidate.initials:
        return 1.0, "initials"
    own, other = _first_letters(member), _first_letters(candidate)
    if not own or not other:
        return UNKNOWN, ""
    if member.initials[:1] and member.initials[:1] == candidate.initials[:1]:
        return 0.7, "first_initial"
    return (0.6, "first_initial") if own & other else (0.0, "")


def _first_letters(name: _Folded) -> set[str]:
    """Of the initials and of the name that one is called by: Bob is often R."""
    return {letter for letter in (name.initials[:1], name.first_name[:1]) if letter}


def _same(own: str, other: str) -> float:
    if not own or not other:
        return UNKNOWN
    return 1.0 if own == other else 0.0
