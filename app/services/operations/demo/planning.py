"""What planning has to work with in the demo: who did what before, couples, needs, and a plan that is half begun.

It has a chance of its own, so that the rest of the demo stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

from sqlalchemy import select

from app.extensions import db
from app.models import (
    Capacity,
    Couple,
    Election,
    EligibilityFinding,
    Function,
    Member,
    PlanActKind,
    PollingStation,
    PostcodePoint,
    Service,
)
from app.services.certificates.results import note_days
from app.services.elections.functions import list_active_functions
from app.services.operations.demo import after
from app.services.operations.demo.after import Served
from app.services.operations.demo.history import History
from app.services.planning.board.acts import assign_many
from app.services.planning.board.checks import ALL
from app.services.planning.board.places import Place
from app.services.planning.eligibility import findings, following
from app.services.planning.eligibility.seats import add_seat
from app.services.planning.needs import filling, standard
from app.services.planning.proposals.reading import read_question
from app.services.planning.proposals.solver.instance import CENTRAL, Instance, Need, Person

TRAINED: Final = 0.88  # of who can be asked; the others may not sit at a polling station yet
TEAM: Final = (Capacity.CHAIR, Capacity.DEPUTY, Capacity.MEMBER, Capacity.MEMBER, Capacity.MEMBER, Capacity.COUNTER)
EARLIER: Final = "Europees Parlement 2024"  # from before the portal
EARLIER_ON: Final = date(2024, 6, 6)
COUPLES: Final = 12
IN_COMMITTEE: Final = 2
PLANNED: Final = 8  # of 24 stations
OVERRULED: Final = "Deed vorige week de training, de uitslag komt nog."
HOLES: Final = 0.12  # of their places
FEES: Final = {
    Capacity.CHAIR: Decimal("190"),
    Capacity.DEPUTY: Decimal("165"),
    Capacity.MEMBER: Decimal("145"),
    Capacity.COUNTER: Decimal("75"),
    Capacity.SUPPORTER: Decimal("60"),
}
MIDDLE: Final = (52.0907, 5.1214)  # degrees; the town is made up, its postcodes lie around this point
FIRST_POSTCODE: Final = 1234


def add_planning(history: History, past: Election, recruiting: Election, members: Sequence[Member]) -> None:
    """Make the recruiting election ready to be planned, with nearly a third of it done."""
    chance = Random(20_260)  # noqa: S311 (a demo, no secret)
    _locate(past, recruiting)
    _train(members, history, chance)
    after.add_after(history, past, _remember(past, members, chance))
    _pair(members, chance)
    _pay()
    db.session.flush()
    for member in chance.sample(list(members), IN_COMMITTEE):
        add_seat(recruiting, member.user.username, actor=history.clerk, now=history.at(8))
    standard.start_standard(recruiting, actor=history.clerk, now=history.at(3))
    filling.fill(recruiting, overwrite=False, actor=history.clerk, now=history.at(3))
    following.catch_up(history.now)
    _overrule(history, recruiting)
    _plan(history, recruiting, chance)


def _pay() -> None:
    """Every function its fee, as the municipality set it."""
    for function in list_active_functions():
        function.fee = FEES[Capacity(function.capacity)]


def _overrule(history: History, election: Election) -> None:
    """One that the team knows better about."""
    wanted = select(EligibilityFinding).where(EligibilityFinding.election_id == election.id)
    finding = db.session.scalars(wanted.where(EligibilityFinding.is_blocking).order_by(EligibilityFinding.id)).first()
    if finding is not None:
        findings.override(finding, OVERRULED, actor=history.clerk, now=history.at(2))


def point_of(postcode: str) -> tuple[float, float] | None:
    """Where a postcode of the demo lies: each number a district, each pair of letters a street in it."""
    if len(postcode) != len("1234 AB") or not postcode[:4].isdecimal():
        return None
    number, letters = int(postcode[:4]) - FIRST_POSTCODE, [ord(letter) - ord("A") for letter in postcode[5:]]
    north, east = MIDDLE[0] + 0.012 * (number % 3 - 1), MIDDLE[1] + 0.02 * (number // 3)
    return round(north + 0.0018 * letters[0], 6), round(east + 0.0030 * letters[1], 6)


def _locate(*elections: Election) -> None:
    """Stations, members and postcodes get their place on the map."""
    wanted = select(PollingStation).where(PollingStation.election_id.in_([election.id for election in elections]))
    for station in db.session.scalars(wanted):
        point = point_of(station.postcode)
        if point is not None:
            station.latitude, station.longitude = point  # type: ignore[assignment]
    known: dict[str, tuple[float, float]] = {}
    for member in db.session.scalars(select(Member).order_by(Member.id)):
        point = point_of(member.postcode)
        if point is not None:
            known[member.postcode] = point
            member.latitude, member.longitude = point
    db.session.add_all(
        PostcodePoint(postcode=postcode, latitude=latitude, longitude=longitude)
        for postcode, (latitude, longitude) in sorted(known.items())
    )
    db.session.flush()


def _train(members: Sequence[Member], history: History, chance: Random) -> None:
    trained = [member for member in members if chance.random() < TRAINED]
    days = {member.id: history.today - timedelta(days=chance.randint(20, 500)) for member in trained}
    note_days(days, actor=history.clerk, now=history.now)


def _remember(past: Election, members: Sequence[Member], chance: Random) -> list[Served]:
    """Teams of the past election, and what a part of them did at the one before the portal."""
    functions: dict[str, Function] = {}
    for function in list_active_functions():
        functions.setdefault(function.capacity, function)
    stations = list(
        db.session.scalars(
            select(PollingStation).where(PollingStation.election_id == past.id).order_by(PollingStation.number)
        )
    )
    found: list[Served] = []
    for number, member in enumerate(chance.sample(list(members), min(len(members), len(stations) * len(TEAM)))):
        station, function = stations[number // len(TEAM)], functions[TEAM[number % len(TEAM)]]
        found.append((member, station, function))
        if chance.random() < 0.5:
            at: dict[str, Any] = {"function_id": function.id, "station_name": station.name, "member_id": member.id}
            db.session.add(Service(**at, election_name=EARLIER, worked_on=EARLIER_ON))
    return found


def _pair(members: Sequence[Member], chance: Random) -> None:
    chosen = chance.sample(list(members), 2 * COUPLES)
    for member, other in zip(chosen[::2], chosen[1::2], strict=True):
        db.session.add_all(
            [Couple(member_id=member.id, other_id=other.id), Couple(member_id=other.id, other_id=member.id)]
        )


def _plan(history: History, election: Election, chance: Random) -> None:
    """A planner began at the first stations, place by place, and left some open."""
    question = read_question(election, station_ids=(), weights={}, keeps_published=True).instance
    people = list(question.people)
    chance.shuffle(people)
    placed: set[int] = set()
    for station in [station.id for station in question.stations][:PLANNED]:
        places = _team(question, station, people, placed, chance)
        if places:
            kind, at = PlanActKind.FILL, history.at(1)
            assign_many(election, places, kind=kind, confirmed=ALL, actor=history.clerk, now=at)


def _team(question: Instance, station: int, people: Sequence[Person], placed: set[int], chance: Random) -> list[Place]:
    """One shift each, in the order of the needs, and the count where the person can."""
    voting = {shift.id for shift in question.shifts if shift.kind == "voting"}
    counts = [shift.id for shift in question.shifts if shift.kind not in ("voting", CENTRAL)]
    needs = [need for need in question.needs if need.station == station]
    left = {(need.shift, need.function): need.target for need in needs}
    places: list[Place] = []
    for need in (need for need in needs if need.shift in voting):
        for person in _who_can(need, people, placed):
            if not left[need.shift, need.function]:
                break
            left[need.shift, need.function] -= 1
            if chance.random() < HOLES:
                continue
            placed.add(person.id)
            places.append(Place(person.id, station, need.shift, need.function))
            for shift in counts:
                if left.get((shift, need.function)) and shift in dict(person.shifts):
                    left[shift, need.function] -= 1
                    places.append(Place(person.id, station, shift, need.function))
    return places


def _who_can(need: Need, people: Sequence[Person], placed: set[int]) -> list[Person]:
    return [
        person
        for person in people
        if person.id not in placed and need.function in person.functions and need.shift in dict(person.shifts)
    ]
