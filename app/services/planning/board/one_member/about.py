"""What is known of one member when a place is looked for: answers, wishes, past, own places, what stops the member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import String, cast, exists, func, literal, select, union_all
from sqlalchemy.orm import aliased, contains_eager

from app.extensions import db
from app.models import (
    Answer,
    Assignment,
    Availability,
    AvailabilityShift,
    Couple,
    Election,
    EligibilityFinding,
    EligibilityRule,
    Member,
    PollingStation,
    PreferredFunction,
    PreferredStation,
    Service,
    Shift,
)
from app.services.planning.eligibility.findings import stops
from app.services.planning.leavers import has_left


class Stop(NamedTuple):
    """A finding by which the member may not be appointed, and the code of its rule."""

    finding_id: int
    code: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of the member for this election."""

    answers: dict[int, str]  # by shift; without shifts that the member left
    stations: dict[int, int]  # wished: rank by station
    functions: dict[int, int]
    served_stations: set[int]
    served_names: set[str]
    served_functions: set[int]
    places: list[Assignment]
    partner_places: set[tuple[int | None, int]]  # station and shift
    partner_name: str
    has_answered: bool
    stops: tuple[Stop, ...]

    def can(self, shift_id: int) -> bool:
        """Whether the member said yes or maybe to the shift."""
        return self.answers.get(shift_id) in (Answer.YES, Answer.MAYBE)


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


def read_knowledge(election: Election, member: Member, places: list[Assignment]) -> Knowledge:
    """What the member said and did, where the one to go with stands, and what stops the member.

    One statement: rows of (kind, key, value).
    """
    counted = (Availability.member_id == member.id, Availability.election_id == election.id, Availability.is_answered)
    own = Service.member_id == member.id
    partner = aliased(Member)
    beside = select(literal("partner"), func.coalesce(Assignment.station_id, 0), cast(Assignment.shift_id, String))
    named = select(literal("name"), literal(0), partner.first_name + literal(" ") + partner.surname)
    parts = [
        _rows("answer", AvailabilityShift, AvailabilityShift.shift_id, AvailabilityShift.answer, counted).where(
            ~has_left(member.id, AvailabilityShift.shift_id, election.id)
        ),
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
        select(literal("answered"), literal(0), literal("")).where(exists().where(*counted)),
        select(literal("stop"), EligibilityFinding.id, EligibilityRule.code)
        .join(EligibilityRule, EligibilityRule.id == EligibilityFinding.rule_id)
        .where(EligibilityFinding.member_id == member.id, EligibilityFinding.election_id == election.id)
        .where(EligibilityRule.is_active, stops()),
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
        "answered" in found,
        tuple(Stop(*row) for row in sorted(found.get("stop", ()))),
    )


def _rows(kind: str, model: Any, key: Any, value: Any, counted: tuple[Any, ...]) -> Any:
    rows = select(literal(kind).label("kind"), key.label("key"), cast(value, String).label("value"))
    return rows.join(Availability, Availability.id == model.availability_id).where(*counted)
