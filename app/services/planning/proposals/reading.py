"""The question for the solver, read from the database: a handful of statements, however many people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import cos, radians
from typing import Any, Final

from sqlalchemy import func, select

from app.extensions import db
from app.models import (
    Answer,
    Assignment,
    Availability,
    AvailabilityShift,
    Capacity,
    Couple,
    Election,
    EligibilityFinding,
    EligibilityRule,
    Function,
    Member,
    PollingStation,
    PreferredFunction,
    PreferredStation,
    PublishedPlace,
    RuleCode,
    Service,
    Shift,
    ShiftKind,
    StaffingNeed,
)
from app.services.planning.board.checks import MAY_BE_PLANNED
from app.services.planning.leavers import has_left
from app.services.planning.proposals.solver import weights as plan_weights
from app.services.planning.proposals.solver.instance import (
    CENTRAL,
    COUNT,
    VOTING,
    Instance,
    Kept,
    Need,
    Person,
    Place,
    Point,
    Station,
)
from app.services.planning.proposals.solver.instance import Function as SolverFunction
from app.services.planning.proposals.solver.instance import Shift as SolverShift
from app.services.planning.times import shift_hours

PRESIDES: Final = (Capacity.CHAIR, Capacity.DEPUTY)
COUNTS_AS_MEMBER: Final = (*PRESIDES, Capacity.MEMBER)
KINDS: Final = {
    ShiftKind.VOTING.value: VOTING,
    ShiftKind.STATION_COUNT.value: COUNT,
    ShiftKind.CENTRAL_COUNT.value: CENTRAL,
}
KM_OF_A_DEGREE: Final = 111.3
MIDDLE_OF_THE_COUNTRY: Final = 52.2  # degrees of latitude: a municipality is small enough for a flat map


@dataclass(frozen=True, slots=True)
class Question:
    """What the solver is asked, and how many people there were on the way to it."""

    instance: Instance
    assignments: dict[tuple[int, int], int]  # of (member, shift): the key of the place that stands
    members: int
    answered: int
    eligible: set[int] = field(default_factory=set)  # of those who answered, besides the training


def to_minutes(instant: datetime) -> int:
    """Whole minutes since 1970."""
    return int(instant.timestamp()) // 60


def read_question(
    election: Election, *, station_ids: Collection[int], weights: Mapping[str, int], keeps_published: bool
) -> Question:
    """What is needed and who can, of the whole election or of these stations."""
    shifts = list(db.session.scalars(select(Shift).join(Shift.day).where(Shift.day.has(election_id=election.id))))
    functions = {function.id: function for function in db.session.scalars(select(Function))}
    needs = _read_needs(election, station_ids)
    kept, assignments = _read_kept(election, plan_weights.complete(weights), keeps_published=keeps_published)
    people = _People(election, [_shift(shift) for shift in shifts], functions)
    instance = Instance(
        stations=tuple(_read_stations(election, station_ids)),
        shifts=tuple(map(_shift, shifts)),
        functions=tuple(map(_function, functions.values())),
        needs=tuple(needs),
        people=tuple(people.read()),
        kept=tuple(kept),
        weights=dict(weights),
    )
    return Question(instance, assignments, people.count_members(), people.answered, people.eligible)


def _shift(shift: Shift) -> SolverShift:
    starts, ends = shift_hours(shift)
    return SolverShift(shift.id, KINDS[shift.kind], to_minutes(starts), to_minutes(ends))


def _function(function: Function) -> SolverFunction:
    capacity = function.capacity
    return SolverFunction(function.id, capacity == Capacity.CHAIR, capacity in PRESIDES, capacity in COUNTS_AS_MEMBER)


def _read_stations(election: Election, station_ids: Collection[int]) -> list[Station]:
    wanted = select(PollingStation.id, PollingStation.latitude, PollingStation.longitude)
    wanted = wanted.where(PollingStation.election_id == election.id).order_by(PollingStation.id)
    chosen = set(station_ids)
    rows = db.session.execute(wanted)
    return [Station(key, _point(lat, lon)) for key, lat, lon in rows if not chosen or key in chosen]


def _point(latitude: Any, longitude: Any) -> Point | None:
    if latitude is None or longitude is None:
        return None
    across = KM_OF_A_DEGREE * cos(radians(MIDDLE_OF_THE_COUNTRY))
    return round(float(longitude) * across, 3), round(float(latitude) * KM_OF_A_DEGREE, 3)


def _read_needs(election: Election, station_ids: Collection[int]) -> list[Need]:
    columns = (StaffingNeed.station_id, StaffingNeed.shift_id, StaffingNeed.function_id)
    wanted = select(*columns, StaffingNeed.minimum, StaffingNeed.target)
    wanted = wanted.where(StaffingNeed.election_id == election.id, StaffingNeed.target > 0)
    chosen = set(station_ids)
    found = [Need(*row) for row in db.session.execute(wanted.order_by(StaffingNeed.id))]
    return [need for need in found if not chosen or need.station in chosen]


def _read_kept(
    election: Election, weights: Mapping[str, int], *, keeps_published: bool
) -> tuple[list[Kept], dict[tuple[int, int], int]]:
    is_published = PublishedPlace.until_version_id.is_(None)
    published = set(
        db.session.scalars(
            select(PublishedPlace.assignment_id).where(PublishedPlace.election_id == election.id, is_published)
        )
    )
    kept, keys = [], {}
    wanted = select(Assignment).where(Assignment.election_id == election.id).order_by(Assignment.id)
    for row in db.session.scalars(wanted):
        price: int | None = weights["move_draft"]
        if row.id in published:
            price = None if keeps_published else weights["move_published"]
        place = Place(
            row.member_id,
            row.station_id,
            row.shift_id,
            row.function_id,
            to_minutes(row.starts_at),
            to_minutes(row.ends_at),
        )
        kept.append(Kept(place, None if row.is_locked else price))
        keys[row.member_id, row.shift_id] = row.id
    return kept, keys


class _People:
    """Who answered, may be appointed and can do something."""

    def __init__(self, election: Election, shifts: list[SolverShift], functions: Mapping[int, Function]) -> None:
        self._election, self._shifts, self._functions = election, shifts, functions
        self._presiding = {key for key, function in functions.items() if function.capacity in PRESIDES}
        self.answered = 0
        self.eligible: set[int] = set()

    def count_members(self) -> int:
        """How many members there are to plan at all."""
        counted = select(func.count()).select_from(Member).where(Member.state.in_(MAY_BE_PLANNED))
        return db.session.scalar(counted) or 0

    def read(self) -> list[Person]:
        """In the order of their keys."""
        answered = self._answered()
        blocked = self._by_member(
            select(EligibilityFinding.member_id, EligibilityRule.code)
            .join(EligibilityRule, EligibilityRule.id == EligibilityFinding.rule_id)
            .where(EligibilityFinding.election_id == self._election.id, EligibilityRule.is_active)
            .where(EligibilityFinding.is_blocking, EligibilityFinding.overridden_at.is_(None))
        )
        said = self._read_shifts()
        functions = self._wishes(PreferredFunction, PreferredFunction.function_id)
        stations = self._wishes(PreferredStation, PreferredStation.station_id)
        served = self._by_member(select(Service.member_id, Service.function_id))
        couples: dict[int, int] = dict(db.session.execute(select(Couple.member_id, Couple.other_id)).all())
        people = []
        for key, latitude, longitude in answered:
            self.answered += 1
            found = set(blocked.get(key, ()))
            if found - {RuleCode.TRAINING}:
                continue
            self.eligible.add(key)
            wished, done = tuple(functions.get(key, ())), served.get(key, [])
            has_presided = not self._presiding.isdisjoint(done)
            person = Person(
                id=key,
                shifts=tuple(said.get(key, ())),
                functions=self._may_do(wished, is_trained=not found, presides=has_presided),
                wished_functions=wished,
                wished_stations=tuple(stations.get(key, ())),
                point=_point(latitude, longitude),
                has_experience=bool(done),
                has_presided=has_presided,
                with_id=couples.get(key),
            )
            people.append(person)
        return people

    def _may_do(self, wished: tuple[int, ...], *, is_trained: bool, presides: bool) -> tuple[int, ...]:
        """Presiding is for who wants it or did it before; what asks for training is for who had it."""
        may_preside = presides or not self._presiding.isdisjoint(wished)
        return tuple(
            key
            for key, function in sorted(self._functions.items())
            if (is_trained or not function.needs_training) and (may_preside or key not in self._presiding)
        )

    def _answered(self) -> list[Any]:
        wanted = (
            select(Member.id, Member.latitude, Member.longitude)
            .join(Availability, Availability.member_id == Member.id)
            .where(Availability.election_id == self._election.id, Availability.is_answered)
            .where(Member.state.in_(MAY_BE_PLANNED))
        )
        return list(db.session.execute(wanted.order_by(Member.id)))

    def _read_shifts(self) -> dict[int, list[tuple[int, bool]]]:
        """The shifts for which each said yes or maybe, but those that they left, or when another election has them."""
        wanted = (
            select(AvailabilityShift.member_id, AvailabilityShift.shift_id, AvailabilityShift.answer)
            .join(Availability, Availability.id == AvailabilityShift.availability_id)
            .where(Availability.election_id == self._election.id, Availability.is_answered)
            .where(AvailabilityShift.answer != Answer.NO)
            .where(~has_left(AvailabilityShift.member_id, AvailabilityShift.shift_id, self._election.id))
            .order_by(AvailabilityShift.member_id, AvailabilityShift.shift_id)
        )
        elsewhere = self._places_elsewhere()
        hours = {shift.id: (shift.starts, shift.ends) for shift in self._shifts}
        said: dict[int, list[tuple[int, bool]]] = defaultdict(list)
        for member_id, shift_id, answer in db.session.execute(wanted):
            starts, ends = hours.get(shift_id, (0, 0))
            if not any(begin < ends and starts < end for begin, end in elsewhere.get(member_id, ())):
                said[member_id].append((shift_id, answer == Answer.YES))
        return said

    def _places_elsewhere(self) -> dict[int, list[tuple[int, int]]]:
        columns = (Assignment.member_id, Assignment.starts_at, Assignment.ends_at)
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        wanted = select(*columns).where(Assignment.election_id != self._election.id)
        for member_id, starts_at, ends_at in db.session.execute(wanted):
            found[member_id].append((to_minutes(starts_at), to_minutes(ends_at)))
        return found

    def _wishes(self, wish: Any, column: Any) -> dict[int, list[int]]:
        wanted = select(wish.member_id, column).join(Availability, Availability.id == wish.availability_id)
        return self._by_member(wanted.where(Availability.election_id == self._election.id).order_by(wish.rank))

    def _by_member(self, wanted: Any) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for member_id, value in db.session.execute(wanted):
            found[member_id].append(value)
        return found
