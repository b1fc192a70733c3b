"""Where one member can still go: the open places, best first, with reasons. A few statements, however many places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any, Final

from app.models import Answer, Assignment, Capacity, Election, Function, Member, PollingStation, Shift
from app.phrases import Phrase, phrase
from app.services.planning.board.holes import OpenNeed, Whole, list_open_whole
from app.services.planning.board.one_member.about import Knowledge, read_knowledge
from app.services.planning.board.one_member.nowhere import Hindrance, find_hindrances, is_free, may_have
from app.services.planning.board.ranking import weights
from app.services.planning.board.ranking.weights import Weight
from app.services.planning.times import shift_hours

SHOWN: Final = 20
SHORT_CHAIR: Final = Weight(250, phrase("nobody presides here yet"))
SHORT: Final = Weight(150, phrase("too few people here"))


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where the member can go, what stands in the way of it, and the other shifts in which something is open."""

    openings: list[Opening]
    hindrances: list[Hindrance]
    other_shifts: list[Shift]


@dataclass(frozen=True, slots=True)
class Opening:
    """An open place that the member can take."""

    need: OpenNeed
    station: PollingStation | None
    shift: Shift
    function: Function
    score: int
    reasons: tuple[Phrase, ...]


def find_outlook(election: Election, member: Member, places: list[Assignment]) -> Outlook:
    """The best open places that the member may have, said yes or maybe to and is free for; else why there is none.

    Two statements.
    """
    known, all_open = read_knowledge(election, member, places), list_open_whole(election.id)
    openings = _rank(member, known, all_open)
    return Outlook(
        openings, find_hindrances(member, known, all_open, fits=bool(openings)), _other_shifts(known, all_open)
    )


def _other_shifts(known: Knowledge, all_open: Sequence[Whole]) -> list[Shift]:
    """Where something is open, and the member did not say yes or maybe; in their order."""
    shifts = {shift.id: shift for _need, _station, shift, _function in all_open if not known.can(shift.id)}
    return sorted(shifts.values(), key=lambda shift: shift_hours(shift))


def _rank(member: Member, known: Knowledge, all_open: Sequence[Whole]) -> list[Opening]:
    openings = []
    for need, station, shift, function in all_open:
        if not (known.can(need.shift_id) and may_have(member, function, known) and is_free(need, shift, known)):
            continue
        found = _weigh(need, station, function, member, known)
        reasons = sorted((weight for weight in found if weight.points), key=lambda weight: -abs(weight.points))
        score = sum(weight.points for weight in found)
        words = tuple(weight.words for weight in reasons)
        openings.append(Opening(need, station, shift, function, score, words))
    return sorted(openings, key=lambda opening: -opening.score)[:SHOWN]


def _weigh(
    need: OpenNeed, station: PollingStation | None, function: Function, member: Member, known: Knowledge
) -> list[Weight]:
    says: list[tuple[Any, Weight]] = [
        (known.stations.get(need.station_id or 0), weights.station_weight(known.stations.get(need.station_id or 0, 0))),
        (known.functions.get(function.id), weights.function_weight(known.functions.get(function.id, 0))),
        (_served(station, known), weights.SERVED_HERE),
        (function.id in known.served_functions, weights.SERVED_FUNCTION),
        (any(place.station_id == need.station_id for place in known.places), weights.IS_HERE),
        (any(place.station_id != need.station_id for place in known.places), weights.IS_ELSEWHERE),
        ((need.station_id, need.shift_id) in known.partner_places, _partner(known)),
        (known.answers[need.shift_id] == Answer.MAYBE, weights.MAYBE),
    ]
    if need.taken < need.minimum:
        says.append((True, SHORT_CHAIR if function.capacity == Capacity.CHAIR else SHORT))
    return [weight for is_so, weight in says if is_so] + _distance(member, station)


def _partner(known: Knowledge) -> Weight:
    return Weight(weights.PARTNER_HERE.points, Phrase(weights.PARTNER_HERE.words.msgid, {"name": known.partner_name}))


def _served(station: PollingStation | None, known: Knowledge) -> bool:
    return station is not None and (station.id in known.served_stations or station.name in known.served_names)


def _distance(member: Member, station: PollingStation | None) -> list[Weight]:
    if station is None or None in (member.latitude, member.longitude, station.latitude, station.longitude):
        return []
    at = float(station.latitude or 0), float(station.longitude or 0)
    north = (float(member.latitude or 0) - at[0]) * weights.KM_PER_DEGREE
    east = (float(member.longitude or 0) - at[1]) * weights.KM_PER_DEGREE * cos(radians(at[0]))
    band = weights.find_band((north * north + east * east) ** 0.5)
    return [Weight(band.points, band.words) if band else Weight(-1, weights.FAR_AWAY)]
