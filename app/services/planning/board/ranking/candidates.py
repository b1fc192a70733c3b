"""The best people for an open place: near first, then widened until nobody outside can be better.

Who wished the station, worked there, is there already, goes with somebody who is, or lives nearby is looked at first.
What an outsider can have at most is known; when the last one shown has more, the list is what the whole would give.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, union_all

from app.extensions import db
from app.phrases import Phrase
from app.services.planning.board.ranking import weights
from app.services.planning.board.ranking.features import FAR, Hole, count_available, select_best

SHOWN: Final = 20
FEW: Final = 10_000  # so many who can are looked at all at once: widening step by step would take longer


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can take the place, with what is known of it: the columns of the query."""

    member_id: int
    first_name: str
    initials: str
    infix: str
    surname: str
    city: str
    answer: str
    station_rank: int | None
    function_rank: int | None
    served_here: bool
    served_function: bool
    is_here: bool
    is_elsewhere: bool
    partner_here: bool
    partner_id: int | None
    partner_name: str | None
    square_km: float | None  # the distance, squared
    is_warned: bool
    rules: str | None  # codes of rules that may stand in the way, with commas
    score: int

    @property
    def full_name(self) -> str:
        """As one writes it."""
        return " ".join(filter(None, (self.first_name or self.initials, self.infix, self.surname)))

    @property
    def km(self) -> float | None:
        """How far away; None when the postcode of either is unknown."""
        return None if self.square_km is None else self.square_km**0.5

    @property
    def warnings(self) -> list[str]:
        """Codes of what a planner who sees these reasons has seen."""
        return [f"rule_{code}" for code in sorted(filter(None, (self.rules or "").split(",")))]

    def reasons(self) -> list[Phrase]:
        """Why, the weightiest first."""
        found = [weight for weight in self._weights() if weight.points]
        return [weight.words for weight in sorted(found, key=lambda weight: -abs(weight.points))]

    def _weights(self) -> list[weights.Weight]:
        partner = weights.PARTNER_HERE.words
        named = Phrase(partner.msgid, {"name": self.partner_name or ""})
        says = (
            (self.station_rank, weights.station_weight(self.station_rank or 0)),
            (self.function_rank, weights.function_weight(self.function_rank or 0)),
            (self.served_here, weights.SERVED_HERE),
            (self.served_function, weights.SERVED_FUNCTION),
            (self.is_here, weights.IS_HERE),
            (self.partner_here, weights.Weight(weights.PARTNER_HERE.points, named)),
            (self.is_elsewhere, weights.IS_ELSEWHERE),
            (self.answer == "maybe", weights.MAYBE),
            (self.is_warned, weights.WARNED),
        )
        found = [weight for is_so, weight in says if is_so]
        if self.km is not None:
            band = weights.find_band(self.km)
            found.append(weights.Weight(band.points, band.words) if band else weights.Weight(-1, weights.FAR_AWAY))
        return found


def rank(hole: Hole, *, limit: int = SHOWN, available: int | None = None) -> list[Candidate]:
    """The best for one place. At most four statements; one less with `available`, who can in the shift up to `FEW`."""
    return rank_each([hole], limit=limit, available=available)[0]


def rank_each(holes: Sequence[Hole], *, limit: int = SHOWN, available: int | None = None) -> list[list[Candidate]]:
    """For each place the best. At most four statements, however many places."""
    found: dict[int, list[Candidate]] = {}
    if available is None:
        available = db.session.scalar(select(count_available({hole.shift_id for hole in holes}, FEW + 1))) or 0
    are_few = available <= FEW
    for radius in (None,) if are_few else (*weights.RADII, None):
        pending = {index: hole for index, hole in enumerate(holes) if index not in found}
        if not pending:
            break
        for index, candidates in _read(pending, radius, limit).items():
            if radius is None or _is_exact(candidates, radius, limit):
                found[index] = candidates
    return [found.get(index, []) for index in range(len(holes))]


def rank_plainly(hole: Hole, *, limit: int = SHOWN) -> list[Candidate]:
    """The same, by looking at everybody: what `rank` is compared with."""
    return _read({0: hole}, None, limit)[0]


def _is_exact(candidates: Sequence[Candidate], radius: float, limit: int) -> bool:
    """Whether nobody outside can be among them: one with as much could stand before the last by name."""
    return len(candidates) == limit and candidates[-1].score > weights.best_outside(radius)


def _read(pending: Mapping[int, Hole], radius: float | None, limit: int) -> dict[int, list[Candidate]]:
    parts = [select_best(hole, index, radius, limit) for index, hole in pending.items()]
    rows = db.session.execute(union_all(*parts) if len(parts) > 1 else parts[0])
    found: dict[int, list[Candidate]] = {index: [] for index in pending}
    for index, *columns in rows:
        found[index].append(Candidate(*columns))
    for candidates in found.values():
        candidates.sort(key=_order)
    return found


def _order(candidate: Candidate) -> tuple[Any, ...]:
    """As the database orders them."""
    far = FAR if candidate.square_km is None else candidate.square_km
    return -candidate.score, far, candidate.member_id
