"""The database itself keeps answers: what they are about cannot be deleted beneath them."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from app.models import (
    Availability,
    AvailabilityShift,
    Declaration,
    DeclarationText,
    Election,
    Function,
    Member,
    PollingStation,
    PreferredFunction,
    PreferredStation,
    Shift,
)
from tests.support.factories.elections import give_availability, make_function, make_open_election, make_station
from tests.support.factories.people import make_member

ANSWERS = (Availability, AvailabilityShift, PreferredFunction, PreferredStation, Declaration)
KEPT = (Election, Shift, PollingStation, Function, DeclarationText)


@pytest.fixture
def member(db):
    """A member who answered everything."""
    election, answered = make_open_election(), make_member()
    place, teller = make_station(election, 1), make_function("teller")
    give_availability(answered, election, stations=[place.id], functions=[teller.id])
    return answered


def count_answers(db):
    return [db.session.scalar(select(func.count()).select_from(table)) for table in ANSWERS]


@pytest.mark.usefixtures("member")
@pytest.mark.parametrize("table", KEPT)
def test_what_an_answer_is_about_is_not_deleted_beneath_it(db, table):
    before = count_answers(db)
    with pytest.raises(IntegrityError):
        db.session.execute(delete(table).execution_options(synchronize_session=False))
    db.session.rollback()
    assert count_answers(db) == before
    assert all(before)


def test_who_goes_takes_the_own_answers_along(db, member):
    db.session.execute(delete(Member).where(Member.id == member.id).execution_options(synchronize_session=False))
    db.session.commit()
    assert count_answers(db) == [0] * len(ANSWERS)
