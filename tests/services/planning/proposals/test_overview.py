"""What the pages of a proposal say: each station with what comes, goes, waits and stays open."""

from __future__ import annotations

import pytest

from app.models import Proposal, ProposalState, ProposedPlace
from app.services.audit import COMMAND
from app.services.planning.board import acts
from app.services.planning.board.places import Place
from app.services.planning.proposals import overview, requests
from app.services.planning.times import shift_hours
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.planning import make_available, make_planned_election, places_of, stations_of


@pytest.fixture
def first(election):
    return shifts_of(election)[0]


@pytest.fixture
def proposal(db, election, now) -> Proposal:
    """Ready, with nothing in it yet."""
    made = requests.ask_proposal(election, actor=COMMAND, now=now)
    made.state, made.outcome = ProposalState.READY, {}
    db.session.commit()
    return made


@pytest.fixture
def propose(db, proposal, first):
    """A place that comes, or goes where it is one of the plan."""

    def do(member, station, *, goes=None, accepted_at=None) -> ProposedPlace:
        starts_at, ends_at = shift_hours(first)
        row = ProposedPlace(
            proposal_id=proposal.id,
            assignment_id=goes.id if goes else None,
            member_id=member.id,
            station_id=station.id if station else None,
            shift_id=first.id,
            function_id=make_function("stembureaulid").id,
            starts_at=starts_at,
            ends_at=ends_at,
            accepted_at=accepted_at,
        )
        db.session.add(row)
        db.session.commit()
        return row

    return do


@pytest.fixture
def stand(db, election, first, now):
    """A place of the plan."""

    def do(member, station):
        place = Place(member.id, station.id, first.id, make_function("stembureaulid").id)
        acts.assign_many(election, [place], actor=COMMAND, now=now)
        db.session.commit()
        return places_of(member)[0]

    return do


def lines_of(proposal, election):
    return {line.key: line for line in overview.list_lines(proposal, election)}


def test_a_station_tells_who_comes_and_goes_and_where_else_they_stand(election, proposal, propose, stand):
    here, there = stations_of(election)
    moves, comes, goes = (make_available(election) for _ in range(3))
    leaves = propose(moves, here, goes=stand(moves, here))
    arrives = propose(moves, there)
    new = propose(comes, there)
    gone = propose(goes, there, goes=stand(goes, there))
    at_here, at_there = (overview.read_station(proposal, station.id) for station in (here, there))
    assert [(row.place.id, row.after.id) for row in at_here.going] == [(leaves.id, arrives.id)]
    assert at_here.coming == []
    assert [(row.place.id, row.before and row.before.id) for row in at_there.coming] == [
        (arrives.id, leaves.id),
        (new.id, None),
    ]
    assert [(row.place.id, row.after) for row in at_there.going] == [(gone.id, None)]


def test_what_stays_open_and_is_short_is_told_of_the_own_station_only(db, election, proposal, propose, first):
    here, there = stations_of(election)
    chair = make_function("voorzitter").id
    proposal.outcome = {
        "open": [[here.id, first.id, chair, 1], [there.id, first.id, chair, 2], [None, first.id, chair, 4]],
        "illegal": [[there.id, first.id]],
    }
    db.session.commit()
    details = {at: overview.read_station(proposal, at) for at in (here.id, there.id, overview.CENTRAL)}
    assert {at: detail.open for at, detail in details.items()} == {
        here.id: [(first.id, chair, 1)],
        there.id: [(first.id, chair, 2)],
        overview.CENTRAL: [(first.id, chair, 4)],
    }
    assert {at: detail.illegal for at, detail in details.items()} == {
        here.id: [],
        there.id: [first.id],
        overview.CENTRAL: [],
    }
    lines = lines_of(proposal, election)
    assert {at: (line.open, line.illegal, line.state) for at, line in lines.items()} == {
        here.id: (1, 0, "nothing"),
        there.id: (2, 1, "nothing"),
        overview.CENTRAL: (4, 0, "nothing"),
    }


def test_a_station_waits_is_taken_over_partly_or_whole(election, proposal, propose, now):
    here, there = stations_of(election)
    anna, piet, els = (make_available(election) for _ in range(3))
    propose(anna, here)
    propose(piet, here, accepted_at=now)
    propose(els, there, accepted_at=now)
    propose(anna, None)
    lines = lines_of(proposal, election)
    assert {at: (line.comes, line.goes, line.waiting, line.state) for at, line in lines.items()} == {
        here.id: (2, 0, 1, "partly"),
        there.id: (1, 0, 0, "taken"),
        overview.CENTRAL: (1, 0, 1, "waiting"),
    }
    assert overview.read_station(proposal, here.id).is_waiting
    assert not overview.read_station(proposal, there.id).is_waiting


def test_a_station_of_which_nothing_changes_is_not_listed(election, proposal, propose):
    here, _there = stations_of(election)
    propose(make_available(election), here)
    assert list(lines_of(proposal, election)) == [here.id]


def test_who_was_left_out_is_listed_with_the_places_that_were_missed(db, election, proposal, propose, stand, now):
    here, there = stations_of(election)
    member, other = make_available(election), make_available(election)
    missed = propose(member, here)
    propose(member, there, accepted_at=now)
    propose(member, there, goes=stand(member, there))
    propose(other, here)
    assert overview.list_left_out(proposal) == []
    proposal.outcome = {"left_out": {str(member.id): "busy"}}
    db.session.commit()
    (found,) = overview.list_left_out(proposal)
    assert (found.member.id, found.code, [place.id for place in found.places]) == (member.id, "busy", [missed.id])
    assert overview.write_numbers([found]) == str(here.number)


def test_the_funnel_has_what_is_open_of_its_own_shift_and_function(db, election, proposal, first):
    second, chair = shifts_of(election)[1], make_function("voorzitter")
    proposal.outcome = {
        "open": [[1, first.id, chair.id, 2], [2, first.id, chair.id, 3], [1, second.id, chair.id, 7]],
        "funnels": [
            {"shift": first.id, "function": chair.id, "steps": [9, 4]},
            {"shift": 99999, "function": chair.id, "steps": [1]},
            {"shift": first.id, "function": 99999, "steps": [1]},
        ],
    }
    (step,) = overview.list_steps(proposal, [first, second], [chair])
    assert (step.shift.id, step.function.id, step.open, step.steps) == (first.id, chair.id, 5, [9, 4])


def test_people_are_listed_by_name_and_their_places_by_time(db, election, proposal, propose):
    here, there = stations_of(election)
    people = [make_available(election, surname=name) for name in ("Zand", "Aker")]
    for member in people:
        propose(member, there)
        propose(member, here)
    stranger = propose(make_available(election), None)
    detail = overview.read_station(proposal, here.id)
    assert [row.place.member_id for row in detail.coming] == [people[1].id, people[0].id]
    assert [row.before for row in detail.coming] == [None, None]
    central = overview.read_station(proposal, overview.CENTRAL)
    assert [row.place.id for row in central.coming] == [stranger.id]
    proposal.outcome = {"left_out": {str(member.id): "left" for member in people}}
    db.session.commit()
    found = overview.list_left_out(proposal)
    assert [(row.member.surname, [place.station_id for place in row.places]) for row in found] == [
        ("Aker", [there.id, here.id]),
        ("Zand", [there.id, here.id]),
    ]
    assert overview.write_numbers(found) == f"{here.number}, {there.number}"


def test_the_shifts_of_an_election_are_listed_in_the_order_of_the_days(db, election):
    make_planned_election(5, code="TK2027", type="TK")
    assert overview.list_shifts(election) == shifts_of(election)
