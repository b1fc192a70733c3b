"""What waits in appointments: a member who did not answer yet, and for the team who cannot come or did not answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
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
    ReplacementAsk,
)
from app.models.base import is_any_of
from app.phrases import counted, phrase
from app.services.appointments.plans import GONE
from app.services.appointments.replacement.open_tasks import as_task, is_open_ask
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


def _is_unanswered(member_id: Any, now: Any) -> ColumnElement[bool]:
    return and_(
        Appointment.member_id == member_id,
        Appointment.state == AppointmentState.ISSUED,
        Appointment.answer == MemberAnswer.NONE,
        _is_coming(now),
    )


# Both at once: of either a member has one or two, so each beside each other is few rows.
_WAITING: Final = (
    select(Appointment, ReplacementAsk)
    .select_from(Member)
    .outerjoin(Appointment, _is_unanswered(MEMBER_ID, NOW))
    .outerjoin(ReplacementAsk, is_open_ask(MEMBER_ID, NOW))
    .where(Member.id == MEMBER_ID)
    .options(joinedload(Appointment.election))
    .order_by(Appointment.id, ReplacementAsk.until, ReplacementAsk.id)
)


def find_tasks(member: Member, now: datetime) -> list[OpenTask]:
    """A task for each decision that the member did not answer, and for each question to help out. One statement."""
    rows = db.session.execute(_WAITING, asked_of(member.id, now)).all()
    appointments = dict.fromkeys(appointment for appointment, _ask in rows if appointment is not None)
    asks = dict.fromkeys(ask for _appointment, ask in rows if ask is not None)
    return [*map(_as_task, appointments), *map(as_task, asks)]


def _as_task(appointment: Appointment) -> OpenTask:
    return OpenTask(
        "appointment",
        phrase("Answer your appointment: %(election)s", election=appointment.election.name),
        phrase("Read your letter of appointment, and tell us whether you can come."),
        appointment.answer_until,
        appointment,
    )


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
    return list(db.session.execute(_AT_HOME, asked_of(member_id, now)))


def count_unanswered(member_id: Any, now: Any) -> ColumnElement[int]:
    """How many these are."""
    return how_many(select(Appointment).where(_is_unanswered(member_id, now)).correlate(None))


CANNOT: Final = counted("appointed member who cannot come", "appointed members who cannot come")
LATE: Final = counted("appointed member who did not answer in time", "appointed members who did not answer in time")


_IS_OPEN: Final = and_(
    Appointment.state == AppointmentState.ISSUED,
    exists().where(Election.id == Appointment.election_id, Election.state != ElectionState.CLOSED),
)
_CANNOT: Final = (
    select(func.count(Appointment.id)).where(_IS_OPEN, is_any_of(Appointment.answer, GONE)).scalar_subquery()
)
_LATE: Final = (
    select(func.count(Appointment.id))
    .where(_IS_OPEN, Appointment.answer == MemberAnswer.NONE, Appointment.answer_until < NOW)
    .scalar_subquery()
)


def total_answers(now: datetime) -> list[Total]:
    """For the team's home: who cannot come, and who did not answer before the date."""
    return [
        Total(CANNOT, _CANNOT, {"said": "cannot"}),
        Total(LATE, _LATE, {"said": "late"}, asked_of(None, now)),
    ]
