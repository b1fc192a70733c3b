"""A file with candidates: what it would do is said first, then it is imported, at once or by the worker."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.models import AuditEvent, Candidate, ElectionState, ImportKind, ImportRun, ImportState
from app.phrases import RuleBroken
from app.services import import_runs
from app.services.audit import COMMAND
from app.services.planning.eligibility import candidates
from tests.importing.eml_files import candidate, candidate_list
from tests.importing.eml_files import candidates as file_of
from tests.support.factories.elections import make_open_election
from tests.support.factories.people import make_member

CODE = "GR2026_Test"
JAN = {"initials": "J.P.", "first_name": "Jan", "infix": "de", "city": "Voorbeeldstad"}


@pytest.fixture
def election(db):
    return make_open_election(code=CODE, closes_at=datetime(2026, 3, 1, 23, 0, tzinfo=UTC))


@pytest.fixture
def instance(tmp_path):
    return tmp_path


@pytest.fixture
def send(db, election, instance, now):
    """A run of a file with these people on its list."""

    def do(*people):
        content = file_of(candidate_list("1", "Partij A", *people))
        run = candidates.start_run(election, content, "k.xml", instance=instance, actor=COMMAND, now=now)
        db.session.commit()
        return run

    return do


@pytest.fixture
def take_in(db, election, instance, now):
    def do(run):
        is_done = candidates.ask_import(election, run, instance=instance, actor=COMMAND, now=now)
        db.session.commit()
        return is_done

    return do


def jan():
    return candidate("1", "Vries", **JAN)


def surnames(db, election):
    rows = select(Candidate.surname).where(Candidate.election_id == election.id).order_by(Candidate.position)
    return list(db.session.scalars(rows))


def test_it_is_said_what_a_file_would_do_and_whom_it_would_lay_beside_members(db, election, send, take_in, instance):
    """A little alike is counted, not named."""
    likely = make_member(surname="Vries", **JAN)
    make_member(surname="Vries", **{**JAN, "initials": "A.", "first_name": "Anna"})
    take_in(send(jan(), candidate("2", "Weg"), candidate("3", "Ook weg")))
    other = make_open_election(code="TK2027", type="TK")
    db.session.add(Candidate(election_id=other.id, list_number=1, position=9, surname="Elders"))
    db.session.commit()
    check = candidates.check_run(election, send(jan(), candidate("2", "Nieuw")), instance=instance)
    assert (check.lists, check.total, check.new, check.gone) == (1, 2, 1, 2)
    assert [(row.surname, member.id) for _likeness, row, member in check.shown] == [("Vries", likely.id)]
    assert check.folded == 1
    assert surnames(db, election) == ["Vries", "Weg", "Ook weg"]


def test_an_import_keeps_who_was_there_adds_who_is_new_and_takes_away_who_is_gone(db, election, send, take_in):
    other = make_open_election(code="TK2027", type="TK")
    db.session.add(Candidate(election_id=other.id, list_number=1, position=1, surname="Elders"))
    take_in(send(jan(), candidate("2", "Weg"), candidate("3", "Ook weg")))
    kept = db.session.scalar(select(Candidate.id).where(Candidate.surname == "Vries"))
    run = send(jan(), candidate("4", "Nieuw"))
    assert take_in(run)
    assert surnames(db, election) == ["Vries", "Nieuw"]
    assert db.session.scalar(select(Candidate.id).where(Candidate.surname == "Vries")) == kept
    assert (surnames(db, other), candidates.count_candidates(other.id)) == (["Elders"], 1)
    assert (run.state, run.rows_total, run.rows_new) == (ImportState.DONE, 2, 1)
    told = select(AuditEvent.details).where(AuditEvent.action == "candidates.imported").order_by(AuditEvent.id.desc())
    about = {"import_run_id": run.id, "total": 2, "new": 1, "removed": 2, "likenesses": 0}
    assert db.session.scalars(told).first() == about
    with pytest.raises(RuleBroken, match="running or done"):
        take_in(run)


def test_a_file_of_another_election_or_for_one_that_is_closed_is_refused(db, election, send, take_in):
    run = send(jan())
    election.voting_on = date(2026, 3, 25)
    with pytest.raises(RuleBroken, match="voting day") as refused:
        take_in(run)
    assert refused.value.field == "file"
    election.code = "GR2026_Anders"
    with pytest.raises(RuleBroken, match="for GR2026_Test, not for GR2026_Anders") as refused:
        take_in(run)
    assert refused.value.field == "file"
    for state in (ElectionState.SETTLING, ElectionState.CLOSED):
        election.state = state
        with pytest.raises(RuleBroken, match="closed"):
            take_in(run)
    assert run.state == ImportState.CHECKED


def test_a_file_that_is_not_for_this_election_is_not_kept(db, election, send):
    election.code = "GR2026_Anders"
    with pytest.raises(RuleBroken, match="not for GR2026_Anders"):
        send(jan())
    assert db.session.scalars(select(ImportRun)).all() == []


@pytest.mark.parametrize(("pairs", "at_once"), [(2, True), (1, False)])
def test_so_many_pairs_of_members_and_candidates_are_compared_at_once_and_more_by_the_worker(
    db, election, send, take_in, instance, now, monkeypatch, pairs, at_once
):
    monkeypatch.setattr(candidates, "AT_ONCE", pairs)
    make_member(surname="Vries", **JAN)
    run = send(jan(), candidate("2", "Nieuw"))
    assert (candidates.check_run(election, run, instance=instance).likenesses is None) != at_once
    assert take_in(run) == at_once
    assert run.state == (ImportState.DONE if at_once else ImportState.QUEUED)
    assert (run.rows_total, surnames(db, election)) == (2, ["Vries", "Nieuw"] if at_once else [])
    if not at_once:
        assert import_runs.find_waiting(ImportKind.CANDIDATES, now) == [run.id]
        candidates.run_import(run.id, now, instance=instance, checkpoint=db.session.commit)
        assert (run.state, run.file_name, surnames(db, election)) == (ImportState.DONE, None, ["Vries", "Nieuw"])


def test_candidates_are_compared_once_more_until_the_days_are_over(db, election, send, take_in, now):
    take_in(send(jan()))
    make_member(surname="Vries", **JAN)
    make_member(surname="Vries", **JAN)
    assert candidates.compare_again(election, actor=COMMAND, now=now) == 2
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "candidates.compared")).one()
    assert (event.subject_id, event.details) == (election.id, {"likenesses": 2})
    for state in (ElectionState.SETTLING, ElectionState.CLOSED):
        election.state = state
        with pytest.raises(RuleBroken, match="closed"):
            candidates.compare_again(election, actor=COMMAND, now=now)
