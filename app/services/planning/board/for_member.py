"""Where one member can still go: the open places, best first, with reasons. A few statements, however many places."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import Any, Final

from sqlalchemy import String, cast, func, literal, select, union_all
from sqlalchemy.orm import aliased, contains_eager

from app.extensions import db
from app.models import (
    Answer,
    Assignment,
    Availability,
    AvailabilityShift,
    Capacity,
    Couple,
    Election,
    Function,
    Member,
    PollingStation,
    PreferredFunction,
    PreferredStation,
    Service,
    Shift,
)
from app.phrases import Phrase, phrase
from app.services.planning.board.holes import OpenNeed, list_open_whole
from app.services.planning.board.ranking import weights
from app.services.planning.board.ranking.weights import Weight
from app.services.planning.board.times import Span
from app.services.planning.times import shift_hours

SHOWN: Final = 20
SHORT_CHAIR: Final = Weight(250, phrase("nobody presides here yet"))
SHORT: Final = Weight(150, phrase("too few people here"))


@dataclass(frozen=True, slots=True)
class Opening:
    """An open place that the member can take."""

    need: OpenNeed
    station: PollingStation | None
    shift: Shift
    function: Function
    score: int
    reasons: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of the member for this election."""

    answers: dict[int, str]  # by shift
    stations: dict[int, int]  # wished: rank by station
    functions: dict[int, int]
    served_stations: set[int]
    served_names: set[str]
    served_functions: set[int]
    places: list[Assignment]
    partner_places: set[tuple[int | None, int]]  # station and shift
    partner_name: str


def list_places(election: Election, member_id: int) -> list[Assignment]:
    """Where the member stands, with station, shift and function. One statement."""
    found = (
        select(Assignment)
        .join(Assignment.shift)
        .join(Shift.day)
        .join(Assignment.function)
        .outerjoin(Assignment.station)
        .options(
            contains_eager(Assignment.shift).contains_eager(Shift.day),
            contains_eager(Assignment.function),
            contains_eager(Assignment.station),
        )
        .where(Assignment.election_id == election.id, Assignment.member_id == member_id)
        .order_by(Assignment.starts_at)
    )
    return list(db.session.scalars(found))


def rank_openings(election: Election, member: Member, places: list[Assignment]) -> list[Opening]:
    """The best open places for this member, who said yes or maybe to the shift and is free then. Two statements."""
    known, openings = _read(election, member, places), []
    for need, station, shift, function in list_open_whole(election.id):
        answer = known.answers.get(need.shift_id)
        if answer not in (Answer.YES, Answer.MAYBE) or not _is_free(need, Span(*shift_hours(shift)), known):
            continue
        found = _weigh(need, station, function, member, known)
        reasons = sorted((weight for weight in found if weight.points), key=lambda weight: -abs(weight.points))
        score = sum(weight.points for weight in found)
        words = tuple(weight.words for weight in reasons)
        openings.append(Opening(need, station, shift, function, score, words))
    return sorted(openings, key=lambda opening: -opening.score)[:SHOWN]


def _is_free(need: OpenNeed, span: Span, known: Knowledge) -> bool:
    """Free at that time; at the station where one is already, two halves of a day may touch."""
    for place in known.places:
        if place.shift_id == need.shift_id:
            return False
        at_once = place.starts_at < span.ends_at and span.starts_at < place.ends_at
        touches = (place.starts_at < span.starts_at) == (place.ends_at < span.ends_at)
        if at_once and not (place.station_id == need.station_id and touches):
            return False
    return True


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


def _read(election: Election, member: Member, places: list[Assignment]) -> Knowledge:
    """What the member said and did, and where the one to go with stands. One statement: rows of (kind, key, value)."""
    counted = (Availability.member_id == member.id, Availability.election_id == election.id, Availability.is_answered)
    own = Service.member_id == member.id
    partner = aliased(Member)
    beside = select(literal("partner"), func.coalesce(Assignment.station_id, 0), cast(Assignment.shift_id, String))
    named = select(literal("name"), literal(0), partner.first_name + literal(" ") + partner.surname)
    parts = [
        _rows("answer", AvailabilityShift, AvailabilityShift.shift_id, AvailabilityShift.answer, counted),
        _rows("station", PreferredStation, PreferredStation.station_id, PreferredStation.rank, counted),
        _rows("function", PreferredFunction, PreferredFunction.function_id, PreferredFunction.rank, counted),
        select(literal("served"), func.coalesce(Service.station_id, 0), Service.station_name).where(own),
        select(literal("served"), PollingStation.id, PollingStation.name)
        .join(Service, Service.station_id == PollingStation.id)
        .where(own),
        select(literal("did"), Service.function_id, literal("")).where(own),
        beside.join(Couple, Couple.other_id == Assignment.member_id).where(
            Couple.member_id == member.id, Assignment.election_id == election.id
        ),
        named.join(Couple, Couple.other_id == partner.id).where(Couple.member_id == member.id),
    ]
    found: dict[str, list[tuple[int, str]]] = {}
    for kind, key, value in db.session.execute(union_all(*parts)):
        found.setdefault(kind, []).append((key, value))
    return Knowledge(
        dict(found.get("answer", ())),
        {key: int(rank) for key, rank in found.get("station", ())},
        {key: int(rank) for key, rank in found.get("function", ())},
        {key for key, _name in found.get("served", ()) if key},
        {name for _key, name in found.get("served", ()) if name},
        {key for key, _nothing in found.get("did", ())},
        places,
        {(key or None, int(shift)) for key, shift in found.get("partner", ())},
        next((name.strip() for _key, name in found.get("name", ())), ""),
    )


def _rows(kind: str, model: Any, key: Any, value: Any, counted: tuple[Any, ...]) -> Any:
    rows = select(literal(kind).label("kind"), key.label("key"), cast(value, String).label("value"))
    return rows.join(Availability, Availability.id == model.availability_id).where(*counted)
