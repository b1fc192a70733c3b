"""The team hears by telephone that somebody cannot come: the place becomes free and a vacancy opens at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    AppointedPlace,
    Appointment,
    AppointmentState,
    Assignment,
    Election,
    PublishedPlace,
    Shift,
    VacancyCause,
)
from app.phrases import RuleBroken, phrase
from app.services.appointments import answers
from app.services.appointments.replacement.vacancies import open_vacancies
from app.services.audit import Actor
from app.services.planning.board import acts
from app.services.planning.board.checks import OPEN_PHASES
from app.services.planning.board.places import Seen


def list_places(member_id: int, now: datetime) -> list[Assignment]:
    """Where this member is still expected, by election and in order of time. One statement."""
    rows = (
        select(Assignment)
        .join(Election, Election.id == Assignment.election_id)
        .where(Assignment.member_id == member_id, Assignment.ends_at > now, Election.state.in_(OPEN_PHASES))
        .options(
            joinedload(Assignment.election),
            joinedload(Assignment.station),
            joinedload(Assignment.function),
            joinedload(Assignment.shift).joinedload(Shift.day),
        )
    )
    return list(db.session.scalars(rows.order_by(Election.voting_on, Assignment.starts_at, Assignment.id)))


def note_leaving(places: Sequence[Assignment], reason: str, *, actor: Actor, now: datetime) -> None:
    """A member does not come to these places. When they are all of the own appointment, that is what was said to it.

    `reason` is of `answers.choose_reason`. Raises RuleBroken for none, and EditConflict where somebody changed a place
    meanwhile.
    """
    plain = answers.tidy_reason(reason)
    if not places:
        raise RuleBroken(phrase("Choose at least one place."), field="places")
    of_election: dict[int, list[Assignment]] = {}
    for place in places:
        of_election.setdefault(place.election_id, []).append(place)
    for some in of_election.values():
        _leave(some, plain, actor, now)


def _leave(places: Sequence[Assignment], plain: str, actor: Actor, now: datetime) -> None:
    appointment = _find_appointment(places)
    if appointment is not None:
        answers.say_no(appointment, plain, cause=VacancyCause.ABSENT, actor=actor, now=now)
        return
    election, left = places[0].election, [acts.as_place(place) for place in places]
    acts.remove_many(election, [Seen(place.id, place.version) for place in places], actor=actor, now=now)
    open_vacancies(election, left, VacancyCause.ABSENT, plain, actor=actor, now=now)


def _find_appointment(places: Sequence[Assignment]) -> Appointment | None:
    """The decision that holds and can still be answered, when these are all its places."""
    member_id, election_id = places[0].member_id, places[0].election_id
    rows = select(Appointment).where(
        Appointment.member_id == member_id,
        Appointment.election_id == election_id,
        Appointment.state == AppointmentState.ISSUED,
        Appointment.answer.in_(answers.OPEN),
    )
    appointment = db.session.scalars(rows).first()
    if appointment is None:
        return None
    appointed = (
        select(PublishedPlace.assignment_id)
        .join(AppointedPlace, AppointedPlace.place_id == PublishedPlace.id)
        .where(AppointedPlace.appointment_id == appointment.id)
    )
    return appointment if set(db.session.scalars(appointed)) <= {place.id for place in places} else None
