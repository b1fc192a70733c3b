"""The life of an election: each step follows from the one before, at its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.models import AuditEvent, ElectionState
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.planning import phases
from tests.support.factories.elections import CLOSES_AT, make_election, make_open_election

VOTING = datetime(2026, 3, 17, 23, 0, tzinfo=UTC)  # midnight on a Dutch clock
COUNTING = VOTING + timedelta(days=1)  # the last day, with a central count
SECOND = timedelta(seconds=1)
STEPS = {
    ElectionState.RECRUITING: (phases.start_planning, CLOSES_AT, ElectionState.PLANNING),
    ElectionState.PLANNING: (phases.publish_plan, CLOSES_AT, ElectionState.PUBLISHED),
    ElectionState.PUBLISHED: (phases.start_running, VOTING, ElectionState.RUNNING),
    ElectionState.RUNNING: (phases.start_settling, COUNTING + timedelta(days=1), ElectionState.SETTLING),
    ElectionState.SETTLING: (phases.close_election, COUNTING + timedelta(days=1), ElectionState.CLOSED),
}


@pytest.mark.parametrize("state", STEPS)
def test_each_step_follows_from_the_one_before_only(db, state):
    step, at, after = STEPS[state]
    election = make_open_election(counting="CSO")
    for other in set(ElectionState) - {state}:
        election.state = other
        with pytest.raises(RuleBroken, match="does not follow"):
            step(election, actor=COMMAND, now=at)
        assert election.state == other
    election.state = state
    step(election, actor=COMMAND, now=at)
    assert election.state == after
    moved = db.session.query(AuditEvent).filter_by(action="election.moved").one()
    assert (moved.subject_id, moved.at, moved.details) == (election.id, at, {"before": state, "after": after})


@pytest.mark.parametrize("state", [ElectionState.RECRUITING, ElectionState.PUBLISHED, ElectionState.RUNNING])
def test_a_step_waits_for_its_moment(db, state):
    step, at, _after = STEPS[state]
    election = make_open_election(counting="CSO")
    election.state = state
    with pytest.raises(RuleBroken):
        step(election, actor=COMMAND, now=at - SECOND)
    assert election.state == state


def test_an_election_of_one_day_is_settled_from_the_day_after(db):
    election = make_election()
    election.state = ElectionState.RUNNING
    phases.start_settling(election, actor=COMMAND, now=VOTING + timedelta(days=1))
    assert election.state == ElectionState.SETTLING
