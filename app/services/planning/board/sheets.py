"""The sheet of a polling station: who stands there by shift, what is open, and filling all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.extensions import db
from app.models import (
    Answer,
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
from app.services.planning.board.checks import MAY_BE_PLANNED
from app.services.planning.board.facts import Key
from app.services.planning.board.holes import OpenNeed, Spot
from app.services.planning.board.ranking.candidates import Candidate, rank_each


class Standing(NamedTuple):
    """Somebody with a place, and what a planner should know of it."""

    place: Assignment
    member: Member
    function: Function
    answer: str | None  # to this shift
    is_blocked: bool

    @property
    def doubts(self) -> list[str]:
        """Codes of what is not right with it any more."""
        doubts = {
            "stopped": self.member.state not in MAY_BE_PLANNED,
            "blocked": self.is_blocked,
            "said_no": self.answer == Answer.NO,
            "no_answer": self.answer is None,
        }
        return [code for code, is_so in doubts.items() if is_so]


@dataclass(slots=True)
class ShiftSheet:
    """A shift at the station: the people and the needs of each function."""

    shift: Shift
    people: list[Standing] = field(default_factory=list)
    needs: list[tuple[OpenNeed, Function]] = field(default_factory=list)

    @property
    def open(self) -> list[tuple[OpenNeed, Function]]:
        """Where people are still missing."""
        return [(need, function) for need, function in self.needs if need.taken < need.target]


@dataclass(frozen=True, slots=True)
class Seat:
    """One open place of a sheet, with who can take it, and who does best beside the others."""

    spot: Spot
    number: int
    candidates: Sequence[Candidate]
    proposed: int | None  # the member


def read_sheet(election: Election, station: PollingStation | None) -> list[ShiftSheet]:
    """All shifts in which people are asked for or stand there, in their order. Three statements."""
    station_id = station.id if station else 0
    sheets = {shift.id: ShiftSheet(shift) for shift in _list_shifts(election)}
    for row in db.session.execute(_select_people(election, station_id)):
        standing = Standing(*row)
        sheets[standing.place.shift_id].people.append(standing)
    needs = (
        select(StaffingNeed, Function)
        .join(Function, Function.id == StaffingNeed.function_id)
        .where(StaffingNeed.election_id == election.id, func.coalesce(StaffingNeed.station_id, 0) == station_id)
        .order_by(Function.position, Function.id)
    )
    for need, function in db.session.execute(needs):
        sheet = sheets[need.shift_id]
        taken = sum(standing.place.function_id == function.id for standing in sheet.people)
        key = (need.station_id, need.shift_id, need.function_id)
        sheet.needs.append((OpenNeed(*key, need.minimum, need.target, taken), function))
    return [sheet for sheet in sheets.values() if sheet.people or sheet.needs]


def propose_seats(election: Election, station: PollingStation | None, sheets: Sequence[ShiftSheet]) -> list[Seat]:
    """For each open place who can take it, the best one for whom no other place of the sheet is proposed at that time.

    The first functions choose first. At most five statements.
    """
    spots = [
        Spot(election, station, sheet.shift, function, need.minimum, need.target)
        for sheet in sheets
        for need, function in sheet.open
        for _ in range(need.target - need.taken)
    ]
    holes = {spot.key: spot.hole() for spot in spots}
    found = dict(zip(holes, rank_each(list(holes.values())), strict=True)) if holes else {}
    used: set[tuple[int, int]] = set()
    return [_propose(number, spot, found[spot.key], used) for number, spot in enumerate(spots)]


def _propose(number: int, spot: Spot, candidates: Sequence[Candidate], used: set[tuple[int, int]]) -> Seat:
    shift_id = spot.shift.id
    free = (candidate.member_id for candidate in candidates if (candidate.member_id, shift_id) not in used)
    proposed = next(free, None)
    if proposed is not None:
        used.add((proposed, shift_id))
    return Seat(spot, number, candidates, proposed)


def find_station(election_id: int, station_id: int) -> PollingStation | None:
    """The station, of this election, with the election. One statement."""
    wanted = select(PollingStation).where(PollingStation.id == station_id, PollingStation.election_id == election_id)
    return db.session.scalar(wanted.options(joinedload(PollingStation.election)))


def find_place(election_id: int, key: int) -> Assignment | None:
    """A place of this election, with its member, station, shift, function and election. One statement."""
    names = (Assignment.member, Assignment.shift, Assignment.function, Assignment.election)
    found = select(Assignment).outerjoin(Assignment.station).options(contains_eager(Assignment.station))
    for name in names:
        found = found.join(name)
    found = found.join(Shift.day).options(
        contains_eager(Assignment.shift).contains_eager(Shift.day),
        *(contains_eager(name) for name in names if name is not Assignment.shift),
    )
    return db.session.scalar(found.where(Assignment.id == key, Assignment.election_id == election_id))


def find_swaps(place: Assignment, typed: str, limit: int) -> Sequence[Any]:
    """Places of others to swap with, by name of the member or number of the station; nothing typed: at this station.

    Rows of (Assignment, Member, PollingStation, Shift, Function). One statement.
    """
    words = typed.split()
    found = (
        select(Assignment, Member, PollingStation, Shift, Function)
        .join(Member, Member.id == Assignment.member_id)
        .join(Shift, Shift.id == Assignment.shift_id)
        .join(Function, Function.id == Assignment.function_id)
        .outerjoin(PollingStation, PollingStation.id == Assignment.station_id)
        .where(Assignment.election_id == place.election_id, Assignment.member_id != place.member_id)
    )
    if len(words) == 1 and words[0].isdecimal() and len(words[0]) < 6:
        found = found.where(PollingStation.number == int(words[0]))
    elif words:
        found = found.where(*(Member.search_text.icontains(word, autoescape=True) for word in words))
    else:
        found = found.where(func.coalesce(Assignment.station_id, 0) == (place.station_id or 0))
    order = (PollingStation.number, Assignment.starts_at, Function.position, *Member.by_name())
    return db.session.execute(found.order_by(*order).limit(limit)).all()


def _list_shifts(election: Election) -> list[Shift]:
    found = select(Shift).join(Shift.day).options(contains_eager(Shift.day))
    wanted = found.where(ElectionDay.election_id == election.id)
    return list(db.session.scalars(wanted.order_by(ElectionDay.date, Shift.starts, Shift.id)))


def _select_people(election: Election, station_id: int) -> Any:
    finding = and_(
        EligibilityFinding.member_id == Assignment.member_id,
        EligibilityFinding.election_id == Assignment.election_id,
        EligibilityFinding.is_blocking,
        EligibilityFinding.overridden_at.is_(None),
        EligibilityRule.id == EligibilityFinding.rule_id,
        EligibilityRule.is_active,
    )
    return (
        select(
            Assignment,
            Member,
            Function,
            AvailabilityShift.answer,
            exists().where(finding).correlate(Assignment).label("is_blocked"),
        )
        .join(Member, Member.id == Assignment.member_id)
        .join(Function, Function.id == Assignment.function_id)
        .outerjoin(
            Availability,
            and_(
                Availability.member_id == Member.id,
                Availability.election_id == Assignment.election_id,
                Availability.is_answered,
            ),
        )
        .outerjoin(
            AvailabilityShift,
            and_(
                AvailabilityShift.availability_id == Availability.id, AvailabilityShift.shift_id == Assignment.shift_id
            ),
        )
        .where(Assignment.election_id == election.id, func.coalesce(Assignment.station_id, 0) == station_id)
        .order_by(Function.position, Assignment.starts_at, *Member.by_name())
    )


def key_of(place: Assignment) -> Key:
    """Where it is."""
    return place.station_id, place.shift_id, place.function_id
