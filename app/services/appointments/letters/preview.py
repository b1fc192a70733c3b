"""The letter on a real member, while the text is being written: nothing is kept, nothing is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from app.extensions import db
from app.letters.paper import Letter
from app.models import Appointment, AppointmentSetup, AppointmentState, Assignment, LetterText, Member, PublishedPlace
from app.services.appointments.letters.fill_ins import Decision
from app.services.appointments.letters.letters import compose
from app.services.appointments.letters.sources import Source, read_sources
from app.services.appointments.office import Office


@dataclass(frozen=True, slots=True)
class Preview:
    """The letter, whose it would be, and whether the places are of the plan as it is being made."""

    letter: Letter
    member: Member
    is_draft: bool
    has_places: bool


def find_example(election_id: int) -> Member | None:
    """A member with a place: a published one, else one of the plan, else anybody."""
    published = exists().where(PublishedPlace.member_id == Member.id, PublishedPlace.election_id == election_id)
    planned = exists().where(Assignment.member_id == Member.id, Assignment.election_id == election_id)
    for has_place in (published.where(PublishedPlace.until_version_id.is_(None)), planned):
        found = db.session.scalars(select(Member).where(has_place).order_by(*Member.by_name()).limit(1)).first()
        if found is not None:
            return found
    return db.session.scalars(select(Member).order_by(*Member.by_name()).limit(1)).first()


def make_preview(
    setup: AppointmentSetup, text: LetterText, member: Member, office: Office, *, now: datetime
) -> Preview:
    """The letter that this member would get now. `text` may hold what is not saved. Raises RuleBroken."""
    source, is_draft = _find_source(setup.election_id, member)
    letter = compose(setup.election, text, source, _next_decision(setup, member, now), setup, office)
    return Preview(letter, member, is_draft, bool(source.places))


def _find_source(election_id: int, member: Member) -> tuple[Source, bool]:
    published = read_sources(election_id, [member.id])[member.id]
    if published.places:
        return published, False
    planned = read_sources(election_id, [member.id], of=Assignment)[member.id]
    return planned, bool(planned.places)


def _next_decision(setup: AppointmentSetup, member: Member, now: datetime) -> Decision:
    """What it would say of the decision, with the number that comes next."""
    current = select(Appointment).where(
        Appointment.member_id == member.id,
        Appointment.election_id == setup.election_id,
        Appointment.state == AppointmentState.ISSUED,
    )
    before = db.session.scalars(current).first()
    return decide(setup, setup.next_number, before, now)


def decide(setup: AppointmentSetup, number: int, before: Appointment | None, now: datetime) -> Decision:
    """What a letter says of the decision with this number."""
    return Decision(
        number=write_number(setup, number),
        issued_at=now,
        mandate=setup.mandate,
        signatory_name=setup.signatory_name,
        signatory_role=setup.signatory_role,
        answer_until=setup.answer_until,
        supersedes=(before.decision_number, before.issued_at) if before else None,
        sender_address=setup.sender_address,
    )


def write_number(setup: AppointmentSetup, number: int) -> str:
    """`SB-GR2026-0001`."""
    return f"{setup.series}-{number:04d}"
