"""Who left a place of a shift is not offered for that shift again by itself; by name it is asked if it is meant."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import Availability, Vacancy
from app.services.appointments.replacement import leaving
from app.services.audit import COMMAND
from app.services.planning.board import acts, checks, holes
from app.services.planning.board.one_member.openings import find_outlook
from app.services.planning.board.places import Place
from app.services.planning.board.ranking.candidates import rank
from app.services.planning.proposals.reading import read_question
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.planning import make_available, make_planned_election, stations_of
from tests.support.factories.replacement import leave, place


@pytest.fixture
def election(db):
    return make_planned_election(1, 2)


@pytest.fixture
def left(db, election, now):
    """Somebody who can all day, had places in the first two shifts, and comes to the second one only. A colleague left
    the whole election, and the member another one.
    """
    member, colleague = make_available(election), make_available(election)
    place(election, colleague, shift=2, now=now)
    leave(colleague, now=now)
    other = make_planned_election(3, code="TK2027", type="TK")
    place(other, member, shift=2, now=now)
    leave(member, now=now)
    for shift in (0, 1):
        place(election, member, shift=shift, now=now)
    leaving.note_leaving(leaving.list_places(member.id, now)[:1], "busy", actor=COMMAND, now=now)
    db.session.commit()
    return db.session.query(Vacancy).filter_by(left_member_id=member.id, election_id=election.id).one()


def can_in(election, member) -> list[int]:
    """The shifts in which a proposal may place the member."""
    question = read_question(election, station_ids=[], weights={}, keeps_published=True)
    (person,) = [person for person in question.instance.people if person.id == member.id]
    return [shift for shift, _sure in person.shifts]


def ranked(election, shift: int, station: int = 0) -> list[int]:
    key = stations_of(election)[station].id, shifts_of(election)[shift].id, make_function("stembureaulid").id
    return [candidate.member_id for candidate in rank(holes.find_spot(election.id, key).hole())]


def offered(election, member) -> set[int]:
    """The shifts of the open places that the member's page offers."""
    return {opening.shift.id for opening in find_outlook(election, member, []).openings}


def test_a_proposal_does_not_bring_back_who_left(election, left):
    assert can_in(election, left.left_member) == [shift.id for shift in shifts_of(election)[1:]]


def test_who_left_is_on_no_list_of_that_shift(election, left):
    assert ranked(election, 0) == []
    assert ranked(election, 2) == [left.left_member_id]


def test_the_page_of_who_left_offers_other_shifts(election, left):
    _first, *others = shifts_of(election)
    assert offered(election, left.left_member) == {shift.id for shift in others}


def test_who_left_every_place_is_offered_for_no_other_shift(election, now):
    member = make_available(election)
    place(election, member, now=now)
    leave(member, now=now)
    assert can_in(election, member) == []
    assert [ranked(election, shift) for shift in range(3)] == [[], [], []]
    assert offered(election, member) == set()


def test_by_name_it_is_asked_whether_it_is_meant(election, left, now):
    wanted = Place(left.left_member_id, left.station_id, left.shift_id, left.function_id)
    with pytest.raises(checks.NeedsConfirmation) as asked:
        acts.assign_many(election, [wanted], actor=COMMAND, now=now)
    assert asked.value.codes == {"left"}


def test_who_came_back_is_offered_again(db, election, left):
    left.filled_by_member_id = left.left_member_id
    db.session.commit()
    assert can_in(election, left.left_member) == [shift.id for shift in shifts_of(election)]
    assert ranked(election, 0) == [left.left_member_id]


def test_a_new_answer_since_then_is_the_last_word(db, election, now):
    member = make_available(election)
    place(election, member, now=now)
    leave(member, now=now)
    answer = db.session.query(Availability).filter_by(member_id=member.id).one()
    answer.changed_at = now - timedelta(minutes=1)
    db.session.commit()
    assert can_in(election, member) == []
    answer.changed_at = now + timedelta(minutes=1)
    db.session.commit()
    assert can_in(election, member) == [shift.id for shift in shifts_of(election)]
    assert ranked(election, 0) == [member.id]
