"""One of hundreds of polling stations of an election by what is typed: for a field of a form."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import and_, or_, select

from app.extensions import db
from app.models import PollingStation

MOST_WORDS: Final = 8
LONGEST_NUMBER: Final = 8  # digits


def find_stations(election_id: int, typed: str, limit: int) -> Sequence[PollingStation]:
    """Stations that have this number, or each word in the name, street, postcode or town. One statement.

    That number first, then by number.
    """
    words = typed.replace("\x00", "").split()[:MOST_WORDS]
    if not words:
        return []
    columns = (PollingStation.name, PollingStation.street, PollingStation.postcode, PollingStation.city)
    has_words = and_(*(or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in words))
    number = typed.strip()
    is_number = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    criterion = or_(PollingStation.number == int(number), has_words) if is_number else has_words
    numbers = [int(word) for word in words if word.isascii() and word.isdecimal() and len(word) <= LONGEST_NUMBER]
    found = select(PollingStation).where(PollingStation.election_id == election_id, criterion)
    best_first = (PollingStation.number.not_in(numbers), PollingStation.number)
    return db.session.scalars(found.order_by(*best_first).limit(limit)).all()


def list_stations(election_id: int, keys: Collection[int]) -> Sequence[PollingStation]:
    """The stations with these keys, those that are of this election."""
    of_election = select(PollingStation).where(PollingStation.election_id == election_id)
    return db.session.scalars(of_election.where(PollingStation.id.in_(keys))).all()


def find_by_number(election_id: int, number: int) -> PollingStation | None:
    """The station with this number."""
    of_election = select(PollingStation).where(PollingStation.election_id == election_id)
    return db.session.scalar(of_election.where(PollingStation.number == number))
