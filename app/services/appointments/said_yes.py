"""Who said yes to a place before its decision is made: that member is not asked again.

A place of an earlier decision that the member accepted, or one that came free and that the member took. Whoever left a
place in that shift afterwards took the yes back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import (
    AppointedPlace,
    Appointment,
    AppointmentState,
    MemberAnswer,
    PublishedPlace,
    Vacancy,
    VacancyState,
)
from app.services.bulk import among

_LATER: Final = aliased(Vacancy, name="later")
Yeses = set[tuple[int, ...]]  # (place,) of an accepted decision; (member, station or 0, shift, function) of a vacancy


def read_yeses(election_id: int, member_ids: Collection[int]) -> Yeses:
    """To which places these members said yes. Two statements; read it before the earlier decisions end."""
    accepted = (
        select(AppointedPlace.place_id)
        .join(Appointment, Appointment.id == AppointedPlace.appointment_id)
        .where(
            Appointment.election_id == election_id,
            Appointment.state == AppointmentState.ISSUED,
            Appointment.answer == MemberAnswer.ACCEPTED,
            among(Appointment.member_id, member_ids),
        )
    )
    taken = select(Vacancy.filled_by_member_id, Vacancy.station_id, Vacancy.shift_id, Vacancy.function_id).where(
        Vacancy.election_id == election_id,
        Vacancy.state == VacancyState.FILLED,
        among(Vacancy.filled_by_member_id, member_ids),
        ~exists().where(
            _LATER.left_member_id == Vacancy.filled_by_member_id,
            _LATER.shift_id == Vacancy.shift_id,
            _LATER.opened_at >= Vacancy.closed_at,
        ),
    )
    found: Yeses = {(place_id,) for place_id in db.session.scalars(accepted)}
    for member_id, station_id, shift_id, function_id in db.session.execute(taken):
        if member_id is not None:
            found.add((member_id, station_id or 0, shift_id, function_id))
    return found


def said_yes(places: Sequence[PublishedPlace], yeses: Yeses) -> bool:
    """Whether the member said yes to all of these places."""
    return all((place.id,) in yeses or _key(place) in yeses for place in places)


def _key(place: PublishedPlace) -> tuple[int, ...]:
    return (place.member_id, place.station_id or 0, place.shift_id, place.function_id)
