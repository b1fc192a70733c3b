"""What planners did while a proposal was made: only what truly collides with it is left out when it is taken over."""

from __future__ import annotations

import pytest

from app.models import Assignment, AvailabilityShift, Proposal, ProposalState, ProposedPlace
from app.services.audit import COMMAND
from app.services.planning.board import acts
from app.services.planning.board.places import Place
from app.services.planning.proposals import accepting
from app.services.planning.times import shift_hours
from tests.support.factories import replacement
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.planning import make_available, make_planned_election, places_of, stations_of

BY = {"actor": COMMAND}


@pytest.fixture
def election(db):
    return make_planned_election(1, 2, target=1)


@pytest.fixture
def here(election):
    return stations_of(election)[0]


@pytest.fixture
def elsewhere(election):
    return stations_of(election)[1]


def propose(db, election, now, *places, going=()) -> Proposal:
    """A proposal that is ready: these places come, those of the plan go."""
    proposal = Proposal(election_id=election.id, state=ProposalState.READY, created_at=now, finished_at=now)
    db.session.add(proposal)
    db.session.flush()
    hours = {shift.id: shift_hours(shift) for shift in shifts_of(election)}
    for place, key in [*((row, row.id) for row in going), *((place, None) for place in places)]:
        starts, ends = hours[place.shift_id]
        same = {name: getattr(place, name) for name in ("member_id", "station_id", "shift_id", "function_id")}
        db.session.add(
            ProposedPlace(proposal_id=proposal.id, assignment_id=key, starts_at=starts, ends_at=ends, **same)
        )
    db.session.commit()
    return proposal


def all_day(member, station, election, function="stembureaulid") -> list[Place]:
    return [Place(member.id, station.id, shift.id, make_function(function).id) for shift in shifts_of(election)]


def assign(db, election, now, *places) -> None:
    acts.assign_many(election, places, confirmed={"all"}, **BY, now=now)
    db.session.commit()


def take(db, proposal, election, now) -> accepting.Accepted:
    done = accepting.accept(proposal, election, **BY, now=now)
    db.session.commit()
    return done


def stands(member) -> list[tuple[int | None, int]]:
    return [(place.station_id, place.shift_id) for place in places_of(member)]


def test_whose_place_a_colleague_has_in_one_shift_gets_the_other_shifts(db, election, here, now):
    member, other = make_available(election), make_available(election)
    proposal = propose(db, election, now, *all_day(member, here, election))
    first, *rest = shifts_of(election)
    assign(db, election, now, all_day(other, here, election)[0])

    done = take(db, proposal, election, now)

    assert done.left_out == {member.id: "above_target"}
    assert stands(member) == [(here.id, shift.id) for shift in rest]
    assert stands(other) == [(here.id, first.id)]


def test_who_got_another_function_at_the_station_gets_the_other_shifts_there(db, election, here, now):
    member = make_available(election)
    proposal = propose(db, election, now, *all_day(member, here, election))
    chair = all_day(member, here, election, "voorzitter")[0]
    assign(db, election, now, chair)

    done = take(db, proposal, election, now)

    assert done.left_out == {member.id: "double"}
    assert stands(member) == [(here.id, shift.id) for shift in shifts_of(election)]
    assert places_of(member)[0].function_id == chair.function_id


def test_who_stands_at_another_station_by_now_does_not_go_from_one_to_the_other(db, election, here, elsewhere, now):
    member, other = make_available(election), make_available(election)
    proposal = propose(db, election, now, *all_day(member, here, election), *all_day(other, elsewhere, election))
    assign(db, election, now, all_day(member, elsewhere, election)[0])

    done = take(db, proposal, election, now)

    assert stands(member) == [(elsewhere.id, shifts_of(election)[0].id)]
    assert done.left_out == {member.id: "double", other.id: "above_target"}
    assert len(stands(other)) == len(shifts_of(election)) - 1


def test_who_left_a_shift_meanwhile_is_not_brought_back(db, election, here, now):
    member, other = make_available(election), make_available(election)
    proposal = propose(
        db, election, now, *all_day(member, here, election), *all_day(other, here, election, "voorzitter")
    )
    replacement.place(election, member, now=now)
    replacement.leave(member, now=now)

    done = take(db, proposal, election, now)

    assert done.left_out == {member.id: "left"}
    assert stands(member) == []


def test_who_says_no_by_now_gets_nothing_of_it(db, election, here, now):
    member, other = make_available(election), make_available(election)
    proposal = propose(
        db, election, now, *all_day(member, here, election), *all_day(other, here, election, "voorzitter")
    )
    db.session.query(AvailabilityShift).filter_by(member_id=member.id).update({"answer": "no"})
    db.session.commit()

    done = take(db, proposal, election, now)

    assert done.left_out == {member.id: "said_no"}
    assert len(stands(other)) == len(shifts_of(election))


def test_who_would_move_stays_with_all_of_it_where_one_place_is_taken(db, election, here, elsewhere, now):
    member, other = make_available(election), make_available(election)
    assign(db, election, now, *all_day(member, here, election))
    going = places_of(member)
    proposal = propose(db, election, now, *all_day(member, elsewhere, election), going=going)
    assign(db, election, now, all_day(other, elsewhere, election)[0])
    more = make_available(election)
    wanted = all_day(more, here, election, "voorzitter")
    proposal_rows = propose(db, election, now, *wanted)

    take(db, proposal_rows, election, now)
    with pytest.raises(accepting.RuleBroken):
        accepting.accept(proposal, election, **BY, now=now)

    assert stands(member) == [(here.id, shift.id) for shift in shifts_of(election)]
    assert db.session.query(Assignment).filter_by(member_id=more.id).count() == len(wanted)
