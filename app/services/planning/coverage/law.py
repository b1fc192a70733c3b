"""By which article a moment is short. The texts of the law were read in copies: look them up before relying on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.models import ShiftKind
from app.phrases import Phrase, phrase
from app.services.planning.coverage.intervals import OF_BUREAU, Moment, Presence

LAW: Final = "https://wetten.overheid.nl/BWBR0004627/"  # Kieswet

ARTICLES: Final[dict[str, Phrase]] = {
    "E 3": phrase("A polling station has at least three members, one of whom is the chair."),
    "J 12": phrase(
        "The chair and two members are always present. The polling station itself decides who is second and third, "
        "and presides when the chair is away."
    ),
    "N 5": phrase(
        "Who only helps to count is a substitute member or a civil servant, and does not count as one of three."
    ),
    "E 7": phrase("The municipal electoral committee has a chair and at least one deputy."),
    "Na 1": phrase("The municipal electoral committee counts in public, the day after."),
}


def articles_of(kind: str, moment: Moment, presences: Sequence[Presence]) -> list[str]:
    """The articles that this moment goes against, or that its warning is about; none where all is well.

    `presences` are of all who are there at some time of the shift.
    """
    if not (moment.is_fault or moment.is_warned):
        return []
    if kind == ShiftKind.CENTRAL_COUNT:
        return ["E 7", "Na 1"]
    found = []
    if moment.short and len({there.member_id for there in presences if there.capacity in OF_BUREAU}) < 3:
        found.append("E 3")
    found.append("J 12")
    has_helpers = any(there.capacity not in OF_BUREAU for there in presences)
    if kind == ShiftKind.STATION_COUNT and moment.short and has_helpers:
        found.append("N 5")
    return found
