"""Groups by the published plan: who has a place, and who has none. What is only a draft puts nobody in a group."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists

from app.models import (
    Answer,
    Availability,
    AvailabilityShift,
    Condition,
    Function,
    Member,
    PollingStation,
    PublishedPlace,
    Shift,
)
from app.phrases import phrase
from app.services.audience_kinds import Kind

LONGEST_NUMBER: Final = 6  # digits of the number of a station


def _placed(election_id: int | None, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        PublishedPlace.member_id == Member.id,
        PublishedPlace.election_id == election_id,
        PublishedPlace.until_version_id.is_(None),
        *more,
    )


def _at_station(asked: Condition) -> ColumnElement[bool]:
    """At a station with one of these numbers; what is no number is at none."""
    numbers = [int(text) for text in asked.texts if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER]
    at: tuple[Any, ...] = (PollingStation.id == PublishedPlace.station_id, PollingStation.number.in_(numbers))
    return _placed(asked.election_id, *at)


def _answered(election_id: int | None, *answers: str) -> ColumnElement[bool]:
    given = (
        Availability.member_id == Member.id,
        Availability.election_id == election_id,
        Availability.is_answered,
    )
    if not answers:
        return exists().where(*given)
    said = (AvailabilityShift.availability_id == Availability.id, AvailabilityShift.answer.in_(answers))
    return exists().where(*given, *said)


def _without_place(asked: Condition) -> ColumnElement[bool]:
    return and_(_answered(asked.election_id), ~_placed(asked.election_id))


def _in_reserve(asked: Condition) -> ColumnElement[bool]:
    can = _answered(asked.election_id, Answer.YES, Answer.MAYBE)
    return and_(can, ~_placed(asked.election_id))


KINDS: Final[dict[str, Kind]] = {
    "placed": Kind(
        phrase("Has a place in the published plan"), lambda asked: _placed(asked.election_id), needs_election=True
    ),
    "not_placed": Kind(
        phrase("Gave availability, and has no place in the published plan"), _without_place, needs_election=True
    ),
    "reserve": Kind(
        phrase("Reserve: can help (yes or maybe), and has no place in the published plan"),
        _in_reserve,
        needs_election=True,
    ),
    "placed_at": Kind(phrase("Has a place at a polling station"), _at_station, needs_election=True, asks_texts=True),
    "placed_in": Kind(
        phrase("Has a place in a shift"),
        lambda asked: _placed(asked.election_id, PublishedPlace.shift_id.in_(asked.ids)),
        needs_election=True,
        picks=Shift,
    ),
    "placed_as": Kind(
        phrase("Has a place in a function"),
        lambda asked: _placed(asked.election_id, PublishedPlace.function_id.in_(asked.ids)),
        needs_election=True,
        picks=Function,
    ),
}
