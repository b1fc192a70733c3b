"""The letter on a real member, while the text is being written: nothing is kept, nothing is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select

from app.extensions import db
from app.letters.paper import Letter
from app.models import Appointment, AppointmentSetup, AppointmentState, Assignment, LetterText, Member, PublishedPlace
from app.services.appointments.letters.fill_ins import Decision
from app.services.appointments.letters.letters import compose
from app.services.appointments.letters.sources import read_sources_of
from app.services.appointments.office import Office
from app.services.appointments.said_yes import read_yeses, said_yes


@dataclass(frozen=True, slots=True)
class Preview:
    """The letter, whose it would be, and whether the places are of the plan as it is being made."""

    letter: Letter
    member: Member
    is_draft: bool
    has_places: bool


def find_example(election_id: int) -> tuple[AppointmentSetup, Member | None] | None:
    """How this election appoints, and a member with a place: a published one, else one of the plan, else anybody.

    None while nobody said how it appoints. One statement.
    """
    is_planned = exists().where(Assignment.member_id == Member.id, Assignment.election_id == election_id)
    anybody = select(Member.id).order_by(*Member.by_name()).limit(1)
    ways = (anybody.where(_is_published(election_id)), anybody.where(is_planned), anybody)
    first = func.coalesce(*(wanted.scalar_subquery() for wanted in ways))
    both = select(AppointmentSetup, Member).outerjoin(Member, Member.id == first)
    found = db.session.execute(both.where(AppointmentSetup.election_id == election_id)).first()
    return None if found is None else (found[0], found[1])


def _is_published(election_id: int) -> ColumnElement[bool]:
    return exists().where(
        PublishedPlace.member_id == Member.id,
        PublishedPlace.election_id == election_id,
        PublishedPlace.until_version_id.is_(None),
    )


def make_preview(
    setup: AppointmentSetup, text: LetterText, member: Member, office: Office, *, now: datetime
) -> Preview:
    """The letter that this member would get now. `text` may hold what is not saved. Raises RuleBroken.

    Six statements: three for the places and colleagues, three for what went before.
    """
    is_issued = and_(
        Appointment.member_id == Member.id,
        Appointment.election_id == setup.election_id,
        Appointment.state == AppointmentState.ISSUED,
    )
    known = select(_is_published(setup.election_id), Appointment).select_from(Member).outerjoin(Appointment, is_issued)
    is_published, before = db.session.execute(known.where(Member.id == member.id)).one()
    of = PublishedPlace if is_published else Assignment
    source = read_sources_of(setup.election_id, [(member, text.language)], of=of)[member.id]
    is_agreed = is_published and said_yes(source.places, read_yeses(setup.election_id, [member.id]))
    decision = decide(setup, setup.next_number, before, now, is_agreed=is_agreed)
    letter = compose(setup.election, text, source, decision, setup, office)
    return Preview(letter, member, not is_published and bool(source.places), bool(source.places))


def decide(
    setup: AppointmentSetup, number: int, before: Appointment | None, now: datetime, *, is_agreed: bool
) -> Decision:
    """What a letter says of the decision with this number. `is_agreed`: the member said yes to all its places."""
    return Decision(
        number=write_number(setup, number),
        issued_at=now,
        mandate=setup.mandate,
        signatory_name=setup.signatory_name,
        signatory_role=setup.signatory_role,
        answer_until=setup.answer_until,
        is_agreed=is_agreed,
        supersedes=(before.decision_number, before.issued_at) if before else None,
        sender_address=setup.sender_address,
    )


def write_number(setup: AppointmentSetup, number: int) -> str:
    """`SB-GR2026-0001`."""
    return f"{setup.series}-{number:04d}"
