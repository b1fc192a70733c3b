"""The list of one station on one day, as a page or a sheet shows it: plain values, nothing that leads further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, func, select

from app.extensions import db
from app.models import (
    Appointment,
    AppointmentState,
    Declaration,
    DeclarationKind,
    DeclarationText,
    Function,
    Member,
    Shift,
)
from app.models.guard.row_guard import everyone
from app.services.attendance.access import SAID_NO
from app.services.attendance.bureau import Bureau, judge_now
from app.services.attendance.people import Day, Person, list_people
from app.services.bulk import among


@dataclass(frozen=True, slots=True)
class Listed:
    """A person with what may be shown: the telephone number only of who shares it, or to the team."""

    person: Person
    name: str
    function: Function | None
    phone: str = ""
    member_number: str = ""
    has_said_no: bool = False  # to the appointment, after the plan was published
    replaces: str = ""  # a voter: whose place it is
    is_here_already: bool = False  # since an earlier shift


@dataclass(frozen=True, slots=True)
class StationList:
    """A station on a day: its shifts with the people of each, and how it stands now."""

    day: Day
    shifts: Sequence[tuple[Shift, list[Listed]]]
    bureau: Bureau
    functions: Sequence[Function]  # that are in use

    @property
    def people(self) -> list[Listed]:
        """All of the day."""
        return [listed for _shift, people in self.shifts for listed in people]


@everyone("read who should be at a station")
def read_station(day: Day, now: datetime, *, for_team: bool) -> StationList:
    """The list. Four statements."""
    people = list_people(day.election.id, day.shifts, day.station.id).get(day.station.id, [])
    names = name_people(day.election.id, people, for_team=for_team)
    shifts = [(shift, [names[who.about] for who in people if who.shift_id == shift.id]) for shift in day.shifts]
    bureau = judge_now(people, day.shifts, now)
    rows = select(Function).where(Function.is_active).order_by(Function.position, Function.id)
    return StationList(day, [each for each in shifts if each[1]], bureau, db.session.scalars(rows).all())


def name_people(election_id: int, people: Sequence[Person], *, for_team: bool) -> dict[str, Listed]:
    """Names, functions and numbers by how notes call them. One statement."""
    ids = {who.member_id for who in people if who.member_id is not None}
    asked = select(Member, _said_no(election_id), _shares(election_id)).where(among(Member.id, ids))
    found = db.session.execute(asked).all()
    members = {member.id: member for member, _said, _shares_it in found}
    said_no = {member.id for member, said, _shares_it in found if said}
    shared = {member.id for member, _said, shares_it in found if shares_it or for_team}
    names: dict[int | None, str] = {who.attendance_id: _name(who, members) for who in people if who.attendance_id}
    here = _here(people)
    return {
        who.about: Listed(
            who,
            _name(who, members),
            who.function,
            _phone(members.get(who.member_id or 0)) if who.member_id in shared else "",
            _number(members.get(who.member_id or 0)),
            who.member_id in said_no,
            names.get(who.replaces_id, ""),
            not who.is_noted and who.person_id in here,
        )
        for who in people
    }


def _name(who: Person, members: Mapping[int, Member]) -> str:
    member = members.get(who.member_id or 0)
    return member.full_name if member is not None else who.voter_name


def _phone(member: Member | None) -> str:
    return (member.mobile or member.phone or "") if member is not None else ""


def _number(member: Member | None) -> str:
    return (member.member_number or "") if member is not None else ""


def _said_no(election_id: int) -> ColumnElement[bool]:
    """The member cannot come by the decision that holds now."""
    return exists().where(
        Appointment.member_id == Member.id,
        Appointment.election_id == election_id,
        Appointment.state == AppointmentState.ISSUED,
        Appointment.answer.in_(SAID_NO),
    )


def _shares(election_id: int) -> ColumnElement[bool]:
    """The member acknowledged, at the newest text answered to, that contact details are shared."""
    given = (
        select(Declaration.is_given)
        .join(DeclarationText, DeclarationText.id == Declaration.text_id)
        .where(
            Declaration.member_id == Member.id,
            Declaration.election_id == election_id,
            DeclarationText.kind == DeclarationKind.SHARE_CONTACT,
        )
        .order_by(DeclarationText.version.desc())
        .limit(1)
    )
    return func.coalesce(given.scalar_subquery(), false())


def _here(people: Sequence[Person]) -> set[int]:
    """Who is here now, in some shift."""
    return {who.person_id for who in people if who.spells and who.spells[-1].until is None}
