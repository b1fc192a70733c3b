"""What the clock finds: places of who left, and free places of which nobody told who waits; and what may not go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.models import MemberState, TrainingSession
from app.phrases import RuleBroken
from app.services.elections.change_rules import check_function_goes
from app.services.elections.elections import check_election_goes
from app.services.training import upkeep
from tests.support.factories.elections import make_election, make_function
from tests.support.factories.people import make_member
from tests.support.factories.training import make_session, sign_up


def test_the_place_of_who_left_goes_to_who_waits(db, now):
    session, left = make_session(now, capacity=1), make_member()
    other, gone = make_session(now, title="Al begonnen", starts_at=now + timedelta(minutes=1)), make_member()
    seats = [sign_up(session, member, now) for member in (left, make_member())]
    seats.append(sign_up(other, gone, now))
    left.state = gone.state = MemberState.RESIGNED
    other.starts_at = now
    db.session.commit()
    assert upkeep.keep_up(now) == 1
    assert [seat.state for seat in seats] == ["cancelled", "signed_up", "signed_up"]
    assert upkeep.keep_up(now) == 0


def test_a_place_that_came_free_another_way_is_given(db, now):
    session = make_session(now, capacity=1)
    seats = [sign_up(session, make_member(), now) for _ in range(2)]
    db.session.delete(seats[0])
    db.session.execute(update(TrainingSession).values(taken=0))
    db.session.commit()
    assert upkeep.keep_up(now) == 1
    assert (seats[1].state, session.taken, session.waiting) == ("signed_up", 1, 0)


def test_what_a_session_is_about_is_not_deleted(db, now):
    election, function = make_election(), make_function("voorzitter")
    make_session(now, election_id=election.id, function_ids=(function.id,))
    with pytest.raises(RuleBroken):
        check_function_goes(function)
    with pytest.raises(RuleBroken):
        check_election_goes(election)
