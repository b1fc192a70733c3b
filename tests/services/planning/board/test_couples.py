"""Two who go together, open places for which somebody can be asked, and places by what is typed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.models import Assignment, Couple, Function
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.planning.board.askable import list_askable
from app.services.planning.board.couples import assign_couple, find_partner
from app.services.planning.board.holes import list_open
from app.services.planning.board.search import newest_first, places_found_by
from app.services.search.query import read_search
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.planning import make_available, make_planned_election, places_of, stations_of
from tests.support.factories.staffing import make_place

CHAIR, MEMBER = "voorzitter", "stembureaulid"


@pytest.fixture
def pair(db, election):
    """Two who can and go together; somebody else goes with nobody."""
    jan, els, _alone = (make_available(election) for _ in range(3))
    db.session.add_all([Couple(member_id=jan.id, other_id=els.id), Couple(member_id=els.id, other_id=jan.id)])
    db.session.commit()
    return jan, els


@pytest.fixture
def give_both(db, election, place, now):
    def do(member, **where):
        act = assign_couple(election, place(member, **where), actor=COMMAND, now=now)
        db.session.commit()
        return act

    return do


def stands(db, member):
    (own,) = places_of(member)
    return own.station_id, own.shift_id, db.session.get(Function, own.function_id).code


def test_both_get_a_place_at_the_station_in_one_act_the_same_function_where_it_is_open(db, election, pair, give_both):
    jan, els = pair
    act = give_both(jan, shift=1, station=1)
    at = stations_of(election)[1].id, shifts_of(election)[1].id
    assert (stands(db, jan), stands(db, els)) == ((*at, MEMBER), (*at, MEMBER))
    assert len(act.steps) == 2
    assert (find_partner(jan.id), find_partner(els.id)) == (els, jan)


def test_where_there_is_one_place_in_the_function_the_other_gets_another_one(db, election, pair, give_both):
    """One chair is asked for, and one member is still open; what is open elsewhere is no place here."""
    jan, els = pair
    make_place(make_member(), stations_of(election)[0], shifts_of(election)[0], make_function(MEMBER))
    give_both(jan, function=CHAIR)
    assert [stands(db, member)[2] for member in pair] == [CHAIR, MEMBER]
    assert els.id


def test_without_a_second_place_or_a_partner_nobody_gets_one(db, election, pair, give_both, place):
    jan, _els = pair
    early = shifts_of(election)[0]
    for function in (CHAIR, MEMBER):
        make_place(make_member(), stations_of(election)[0], early, make_function(function))
    with pytest.raises(RuleBroken, match="no second open place"):
        give_both(jan)
    alone = make_available(election)
    with pytest.raises(RuleBroken, match="goes with nobody"):
        give_both(alone, shift=1)
    assert find_partner(alone.id) is None
    assert [places_of(member) for member in (jan, alone)] == [[], []]


def test_somebody_can_be_asked_for_a_place_in_a_shift_for_which_one_who_can_has_no_place(election, statements):
    """However many stations: it takes as many statements as for one."""
    make_available(election, ["yes", "no", "no"])
    busy = make_available(election, ["no", "yes", "no"])
    early, late, _count = shifts_of(election)
    make_place(busy, stations_of(election)[0], late, make_function(CHAIR))
    opened = list_open(election.id)
    with statements() as seen:
        found = list_askable(election, opened)
    assert len(seen) <= 6
    assert found == [need for need in opened if need.shift_id == early.id]
    assert list_askable(election, []) == []


def test_places_are_found_by_the_member_first_and_then_by_the_station_the_latest_election_first(db, election):
    other = make_planned_election(5, code="TK2027", type="TK", voting_on=date(2027, 3, 17))
    stations_of(election)[1].name = "Bakkerij"
    baker, plain = make_member(surname="Bakker"), make_member(surname="Vries")
    early, _late, count = shifts_of(election)
    own = make_place(baker, stations_of(election)[0], count, make_function(CHAIR))
    first = make_place(baker, stations_of(election)[0], early, make_function(CHAIR))
    there = make_place(plain, stations_of(election)[1], early, make_function(CHAIR))
    newer = make_place(baker, stations_of(other)[0], shifts_of(other)[0], make_function(CHAIR))
    make_place(plain, stations_of(election)[0], count, make_function(MEMBER))
    best, widest = (
        list(db.session.scalars(select(Assignment).where(found).order_by(*newest_first())))
        for found in places_found_by(read_search("bakker"))
    )
    assert best == [newer, first, own]
    assert widest == [newer, first, there, own]
