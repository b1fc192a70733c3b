"""Asking for a proposal: for which stations, when it is stopped or thrown away, and whether the plan went on since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import Proposal, ProposalState, ProposedPlace
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.planning.board import acts
from app.services.planning.board.places import Place
from app.services.planning.proposals import requests
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.planning import make_available, make_planned_election, stations_of


@pytest.fixture
def by(now):
    return {"actor": COMMAND, "now": now}


def numbers_of(election, typed):
    of = {station.id: station.number for station in stations_of(election)}
    return [of[key] for key in requests.read_numbers(election, typed)]


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("3", [3]),
        ("7, 3;10", [3, 7, 10]),
        ("3-7", [3, 5, 7]),
        ("3 - 5 99", [3, 5]),
        ("5–10", [5, 7, 10]),
        ("7 -10", [7, 10]),
        ("3- 5", [3, 5]),
        ("10 10 10", [10]),
    ],
)
def test_numbers_of_stations_are_read_as_people_write_them(db, typed, numbers):
    election = make_planned_election(3, 5, 7, 10)
    make_planned_election(4, code="EP2029", type="EP", name="Europa 2029")
    assert numbers_of(election, typed) == numbers


@pytest.mark.parametrize("typed", ["", "noord", "3-", "-3", "4", "1-999999", "7-3"])
def test_what_names_no_station_is_refused_at_the_field(db, typed):
    election = make_planned_election(3, 5)
    with pytest.raises(RuleBroken) as refused:
        requests.read_numbers(election, typed)
    assert refused.value.field == "numbers"


def test_only_stations_of_the_election_are_chosen(db, election, by):
    elsewhere = stations_of(make_planned_election(4, code="EP2029", type="EP", name="Europa 2029"))[0]
    own = stations_of(election)[1]
    with pytest.raises(RuleBroken) as refused:
        requests.ask_proposal(election, station_ids=[elsewhere.id], **by)
    assert refused.value.field == "stations"
    asked = requests.ask_proposal(election, station_ids=[elsewhere.id, own.id], **by)
    assert asked.station_ids == [own.id]


@pytest.mark.parametrize("state", list(ProposalState))
def test_what_is_being_made_is_stopped_and_what_was_made_is_thrown_away(db, election, by, state):
    proposal = requests.ask_proposal(election, **by)
    proposal.state = state
    db.session.commit()
    for act, fits in (
        (requests.stop_proposal, {ProposalState.WAITING, ProposalState.RUNNING}),
        (requests.drop_proposal, {ProposalState.READY, ProposalState.FAILED}),
    ):
        if state in fits:
            act(proposal, **by)
        else:
            with pytest.raises(RuleBroken):
                act(proposal, **by)
    db.session.refresh(proposal)
    assert proposal.is_stop_asked == (state in {ProposalState.WAITING, ProposalState.RUNNING})


def test_throwing_one_away_takes_its_places_along_and_no_others(db, election, by):
    kept, dropped = (_ready(db, election, by) for _ in range(2))
    requests.drop_proposal(dropped, **by)
    db.session.commit()
    assert [row.proposal_id for row in db.session.query(ProposedPlace)] == [kept.id]
    assert (dropped.state, kept.state) == (ProposalState.DROPPED, ProposalState.READY)


def _ready(db, election, by) -> Proposal:
    proposal = requests.ask_proposal(election, **by)
    proposal.state, shift = ProposalState.READY, shifts_of(election)[0]
    row = ProposedPlace(proposal_id=proposal.id, member_id=make_available(election).id, shift_id=shift.id)
    row.function_id, row.starts_at, row.ends_at = make_function("stembureaulid").id, by["now"], by["now"]
    db.session.add(row)
    db.session.commit()
    return proposal


def test_a_proposal_is_outdated_when_the_plan_changed_after_it(db, election, by, now):
    proposal = requests.ask_proposal(election, **by)
    assert not requests.is_outdated(proposal)
    function = make_function("stembureaulid").id
    place = Place(make_available(election).id, stations_of(election)[0].id, shifts_of(election)[0].id, function)
    acts.assign_many(election, [place], **by)
    proposal.finished_at = now + timedelta(minutes=1)
    assert not requests.is_outdated(proposal)
    proposal.finished_at = now - timedelta(minutes=1)
    assert requests.is_outdated(proposal)


def test_proposals_are_listed_the_newest_first_and_found_in_their_own_election(db, election, by):
    other = make_planned_election(9, code="TK2027", type="TK")
    first = _ready(db, election, by)
    newer, elsewhere = _ready(db, election, by), requests.ask_proposal(other, **by)
    assert requests.list_proposals(election) == [newer, first]
    assert requests.list_proposals(election, limit=1) == [newer]
    assert requests.find_proposal(election.code, first.id) is first
    assert requests.find_proposal(election.code, elsewhere.id) is None
    assert requests.find_proposal(other.code, first.id) is None


def test_many_stations_are_named_by_a_range_of_at_most_so_many(db, monkeypatch):
    monkeypatch.setattr(requests, "MOST_NUMBERS", 4)
    election = make_planned_election(3, 5, 7)
    assert numbers_of(election, "3-7") == [3, 5, 7]
    with pytest.raises(RuleBroken):
        numbers_of(election, "3-8")
