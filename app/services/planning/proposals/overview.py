"""What a proposal looks like: per station who comes and who goes, and what stays open."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Election, Function, Member, PollingStation, Proposal, ProposedPlace, Shift
from app.services.bulk import among

CENTRAL = 0  # in an address, where there is no station


@dataclass(slots=True)
class StationLine:
    """A station of a proposal; `waiting` of its places were not taken over yet. Without a station: central count."""

    station: PollingStation | None
    comes: int = 0
    goes: int = 0
    waiting: int = 0
    open: int = 0
    illegal: int = 0

    @property
    def state(self) -> str:
        """How far it was taken over: nothing, waiting, partly or taken."""
        changed = self.comes + self.goes
        if not changed or self.waiting == changed:
            return "waiting" if changed else "nothing"
        return "partly" if self.waiting else "taken"

    @property
    def key(self) -> int:
        """For an address."""
        return self.station.id if self.station else CENTRAL


class Step(NamedTuple):
    """A shift and a function of which places stay open, and the people left after each step."""

    shift: Shift
    function: Function
    open: int
    steps: list[int]


@dataclass(frozen=True, slots=True)
class Coming:
    """A place that comes, and where the person stood before, if somewhere."""

    place: ProposedPlace
    before: ProposedPlace | None


@dataclass(frozen=True, slots=True)
class Going:
    """A place that goes, and where the person comes instead, if somewhere."""

    place: ProposedPlace
    after: ProposedPlace | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A member who misses places that were proposed, with the code of why."""

    member: Member
    code: str
    places: list[ProposedPlace]


@dataclass(slots=True)
class StationDetail:
    """Everything of one station."""

    coming: list[Coming] = field(default_factory=list)
    going: list[Going] = field(default_factory=list)
    open: list[tuple[int, int, int]] = field(default_factory=list)  # shift, function, number
    illegal: list[int] = field(default_factory=list)  # shifts
    is_waiting: bool = False


def list_lines(proposal: Proposal, election: Election) -> list[StationLine]:
    """Each station of which something changes or stays open, by number; two statements."""
    counted = (
        select(
            ProposedPlace.station_id,
            ProposedPlace.assignment_id.is_(None),
            ProposedPlace.accepted_at.is_(None),
            func.count(),
        )
        .where(ProposedPlace.proposal_id == proposal.id)
        .group_by(ProposedPlace.station_id, ProposedPlace.assignment_id.is_(None), ProposedPlace.accepted_at.is_(None))
    )
    own = select(PollingStation).where(PollingStation.election_id == election.id).order_by(PollingStation.number)
    lines = {station.id: StationLine(station) for station in db.session.scalars(own)}
    lines[CENTRAL] = StationLine(None)
    for station_id, is_new, is_waiting, number in db.session.execute(counted):
        line = lines.get(station_id or CENTRAL)
        if line is not None:
            line.comes += number if is_new else 0
            line.goes += 0 if is_new else number
            line.waiting += number if is_waiting else 0
    for station_id, _shift, _function, number in proposal.outcome.get("open", ()):
        if (station_id or CENTRAL) in lines:
            lines[station_id or CENTRAL].open += number
    for station_id, _shift in proposal.outcome.get("illegal", ()):
        if station_id in lines:
            lines[station_id].illegal += 1
    return [line for line in lines.values() if line.comes or line.goes or line.open or line.illegal]


def list_steps(proposal: Proposal, shifts: Sequence[Shift], functions: Sequence[Function]) -> list[Step]:
    """Why places stay open, for each shift and function."""
    shift_of, function_of = {shift.id: shift for shift in shifts}, {function.id: function for function in functions}
    still_open: Counter[tuple[int, int]] = Counter()
    for _station, shift, function, number in proposal.outcome.get("open", ()):
        still_open[shift, function] += number
    return [
        Step(
            shift_of[own["shift"]],
            function_of[own["function"]],
            still_open[own["shift"], own["function"]],
            own["steps"],
        )
        for own in proposal.outcome.get("funnels", ())
        if (key := (own["shift"], own["function"])) and key[0] in shift_of and key[1] in function_of
    ]


def read_station(proposal: Proposal, station_id: int) -> StationDetail:
    """Who comes to this station and who goes, with where else they stood or stand. One statement."""
    at = ProposedPlace.station_id == station_id if station_id else ProposedPlace.station_id.is_(None)
    own = ProposedPlace.proposal_id == proposal.id
    people = select(ProposedPlace.member_id).where(own, at)
    loaded = [joinedload(ProposedPlace.member), joinedload(ProposedPlace.station)]
    wanted = (
        select(ProposedPlace)
        .join(Member, Member.id == ProposedPlace.member_id)
        .where(own, ProposedPlace.member_id.in_(people))
        .order_by(ProposedPlace.shift_id, ProposedPlace.function_id, Member.surname, ProposedPlace.id)
    )
    rows = list(db.session.scalars(wanted.options(*loaded)))
    detail = StationDetail(is_waiting=any(row.accepted_at is None for row in rows))
    others: dict[tuple[int, bool], list[ProposedPlace]] = defaultdict(list)
    for row in rows:
        others[row.member_id, row.assignment_id is None].append(row)
    for row in rows:
        if (row.station_id or CENTRAL) != station_id:
            continue
        is_new = row.assignment_id is None
        other = next(iter(others[row.member_id, not is_new]), None)
        if is_new:
            detail.coming.append(Coming(row, other))
        else:
            detail.going.append(Going(row, other))
    outcome: dict[str, Any] = proposal.outcome
    detail.open = [
        (shift, function, number)
        for station, shift, function, number in outcome.get("open", ())
        if (station or CENTRAL) == station_id
    ]
    detail.illegal = [shift for station, shift in outcome.get("illegal", ()) if station == station_id]
    return detail


def list_left_out(proposal: Proposal) -> list[LeftOut]:
    """Who did not get all that was proposed: the places, and the code of why. Two statements."""
    told: dict[str, str] = proposal.outcome.get("left_out", {})
    if not told:
        return []
    members = [int(key) for key in told]
    missed = select(ProposedPlace).where(
        ProposedPlace.proposal_id == proposal.id,
        among(ProposedPlace.member_id, members),
        ProposedPlace.assignment_id.is_(None),
        ProposedPlace.accepted_at.is_(None),
    )
    places: dict[int, list[ProposedPlace]] = defaultdict(list)
    for row in db.session.scalars(
        missed.options(joinedload(ProposedPlace.station)).order_by(ProposedPlace.starts_at, ProposedPlace.id)
    ):
        places[row.member_id].append(row)
    found = select(Member).where(among(Member.id, members)).order_by(*Member.by_name())
    return [LeftOut(member, told[str(member.id)], places[member.id]) for member in db.session.scalars(found)]


def write_numbers(left_out: Sequence[LeftOut]) -> str:
    """The numbers of the stations at which somebody was left out, as `requests.read_numbers` reads them."""
    stations = {place.station.number for row in left_out for place in row.places if place.station}
    return ", ".join(map(str, sorted(stations)))


def list_shifts(election: Election) -> list[Shift]:
    """With their days, in their order."""
    wanted = select(Shift).join(Shift.day).where(Shift.day.has(election_id=election.id))
    found = db.session.scalars(wanted.options(joinedload(Shift.day)))
    return sorted(found, key=lambda shift: (shift.day.date, shift.starts, shift.id))
