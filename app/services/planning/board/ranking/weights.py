"""What counts, and how much: points for each reason, with its words.

The whole numbers make both databases agree on the order. Distances are in bands, so that one sees why. What a proposal
weighs too counts here as it does there by itself; see docs/decisions/0039.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from app.phrases import Phrase, phrase
from app.services.planning.proposals.solver.weights import DEFAULTS


class Weight(NamedTuple):
    """Points for a reason, and how it is said."""

    points: int
    words: Phrase


class Band(NamedTuple):
    """Up to so many kilometres from the polling station."""

    km: float
    points: int
    words: Phrase


STATION_CHOICE: Final = {
    1: Weight(500, phrase("wants this polling station most")),
    2: Weight(400, phrase("wants this polling station as second choice")),
}
STATION_LATER: Final = Weight(300, phrase("wants this polling station too"))
_FUNCTION: Final = DEFAULTS["function_wish"]
FUNCTION_CHOICE: Final = {
    1: Weight(_FUNCTION, phrase("wants this function most")),
    2: Weight(_FUNCTION * 2 // 3, phrase("wants this function as second choice")),
}
FUNCTION_LATER: Final = Weight(_FUNCTION // 3, phrase("wants this function too"))
SERVED_HERE: Final = Weight(250, phrase("worked here before"))
SERVED_FUNCTION: Final = Weight(200, phrase("did this function before"))
IS_HERE: Final = Weight(350, phrase("is here in another shift already"))
PARTNER_HERE: Final = Weight(DEFAULTS["couple"], phrase("goes with %(name)s, who is here"))
IS_ELSEWHERE: Final = Weight(-150, phrase("is at another polling station in another shift"))
MAYBE: Final = Weight(-DEFAULTS["maybe"], phrase("answered maybe"))
WARNED: Final = Weight(-100, phrase("check whether appointment is possible"))
BANDS: Final = (
    Band(0.5, 300, phrase("lives within 500 metres")),
    Band(1, 280, phrase("lives within 1 kilometre")),
    Band(1.5, 260, phrase("lives within 1.5 kilometres")),
    Band(2, 230, phrase("lives within 2 kilometres")),
    Band(3, 190, phrase("lives within 3 kilometres")),
    Band(4, 150, phrase("lives within 4 kilometres")),
    Band(6, 100, phrase("lives within 6 kilometres")),
    Band(9, 60, phrase("lives within 9 kilometres")),
    Band(12, 20, phrase("lives within 12 kilometres")),
)
FAR_AWAY: Final = phrase("lives further than 12 kilometres")
RADII: Final = (1.5, 3.0)  # kilometres; after the last one everybody is looked at

KM_PER_DEGREE: Final = 111.2  # of latitude


def station_weight(rank: int) -> Weight:
    """Of a wished polling station."""
    return STATION_CHOICE.get(rank, STATION_LATER)


def function_weight(rank: int) -> Weight:
    """Of a wished function."""
    return FUNCTION_CHOICE.get(rank, FUNCTION_LATER)


def find_band(km: float) -> Band | None:
    """The band that this distance is in; None for further away than all."""
    return next((band for band in BANDS if km <= band.km), None)


def best_outside(radius: float) -> int:
    """What somebody can have at most who has no wish or past here and lives further away than so many kilometres."""
    distance = max((band.points for band in BANDS if band.km > radius), default=0)
    return FUNCTION_CHOICE[1].points + SERVED_FUNCTION.points + distance
