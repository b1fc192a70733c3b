"""An election that is being planned, for tests: stations with needs, members who can, and who knows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final

from app.extensions import db
from app.models import (
    Assignment,
    Availability,
    AvailabilityShift,
    AvailabilityState,
    Election,
    EligibilityFinding,
    EligibilityRule,
    Member,
    PollingStation,
    StaffingNeed,
)
from tests.support.factories.elections import make_function, make_open_election, make_station, shifts_of
from tests.support.factories.people import make_member, train

LONG_AGO = datetime.fromisoformat("2026-01-05T09:00:00+00:00")


def make_planned_election(*stations: int, minimum: int = 1, target: int = 2, **values: Any) -> Election:
    """An open election with these stations; each needs a chair, and `minimum` to `target` members, in every shift.

    It has no rules for who may be appointed. `values` are of ElectionDetails.
    """
    election = make_open_election(**values)
    db.session.query(EligibilityRule).filter_by(election_id=election.id).delete()
    for number in stations or (1, 2):
        station = make_station(election, number, f"School {number}")
        for shift in shifts_of(election):
            make_need(station, shift.id, "voorzitter", 1, 1)
            make_need(station, shift.id, "stembureaulid", minimum, target)
    db.session.commit()
    return election


def make_need(station: PollingStation, shift_id: int, function: str, minimum: int, target: int) -> StaffingNeed:
    need = StaffingNeed(
        election_id=station.election_id,
        station_id=station.id,
        shift_id=shift_id,
        function_id=make_function(function).id,
        minimum=minimum,
        target=target,
    )
    db.session.add(need)
    return need


def stations_of(election: Election) -> list[PollingStation]:
    rows = db.session.query(PollingStation).filter_by(election_id=election.id)
    return rows.order_by(PollingStation.number).all()


def make_available(election: Election, answers: Sequence[str] | str = "yes", **values) -> Member:
    """A member who gave this answer for every shift, or one for each."""
    member = make_member(**{"trained_on": date(2025, 11, 1), **values})
    say(member, election, answers)
    return member


def say(member: Member, election: Election, answers: Sequence[str] | str = "yes") -> Availability:
    """What the member answers, as rows: without the rules of answering."""
    shifts = shifts_of(election)
    said = [answers] * len(shifts) if isinstance(answers, str) else list(answers)
    row = Availability(
        member_id=member.id, election_id=election.id, state=AvailabilityState.SUBMITTED, submitted_at=LONG_AGO
    )
    row.shifts = [
        AvailabilityShift(member_id=member.id, shift_id=shift.id, answer=answer)
        for shift, answer in zip(shifts, said, strict=True)
        if answer
    ]
    db.session.add(row)
    db.session.commit()
    return row


CAUSES: Final[dict[str, Callable[[Member], None]]] = {
    "training": lambda member: train(member, None),
    "age": lambda member: setattr(member, "birth_date", date(2012, 1, 1)),
}


def find_fault(member: Member, election: Election, code: str = "training", *, is_blocking: bool = True):
    """The election gets a rule that this member does not meet; gives the finding."""
    CAUSES[code](member)
    db.session.add(EligibilityRule(election_id=election.id, code=code, basis="law", is_blocking=is_blocking))
    db.session.commit()
    return db.session.query(EligibilityFinding).filter_by(member_id=member.id).one()


def places_of(member: Member) -> list[Assignment]:
    rows = db.session.query(Assignment).filter_by(member_id=member.id)
    return rows.order_by(Assignment.starts_at).all()
