"""What waits in appointments: a member who did not answer yet, and for the team who cannot come or did not answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    AppointedPlace,
    Appointment,
    AppointmentState,
    Election,
    ElectionState,
    Member,
    MemberAnswer,
    PublishedPlace,
)
from app.phrases import counted, phrase
from app.services.appointments.plans import GONE
from app.services.waiting import MEMBER_ID, NOW, OpenTask, Total, asked_of, how_many


def _is_coming(now: Any) -> ColumnElement[bool]:
    """A place of the decision did not end yet."""
    return (
        exists()
        .where(
            AppointedPlace.appointment_id == Appointment.id,
            PublishedPlace.id == AppointedPlace.place_id,
            PublishedPlace.ends_at > now,
        )
        .correlate(Appointment)
    )


def _own(member_id: Any, now: Any, *answers: MemberAnswer) -> Select[Any]:
    return (
        select(Appointment)
        .where(
            Appointment.member_id == member_id,
            Appointment.state == AppointmentState.ISSUED,
            Appointment.answer.in_(answers),
            _is_coming(now),
        )
        .order_by(Appointment.id)
    )


_UNANSWERED: Final = _own(MEMBER_ID, NOW, MemberAnswer.NONE).options(joinedload(Appointment.election))


def find_unanswered(member: Member, now: datetime) -> list[OpenTask]:
    """A task for each decision that the member did not answer."""
    why = phrase("Read your letter of appointment, and tell us whether you can come.")
    return [
        OpenTask(
            "appointment",
            phrase("Answer your appointment: %(election)s", election=appointment.election.name),
            why,
            appointment.answer_until,
            appointment,
        )
        for appointment in db.session.scalars(_UNANSWERED, asked_of(member.id, now))
    ]


_GOES_ON: Final = or_(
    and_(Election.is_answerable, Election.availability_opens_at.is_not(None)), Election.state == ElectionState.RUNNING
)
_AT_HOME: Final = (
    select(Election, Appointment)
    .outerjoin(
        Appointment,
        and_(
            Appointment.election_id == Election.id,
            Appointment.member_id == MEMBER_ID,
            Appointment.state == AppointmentState.ISSUED,
            Appointment.answer == MemberAnswer.ACCEPTED,
            _is_coming(NOW),
        ),
    )
    .where(or_(_GOES_ON, Appointment.id.is_not(None)))
    .order_by(Election.voting_on, Election.id)
)


def list_elections_at_home(member_id: int, now: datetime) -> list[tuple[Election, Appointment | None]]:
    """Elections that ask members or have begun, and those for which the member accepted and is expected.

    One statement for both: home shows the first with their facts, and "I cannot come after all" for the second.
    """
    return list(db.session.execute(_AT_HOME, asked_of(member_id, now)).tuples())


def count_unanswered(member_id: Any, now: Any) -> ColumnElement[int]:
    """How many these are."""
    return how_many(_own(member_id, now, MemberAnswer.NONE).correlate(None))


CANNOT: Final = counted("appointed member who cannot come", "appointed members who cannot come")
LATE: Final = counted("appointed member who did not answer in time", "appointed members who did not answer in time")


def total_answers(now: datetime) -> list[Total]:
    """For the team's home: who cannot come, and who did not answer before the date."""
    is_open = and_(
        Appointment.state == AppointmentState.ISSUED,
        exists().where(Election.id == Appointment.election_id, Election.state != ElectionState.CLOSED),
    )
    cannot = select(func.count(Appointment.id)).where(is_open, Appointment.answer.in_(GONE)).scalar_subquery()
    is_late = and_(Appointment.answer == MemberAnswer.NONE, Appointment.answer_until < now)
    late = select(func.count(Appointment.id)).where(is_open, is_late).scalar_subquery()
    return [
        Total(CANNOT, cannot, {"said": "cannot"}),
        Total(LATE, late, {"said": "late"}),
    ]
