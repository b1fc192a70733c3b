"""Candidates beside members: all at once, and by the worker whoever came or changed, with what became of it."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from app.models import AuditEvent, Candidate, CandidateMatch, ElectionState, LikenessMark, MatchState, MemberState
from app.services.planning.eligibility import comparing
from tests.support.factories.elections import make_open_election
from tests.support.factories.people import make_member

JAN = {"initials": "J.P.", "first_name": "Jan", "infix": "de", "surname": "Vries", "city": "Voorbeeldstad"}


def add_candidate(db, election, position=1, **values):
    person = Candidate(election_id=election.id, list_number=1, position=position, **{**JAN, **values})
    db.session.add(person)
    db.session.commit()
    return person


@pytest.fixture
def election(db):
    return make_open_election()


@pytest.fixture
def other(db):
    return make_open_election(code="TK2027", type="TK")


def matches(db):
    db.session.expire_all()
    rows = select(CandidateMatch).order_by(CandidateMatch.election_id, CandidateMatch.candidate_id)
    return {(row.candidate_id, row.member_id): row.state for row in db.session.scalars(rows)}


def told(db):
    rows = select(AuditEvent.subject_id, AuditEvent.details).where(AuditEvent.action == "candidates.followed")
    return [(key, said) for key, said in db.session.execute(rows.order_by(AuditEvent.id))]


def follow(db, now):
    comparing.follow_names(now)
    db.session.commit()


def test_everybody_who_could_be_appointed_is_compared_with_the_candidates_of_this_election(db, election, other, now):
    jan, elsewhere = add_candidate(db, election), add_candidate(db, other)
    paused, resigned = make_member(state=MemberState.PAUSED, **JAN), make_member(state=MemberState.RESIGNED, **JAN)
    assert comparing.compare(election, now=now) == 1
    assert matches(db) == {(jan.id, paused.id): MatchState.OPEN}
    assert comparing.compare(other, now=now) == 1
    assert set(matches(db)) == {(jan.id, paused.id), (elsewhere.id, paused.id)}
    assert resigned.id not in {member for _candidate, member in matches(db)}


def test_a_likeness_that_is_none_any_more_goes_unless_it_was_decided(db, election, other, now):
    first, second, away = add_candidate(db, election), add_candidate(db, election, 2), add_candidate(db, other)
    member = make_member(**JAN)
    for each in (election, other):
        comparing.compare(each, now=now)
    decided = db.session.scalars(select(CandidateMatch).where(CandidateMatch.candidate_id == second.id)).one()
    decided.state = MatchState.REJECTED
    member.surname, member.first_name, member.initials = "Anders", "Kees", "K."
    db.session.commit()
    assert comparing.compare(election, now=now) == 0
    assert matches(db) == {(second.id, member.id): MatchState.REJECTED, (away.id, member.id): MatchState.OPEN}
    assert first.id not in {candidate for candidate, _member in matches(db)}


def test_who_comes_or_gets_another_name_is_compared_and_what_changed_is_told_by_election(db, election, other, now):
    jan = add_candidate(db, election)
    add_candidate(db, other, first_name="Kees", initials="K.", surname="Bakker", infix="")
    db.session.execute(delete(LikenessMark))
    member = make_member(**JAN)
    follow(db, now)
    assert matches(db) == {(jan.id, member.id): MatchState.OPEN}
    assert told(db) == [(election.id, {"members": 1, "likenesses": 1, "removed": 0})]
    assert db.session.scalars(select(LikenessMark)).all() == []
    follow(db, now)
    member.surname, member.first_name, member.initials = "Anders", "Piet", "P."
    db.session.commit()
    follow(db, now)
    assert matches(db) == {}
    assert told(db)[1:] == [(election.id, {"members": 1, "likenesses": 0, "removed": 1})]


def test_of_an_election_whose_days_are_over_nobody_is_compared_any_more(db, election, other, now):
    add_candidate(db, election)
    jan = add_candidate(db, other)
    election.state = ElectionState.SETTLING
    member = make_member(**JAN)
    follow(db, now)
    assert matches(db) == {(jan.id, member.id): MatchState.OPEN}


def test_what_is_alike_is_written_anew_where_the_name_changed(db, election, now):
    add_candidate(db, election)
    member = make_member(**{**JAN, "city": "Elders"})
    comparing.compare(election, now=now)
    match = db.session.scalars(select(CandidateMatch)).one()
    assert (match.score, "town" in match.reasons) == (90.0, False)
    member.city = "Voorbeeldstad"
    db.session.commit()
    follow(db, now)
    db.session.refresh(match)
    assert (match.score, "town" in match.reasons) == (100.0, True)
