"""Elections, stations and answers for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from app.extensions import db
from app.models import Availability, DeclarationKind, Election, Function, Member, PollingStation, Shift
from app.services.audit import COMMAND
from app.services.availability import answers as rules
from app.services.elections import declarations, elections
from app.services.elections.functions import list_active_functions

VOTING_ON = date(2026, 3, 18)
LONG_AGO = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)
OPENS_AT = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)
CLOSES_AT = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)


def make_election(**values: Any) -> Election:
    """A municipal election in draft, with everything a new one gets; values are of ElectionDetails."""
    details = elections.ElectionDetails(
        **{
            "code": "GR2026_Voorbeeldstad",
            "name": "Gemeenteraad Voorbeeldstad 2026",
            "type": "GR",
            "voting_on": VOTING_ON,
            **values,
        }
    )
    election = elections.create_election(details, actor=COMMAND, now=LONG_AGO)
    db.session.commit()
    return election


def make_open_election(*, opens_at: datetime = OPENS_AT, closes_at: datetime = CLOSES_AT, **values: Any) -> Election:
    """An election that asks for availability in this period."""
    election = make_election(**values)
    rules.open_availability(
        election, opens_at=opens_at, closes_at=closes_at, explanation="", actor=COMMAND, now=LONG_AGO
    )
    db.session.commit()
    return election


def make_station(election: Election, number: int, name: str = "Stadhuis", **values: Any) -> PollingStation:
    """A polling station of this election."""
    station = PollingStation(election_id=election.id, number=number, name=name, **values)
    db.session.add(station)
    db.session.commit()
    return station


def shifts_of(election: Election) -> list[Shift]:
    """All shifts in the order of the days."""
    return [shift for day in election.days for shift in day.shifts]


def make_function(code: str) -> Function:
    """One of the default functions, by code."""
    return next(function for function in list_active_functions() if function.code == code)


def answer_for(election: Election, **values: Any) -> rules.AvailabilityAnswer:
    """A complete answer: yes to every shift, every declaration given; values are of AvailabilityAnswer."""
    given = {row.id: True for row in declarations.list_current_texts(election.id)}
    choices = {shift.id: rules.ShiftChoice("yes") for shift in shifts_of(election)}
    return rules.AvailabilityAnswer(**{"choices": choices, "declarations": given, **values})


def give_availability(
    member: Member,
    election: Election,
    *,
    now: datetime = datetime(2026, 2, 2, 9, 0, tzinfo=UTC),
    actor: Any = COMMAND,
    **values: Any,
) -> Availability:
    """The member's own answer at `now`; values are of AvailabilityAnswer."""
    answer = answer_for(election, **values)
    rules.record_answer(member, election, answer, by=rules.By.MEMBER, actor=actor, now=now)
    db.session.commit()
    return rules.find_availability(member.id, election.id)


def choices_of(election: Election, answers: Mapping[int, str] | str) -> dict[int, rules.ShiftChoice]:
    """One answer for every shift, or one per place in the order of shifts."""
    found = shifts_of(election)
    if isinstance(answers, str):
        return {shift.id: rules.ShiftChoice(answers) for shift in found}
    return {shift.id: rules.ShiftChoice(answers.get(place, "yes")) for place, shift in enumerate(found)}


def filled_in(election: Election, answer: str = "yes", **values: str) -> dict[str, str]:
    """The form for availability as a browser sends it, complete."""
    form = {"can_help": "yes", "remark": "Ik fiets"}
    form |= {f"shift_{shift.id}": answer for shift in shifts_of(election)}
    for row in declarations.list_current_texts(election.id):
        form[f"declaration_{row.id}"] = "true" if row.kind == DeclarationKind.NOT_A_CANDIDATE else "y"
    return form | values
