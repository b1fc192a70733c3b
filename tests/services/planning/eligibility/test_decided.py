"""What the team decides about a likeness: one person, two, or open again; findings follow, and who decided is kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import (
    AuditEvent,
    Candidate,
    CandidateMatch,
    ElectionState,
    EligibilityFinding,
    EligibilityRule,
    MatchState,
)
from app.phrases import RuleBroken
from app.services.planning.eligibility import candidates
from tests.support.factories.elections import make_open_election
from tests.support.factories.message_box import actor_of
from tests.support.factories.people import make_member, make_staff


@pytest.fixture
def clerk(db):
    return make_staff()


@pytest.fixture
def match(db):
    """A member whom the file of candidates may name, at an election that bars candidates."""
    election, member = make_open_election(), make_member()
    db.session.query(EligibilityRule).filter_by(election_id=election.id).delete()
    db.session.add(EligibilityRule(election_id=election.id, code="candidate", basis="law", is_blocking=True))
    person = Candidate(election_id=election.id, list_number=1, position=1, first_name="Jan", surname="Vries")
    db.session.add(person)
    db.session.flush()
    found = CandidateMatch(election_id=election.id, candidate_id=person.id, member_id=member.id, score=95.0)
    db.session.add(found)
    db.session.commit()
    return found


def findings_of(db, member_id):
    db.session.commit()
    return list(db.session.scalars(select(EligibilityFinding).where(EligibilityFinding.member_id == member_id)))


def test_only_a_confirmed_likeness_stops_the_member_and_it_is_kept_who_decided(db, match, clerk, now):
    own = {"actor": actor_of(clerk), "now": now}
    assert findings_of(db, match.member_id) == []
    candidates.decide(match, MatchState.CONFIRMED, **own)
    assert [finding.rule.code for finding in findings_of(db, match.member_id)] == ["candidate"]
    assert (match.state, match.decided_at, match.decided_by_user_id) == (MatchState.CONFIRMED, now, clerk.id)
    candidates.decide(match, MatchState.REJECTED, **own)
    assert findings_of(db, match.member_id) == []
    assert (match.state, match.decided_at, match.decided_by_user_id) == (MatchState.REJECTED, now, clerk.id)
    candidates.decide(match, MatchState.OPEN, **own)
    assert (match.state, match.decided_at, match.decided_by_user_id) == (MatchState.OPEN, None, None)
    told = select(AuditEvent).where(AuditEvent.action == "candidate_match.decided").order_by(AuditEvent.id)
    assert [(row.member_id, row.details["after"]) for row in db.session.scalars(told)] == [
        (match.member_id, state) for state in ("confirmed", "rejected", "open")
    ]


def test_who_decides_the_same_as_a_colleague_is_told(match, clerk, now):
    own = {"actor": actor_of(clerk), "now": now}
    candidates.decide(match, MatchState.CONFIRMED, **own)
    with pytest.raises(RuleBroken, match="A colleague decided"):
        candidates.decide(match, MatchState.CONFIRMED, **own)


@pytest.mark.parametrize("state", [ElectionState.SETTLING, ElectionState.CLOSED])
def test_after_the_days_nothing_is_decided_or_compared(db, match, clerk, now, state):
    own = {"actor": actor_of(clerk), "now": now}
    match.candidate.election.state = state
    db.session.flush()
    with pytest.raises(RuleBroken):
        candidates.decide(match, MatchState.CONFIRMED, **own)
    with pytest.raises(RuleBroken):
        candidates.compare_again(match.candidate.election, **own)
    assert match.state == MatchState.OPEN
