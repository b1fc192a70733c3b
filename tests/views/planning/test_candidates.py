"""A file with candidates: looked at, imported, compared with members; and what the team decides about each likeness."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from sqlalchemy import select, update

from app.jobs import due
from app.models import (
    AuditEvent,
    Candidate,
    CandidateMatch,
    EligibilityFinding,
    EligibilityRule,
    ImportRun,
    ImportState,
    LikenessMark,
    MatchState,
    Member,
)
from app.services.planning.eligibility import candidates, comparing
from tests.importing import eml_files
from tests.importing.eml_files import candidate, candidate_list
from tests.support.factories.elections import make_open_election
from tests.support.factories.people import make_member, make_staff

CODE = "GR2026_Test"
PAGE = f"/verkiezingen/{CODE}/kandidaten/importeren"


@pytest.fixture
def team(client, sign_in_as):
    return sign_in_as(client, make_staff())


@pytest.fixture
def election(db):
    return make_open_election(code=CODE, closes_at=datetime(2026, 3, 1, 23, 0, tzinfo=UTC))


def jan(**values):
    return candidate("1", "Vries", initials="J.P.", first_name="Jan", infix="de", city="Voorbeeldstad", **values)


def lists(*people):
    return eml_files.candidates(candidate_list("1", "Partij A", *people))


def send(team, content):
    return team.post(PAGE, data={"file": (BytesIO(content), "kandidaten.eml.xml")})


def take_in(team, content):
    answer = send(team, content)
    assert answer.status_code == 302
    return team.post(answer.location)


def only(db, model):
    db.session.expire_all()
    return db.session.scalars(select(model)).one()


def of_candidates(db):
    db.session.expire_all()
    rule = EligibilityRule.code == "candidate"
    return db.session.scalars(select(EligibilityFinding).join(EligibilityRule).where(rule)).all()


def test_the_file_is_looked_at_imported_and_decided_about(team, db, election):
    member = make_member(initials="J.P.", surname="Vries")
    make_member(surname="Anders")
    checked = team.get(send(team, lists(jan(), candidate("2", "Onbekend"))).location)
    assert "Kandidaten die op een lid lijken" in checked.text
    assert "zelfde achternaam" in checked.text
    assert db.session.scalars(select(Candidate)).all() == []
    run = only(db, ImportRun)
    assert team.post(f"{PAGE}/{run.id}").status_code == 302
    assert only(db, ImportRun).state == ImportState.DONE
    match = only(db, CandidateMatch)
    assert (match.member_id, match.state, match.score) == (member.id, "open", 100.0)
    assert of_candidates(db) == []  # by itself it stops nobody
    listed = team.get(f"/kandidaten/list/?election={election.id}&how=likely&state=open").text
    assert "J.P. (Jan) de Vries" in listed
    team.post("/kandidaten/action_post", data={"action": "confirm", "rowid": match.id})
    (finding,) = of_candidates(db)
    assert (finding.member_id, finding.cause) == (member.id, "candidate_match")
    team.post("/kandidaten/action_post", data={"action": "reject", "rowid": match.id})
    assert of_candidates(db) == []
    actions = db.session.scalars(select(AuditEvent.action)).all()
    assert {"candidates.imported", "candidate_match.decided"} <= set(actions)


def test_another_file_keeps_what_was_decided_about_who_is_still_in_it(team, db, election):
    make_member(initials="J.P.", surname="Vries")
    take_in(team, lists(jan()))
    db.session.execute(update(CandidateMatch).values(state=MatchState.CONFIRMED))
    db.session.commit()
    take_in(team, lists(jan(), candidate("2", "Nieuw")))
    assert only(db, CandidateMatch).state == MatchState.CONFIRMED
    assert len(db.session.scalars(select(Candidate)).all()) == 2
    take_in(team, lists(candidate("2", "Nieuw")))
    assert db.session.scalars(select(CandidateMatch)).all() == []
    assert of_candidates(db) == []


def test_who_comes_or_gets_another_name_later_is_compared_by_itself(team, db, election, now):
    take_in(team, lists(jan()))
    came = make_member(initials="J.P.", surname="Vries")
    make_member(surname="Heelanders")
    comparing.follow_names(now)
    db.session.commit()
    assert (only(db, CandidateMatch).member_id, only(db, CandidateMatch).score) == (came.id, 100.0)
    db.session.execute(update(Member).where(Member.id == came.id).values(surname="Nietzo"))
    db.session.commit()
    comparing.follow_names(now)
    db.session.commit()
    assert db.session.scalars(select(CandidateMatch)).all() == []
    assert db.session.scalars(select(LikenessMark)).all() == []
    followed = select(AuditEvent.details).where(AuditEvent.action == "candidates.followed").order_by(AuditEvent.id)
    assert [(found["likenesses"], found["removed"]) for found in db.session.scalars(followed)] == [(1, 0), (0, 1)]


def test_what_was_decided_of_others_stays_when_somebody_comes(team, db, election, now):
    member = make_member(initials="J.P.", surname="Vries")
    take_in(team, lists(jan()))
    db.session.execute(update(CandidateMatch).values(state=MatchState.REJECTED))
    db.session.commit()
    make_member(initials="J.P.", surname="Vries")
    db.session.execute(update(Member).where(Member.id == member.id).values(surname="Nietzo"))
    db.session.commit()
    comparing.follow_names(now)
    db.session.commit()
    states = select(CandidateMatch.state).order_by(CandidateMatch.id)
    assert db.session.scalars(states).all() == [MatchState.REJECTED, MatchState.OPEN]


def test_without_candidates_nothing_is_noted(db, election):
    make_member()
    assert db.session.scalars(select(LikenessMark)).all() == []


def test_what_is_no_part_of_a_name_is_not_compared(team, db, election):
    make_member(initials="J.P.", surname="Vries")
    take_in(team, lists(jan()))
    db.session.execute(update(Member).values(street="Elders"))
    db.session.commit()
    assert db.session.scalars(select(LikenessMark)).all() == []


def test_comparing_again_finds_who_came_since(team, db, election):
    take_in(team, lists(jan()))
    assert db.session.scalars(select(CandidateMatch)).all() == []
    make_member(initials="J.P.", surname="Vries")
    assert team.post(f"/verkiezingen/{CODE}/kandidaten/vergelijken").status_code == 302
    assert only(db, CandidateMatch).score == 100.0
    db.session.execute(update(Member).values(surname="Heelanders"))
    db.session.commit()
    team.post(f"/verkiezingen/{CODE}/kandidaten/vergelijken")
    assert db.session.scalars(select(CandidateMatch)).all() == []
    assert "candidates.compared" in db.session.scalars(select(AuditEvent.action)).all()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (eml_files.candidates(candidate_list("1", "A", jan()), code="GR2026_Elders"), "Dit bestand is voor"),
        (
            lists(jan()).replace(b"2026-03-18", b"2026-03-25"),
            "is de dag van de stemming",
        ),
        (lists(), "geen kandidaten"),
        (eml_files.election(), "230b"),
        (b"<EML", "XML"),
    ],
)
def test_a_file_of_something_else_is_refused_at_the_field(team, db, election, content, said):
    answer = send(team, content)
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.scalars(select(ImportRun)).all() == []


def test_with_many_names_the_worker_compares(team, db, election, monkeypatch):
    make_member(initials="J.P.", surname="Vries")
    monkeypatch.setattr(candidates, "AT_ONCE", 0)
    asked = send(team, lists(jan()))
    assert "na het importeren" in team.get(asked.location).text
    assert team.post(asked.location).location == asked.location
    assert "Je mag deze pagina verlaten" in team.get(asked.location).text
    due.import_file(only(db, ImportRun).id, lambda: True)
    assert only(db, CandidateMatch).score == 100.0
    assert only(db, ImportRun).file_name is None


def test_a_file_is_thrown_away(team, db, election):
    asked = send(team, lists(jan()))
    assert team.post(f"{asked.location}/weggooien").status_code == 302
    assert db.session.scalars(select(ImportRun)).all() == []
