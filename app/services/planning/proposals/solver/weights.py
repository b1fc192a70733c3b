"""How much each wish counts beside the others, in points: what is short costs more than any number of wishes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DEFAULTS: Final[dict[str, int]] = {
    "legal_person": 1_000_000,  # a person short of the three that must be present
    "legal_presider": 1_000_000,  # nobody who may preside
    "empty_chair": 300_000,
    "empty_seat": 100_000,  # below the minimum
    "extra_seat": 10_000,  # between the minimum and the target
    "move_published": 30_000,  # a published place changes
    "new_chair": 20_000,  # a chair who never presided
    "move_draft": 10_000,  # a place of the draft changes
    "count_seat": 4_000,  # a person short at the count
    "whole_day": 500,  # one person takes a second shift
    "maybe": 400,  # somebody who said "maybe"
    "couple": 400,  # a couple is split
    "function_wish": 300,  # another function than was wished
    "no_experience": 300,  # a team in which nobody has experience
    "station_wish": 200,  # another station than was wished
    "distance": 50,  # a kilometre, up to ten
}
MOST: Final = 2_000_000


def complete(changed: Mapping[str, int]) -> dict[str, int]:
    """All weights, of which some were changed; codes that are not known are left out."""
    return {code: int(changed.get(code, value)) for code, value in DEFAULTS.items()}
