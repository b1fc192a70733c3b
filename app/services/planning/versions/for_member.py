"""What a member sees of a plan: the own places of the version that is published, and nothing of the draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    AppointedPlace,
    Appointment,
    AppointmentState,
    Election,
    ElectionDay,
    ElectionState,
    MemberAnswer,
    PublishedPlace,
    Shift,
)
from app.models.base import is_any_of

SHOWN: Final = (ElectionState.PUBLISHED, ElectionState.RUNNING)


@dataclass(frozen=True, slots=True)
class OwnPlan:
    """The places of one member at one election, in the order of time."""

    election: Election
    places: list[PublishedPlace]


# Who said no to a place does not help there, though the plan is published anew only later.
_SAID_NO: Final = exists().where(
    AppointedPlace.place_id == PublishedPlace.id,
    Appointment.id == AppointedPlace.appointment_id,
    Appointment.state == AppointmentState.ISSUED,
    is_any_of(Appointment.answer, (MemberAnswer.DECLINED, MemberAnswer.CANCELLED)),
)
_MEMBER: Final[Any] = bindparam("placed_member_id")
_OWN: Final = (
    select(PublishedPlace)
    .join(Election, Election.id == PublishedPlace.election_id)
    .join(Shift, Shift.id == PublishedPlace.shift_id)
    .join(ElectionDay, ElectionDay.id == Shift.day_id)
    .where(
        PublishedPlace.member_id == _MEMBER,
        PublishedPlace.until_version_id.is_(None),
        Election.state.in_(SHOWN),
        ~_SAID_NO,
    )
    .order_by(Election.voting_on, Election.id, PublishedPlace.starts_at, PublishedPlace.id)
    .options(
        joinedload(PublishedPlace.election),
        joinedload(PublishedPlace.station),
        joinedload(PublishedPlace.function),
        joinedload(PublishedPlace.shift).joinedload(Shift.day),
    )
)


def list_own_plans(member_id: int) -> list[OwnPlan]:
    """Where this member is expected, by election, the first voting day first. One statement."""
    plans: dict[int, OwnPlan] = {}
    for place in db.session.scalars(_OWN, {"placed_member_id": member_id}):
        plans.setdefault(place.election_id, OwnPlan(place.election, [])).places.append(place)
    return list(plans.values())
