"""What the checks look at, read at once for all places of an act: a handful of statements, however many places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from app.extensions import db
from app.models import (
    Assignment,
    Availability,
    AvailabilityShift,
    Election,
    ElectionDay,
    EligibilityFinding,
    EligibilityRule,
    Function,
    Member,
    PollingStation,
    Shift,
    StaffingNeed,
)
from app.services.bulk import among
from app.services.members.lookup import read_members
from app.services.planning.board.times import Span
from app.services.planning.leavers import has_left
from app.services.planning.times import shift_hours

Key = tuple[int | None, int, int]  # station, shift, function


@dataclass(frozen=True, slots=True)
class Finding:
    """What stands in the way of an appointment, by the code of its rule."""

    code: str
    is_blocking: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """The shifts of the elections at hand, and the stations and functions that are named."""

    spans: Mapping[int, Span]
    shifts: Mapping[int, Shift]
    stations: Mapping[int, tuple[int, str]]  # the election, and "12 Stadhuis"
    functions: Mapping[int, Function]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the people and of the places that they are to have."""

    members: Mapping[int, Member]
    answers: Mapping[tuple[int, int], str]  # of (member, shift), of answers that count
    findings: Mapping[int, list[Finding]] = field(default_factory=dict)
    targets: Mapping[Key, int] = field(default_factory=dict)
    taken: Mapping[Key, int] = field(default_factory=dict)  # as the plan is, before the act
    left: Collection[tuple[int, int]] = ()  # (member, shift) of which the member left a place


def read_parts(election_ids: Collection[int], station_ids: Iterable[int | None]) -> Parts:
    """Of these elections and stations. Three statements."""
    wanted = select(Shift).join(Shift.day).where(ElectionDay.election_id.in_(election_ids))
    shifts = {shift.id: shift for shift in db.session.scalars(wanted.options(contains_eager(Shift.day)))}
    named = select(PollingStation.id, PollingStation.election_id, PollingStation.number, PollingStation.name)
    keys = {key for key in station_ids if key is not None}
    stations = {
        key: (election_id, f"{number} {name}")
        for key, election_id, number, name in db.session.execute(named.where(among(PollingStation.id, keys)))
    }
    functions = {function.id: function for function in db.session.scalars(select(Function))}
    return Parts({key: Span(*shift_hours(shift)) for key, shift in shifts.items()}, shifts, stations, functions)


def read_facts(election: Election, member_ids: Collection[int]) -> Facts:
    """Of these members, for this election. Five statements."""
    members = read_members(member_ids)
    of_shift = (AvailabilityShift.member_id, AvailabilityShift.shift_id)
    said = (
        select(
            AvailabilityShift.member_id,
            AvailabilityShift.shift_id,
            AvailabilityShift.answer,
            has_left(*of_shift, election.id),
        )
        .join(Availability, Availability.id == AvailabilityShift.availability_id)
        .where(among(AvailabilityShift.member_id, member_ids))
        .where(Availability.election_id == election.id, Availability.is_answered)
    )
    told = db.session.execute(said).all()
    place = (Assignment.station_id, Assignment.shift_id, Assignment.function_id)
    counted = select(*place, func.count()).where(Assignment.election_id == election.id).group_by(*place)
    needed = select(StaffingNeed.station_id, StaffingNeed.shift_id, StaffingNeed.function_id, StaffingNeed.target)
    needs = db.session.execute(needed.where(StaffingNeed.election_id == election.id))
    return Facts(
        members,
        {(member_id, shift_id): answer for member_id, shift_id, answer, _left in told},
        _read_findings(election, member_ids),
        {(station, shift, function): target for station, shift, function, target in needs},
        {(station, shift, function): number for station, shift, function, number in db.session.execute(counted)},
        {(member_id, shift_id) for member_id, shift_id, _answer, is_gone in told if is_gone},
    )


def _read_findings(election: Election, member_ids: Collection[int]) -> dict[int, list[Finding]]:
    wanted = (
        select(EligibilityFinding.member_id, EligibilityRule.code, EligibilityFinding.is_blocking)
        .join(EligibilityRule, EligibilityRule.id == EligibilityFinding.rule_id)
        .where(EligibilityFinding.election_id == election.id, EligibilityFinding.overridden_at.is_(None))
        .where(EligibilityRule.is_active, among(EligibilityFinding.member_id, member_ids))
        .order_by(EligibilityFinding.id)
    )
    found: dict[int, list[Finding]] = defaultdict(list)
    for member_id, code, is_blocking in db.session.execute(wanted):
        found[member_id].append(Finding(code, is_blocking))
    return found
