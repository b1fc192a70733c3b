"""From asking for a proposal to the plan: the real process, what is taken over, and what is left out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from app.children.child import Child
from app.extensions import db
from app.models import (
    Assignment,
    AuditEvent,
    Election,
    ElectionState,
    PlanAct,
    PlanActKind,
    PlanWeight,
    PreferredFunction,
    Proposal,
    ProposalState,
    ProposedPlace,
)
from app.phrases import RuleBroken
from app.services import leases
from app.services.audit import COMMAND
from app.services.planning.board import acts, undo
from app.services.planning.board.places import Place, Seen
from app.services.planning.proposals import accepting, fitting, process, requests, running, weighing
from app.services.planning.proposals.process import SolverFailed, solve_apart
from app.services.planning.proposals.reading import read_question
from app.services.planning.proposals.solver.search import solve
from app.services.planning.proposals.solver.weights import DEFAULTS, MOST
from bench.support.planning_cases import make_case
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.planning import (
    make_available,
    make_planned_election,
    stations_of,
)
from tests.support.jobs import run_job
from tests.support.statements import seen_statements

BY = {"actor": COMMAND}


def make(election, now, *, solve=solve, **values) -> Proposal:
    proposal = requests.ask_proposal(election, **BY, now=now, **values)
    db.session.commit()
    run_job(running.run_proposal, proposal.id, lambda: now, solve=solve)
    return proposal


def test_the_process_fills_what_is_open_beside_the_plan(db, election, people, now):
    proposal = make(election, now, solve=solve_apart)
    assert proposal.state == ProposalState.READY
    assert proposal.steps_done > 0
    assert proposal.lease_until is None
    rows = db.session.query(ProposedPlace).filter_by(proposal_id=proposal.id).all()
    assert {row.station_id for row in rows} == {station.id for station in stations_of(election)}
    assert proposal.outcome["illegal"] == []
    assert db.session.query(Assignment).count() == 0


def test_accepted_whole_it_is_one_act_that_can_be_undone(db, election, people, now):
    proposal = make(election, now)
    number = db.session.query(ProposedPlace).filter_by(proposal_id=proposal.id).count()
    done = accepting.accept(proposal, election, **BY, now=now)
    db.session.commit()
    assert (done.left_out, proposal.state) == ({}, ProposalState.ACCEPTED)
    assert db.session.query(Assignment).count() == number > 8
    act = db.session.query(PlanAct).one()
    assert act.kind == PlanActKind.PROPOSAL
    undo.undo(act, **BY, now=now)
    db.session.commit()
    assert db.session.query(Assignment).count() == 0


def test_accepted_per_station(db, election, people, now):
    proposal = make(election, now)
    first, second = stations_of(election)
    accepting.accept(proposal, election, first.id, **BY, now=now)
    db.session.commit()
    assert {place.station_id for place in db.session.query(Assignment)} == {first.id}
    assert proposal.state == ProposalState.READY
    accepting.accept(proposal, election, second.id, **BY, now=now)
    assert proposal.state == ProposalState.ACCEPTED


def test_taking_over_more_takes_no_more_statements(db, now):
    election = make_planned_election(*range(1, 7))
    for _number in range(30):
        make_available(election)
    proposal = make(election, now)
    with seen_statements(db.engine) as of_one:
        accepting.accept(proposal, election, stations_of(election)[0].id, **BY, now=now)
    db.session.commit()
    before = db.session.query(Assignment).count()
    with seen_statements(db.engine) as of_five:
        accepting.accept(proposal, election, **BY, now=now)
    assert db.session.query(Assignment).count() - before > before
    assert len(of_five) <= len(of_one)


def test_what_somebody_else_took_meanwhile_is_left_out_and_told(db, election, people, now):
    proposal = make(election, now)
    row = db.session.query(ProposedPlace).filter_by(proposal_id=proposal.id).order_by(ProposedPlace.id).first()
    other = make_available(election)
    taken = Place(other.id, row.station_id, row.shift_id, row.function_id)
    assert not requests.is_outdated(proposal)
    acts.assign_many(election, [taken], **BY, now=now + timedelta(minutes=1))
    db.session.commit()
    assert requests.is_outdated(proposal)
    done = accepting.accept(proposal, election, **BY, now=now)
    db.session.commit()
    assert set(done.left_out.values()) == {"above_target"}
    assert len(done.left_out) == 1
    full = db.session.query(Assignment).filter_by(
        station_id=row.station_id, shift_id=row.shift_id, function_id=row.function_id
    )
    assert other.id in {place.member_id for place in full}


def test_who_got_a_place_elsewhere_meanwhile_keeps_it(db, election, people, now):
    proposal = make(election, now)
    row = db.session.query(ProposedPlace).filter_by(proposal_id=proposal.id).order_by(ProposedPlace.id).first()
    elsewhere = next(station for station in stations_of(election) if station.id != row.station_id)
    place = Place(row.member_id, elsewhere.id, row.shift_id, row.function_id)
    acts.assign_many(election, [place], confirmed={"all"}, **BY, now=now)
    db.session.commit()
    done = accepting.accept(proposal, election, **BY, now=now)
    assert row.member_id in done.left_out


def test_only_the_chosen_stations_change(db, election, people, published, now):
    second = stations_of(election)[1]
    proposal = make(election, now, station_ids=[second.id])
    rows = db.session.query(ProposedPlace).filter_by(proposal_id=proposal.id).all()
    assert {row.station_id for row in rows} == {second.id}
    assert published.member_id not in {row.member_id for row in rows}


def test_the_funnel_says_why_a_place_stays_open(db, election, people, now):
    """One wants to preside, at one station: the other has no chair, and nobody is left who may."""
    gone = [member.id for member in people[1:]]
    db.session.query(PreferredFunction).filter(PreferredFunction.member_id.in_(gone)).delete()
    db.session.commit()
    proposal = make(election, now)
    chair = make_function("voorzitter").id
    voting = shifts_of(election)[0].id
    assert [shift for _station, shift, function, _number in proposal.outcome["open"] if function == chair]
    (funnel,) = [own for own in proposal.outcome["funnels"] if (own["shift"], own["function"]) == (voting, chair)]
    assert funnel["steps"] == [10, 10, 10, 10, 1, 0]
    assert proposal.outcome["illegal"]


def test_stopping_keeps_the_plan_so_far(db, election, people, now):
    asked = requests.ask_proposal(election, **BY, now=now)
    requests.stop_proposal(asked, **BY, now=now)
    db.session.commit()
    run_job(running.run_proposal, asked.id, lambda: now, solve=solve)
    assert asked.state == ProposalState.READY
    assert asked.outcome["is_stopped"]


def test_the_process_stops_between_two_steps():
    """One that has more to do than a signal takes to arrive."""
    result = solve_apart(make_case(60, 510), lambda _progress: True)
    assert result.is_stopped
    assert result.places


def test_a_killed_worker_leaves_it_to_another_after_the_lease(db, election, people, now):
    def die(*_given):
        raise SystemExit

    asked = requests.ask_proposal(election, **BY, now=now)
    db.session.commit()
    with pytest.raises(SystemExit):
        run_job(running.run_proposal, asked.id, lambda: now, solve=die)
    db.session.rollback()
    assert requests.find_waiting(now) == []
    later = now + leases.LEASE + timedelta(seconds=1)
    assert requests.find_waiting(later) == [asked.id]
    run_job(running.run_proposal, asked.id, lambda: later, solve=solve)
    assert asked.state == ProposalState.READY


def test_after_three_dead_workers_it_fails_with_a_sentence(db, election, people, now):
    asked = requests.ask_proposal(election, **BY, now=now)
    asked.outcome = {"attempts": running.MOST_ATTEMPTS}
    db.session.commit()
    run_job(running.run_proposal, asked.id, lambda: now, solve=solve)
    assert (asked.state, asked.failure) == (ProposalState.FAILED, running.GAVE_UP.msgid)


def test_a_process_that_breaks_fails_with_a_sentence(db, election, people, now):
    def broken(*_given):
        raise SolverFailed

    assert make(election, now, solve=broken).failure == running.NOT_SOLVED.msgid


def test_nothing_is_held_in_the_database_while_the_solver_works(db, election, people, now):
    """It takes a minute, and others go on."""
    held = []

    def look(instance, tell):
        held.append(db.session().in_transaction())
        return solve(instance, lambda progress: tell(progress) or bool(held.append(db.session().in_transaction())))

    assert make(election, now, solve=look).state == ProposalState.READY
    assert set(held) == {False}
    assert len(held) > 2


def test_who_lost_the_lease_writes_nothing(db, election, people, now):
    def overtaken(instance, tell):
        db.session.query(Proposal).update({"lease_until": now + timedelta(hours=1)})
        db.session.commit()
        return solve(instance, tell)

    proposal = make(election, now, solve=overtaken)
    assert proposal.state == ProposalState.RUNNING
    assert db.session.query(ProposedPlace).count() == 0


def test_the_process_that_is_killed_gives_no_plan(monkeypatch, election, people):
    question = read_question(election, station_ids=[], weights={}, keeps_published=True)
    monkeypatch.setattr(process, "CHILD", Child(Path("/nowhere"), memory=process.CHILD.memory))
    with pytest.raises(SolverFailed):
        solve_apart(question.instance, lambda _progress: False)


def test_one_at_a_time_and_not_without_needs_or_after_the_election(db, election, now):
    requests.ask_proposal(election, **BY, now=now)
    with pytest.raises(RuleBroken, match="being made already"):
        requests.ask_proposal(election, **BY, now=now)
    election.state = ElectionState.SETTLING
    with pytest.raises(RuleBroken, match="plan cannot change"):
        requests.ask_proposal(election, **BY, now=now)


def test_thrown_away_it_changes_nothing(db, election, people, now):
    proposal = make(election, now)
    requests.drop_proposal(proposal, **BY, now=now)
    db.session.commit()
    assert db.session.query(ProposedPlace).count() == 0
    with pytest.raises(RuleBroken):
        accepting.accept(proposal, election, **BY, now=now)


def test_a_place_that_goes_is_not_taken_away_when_it_changed_meanwhile(db, election, people, published, now):
    proposal = make(election, now, keeps_published=False)
    db.session.add(
        ProposedPlace(
            proposal_id=proposal.id,
            assignment_id=published.id,
            member_id=published.member_id,
            station_id=published.station_id,
            shift_id=published.shift_id,
            function_id=published.function_id,
            starts_at=published.starts_at,
            ends_at=published.ends_at,
        )
    )
    member_id = published.member_id
    acts.remove_many(election, [Seen(published.id, published.version)], **BY, now=now)
    db.session.commit()
    done = accepting.accept(proposal, election, **BY, now=now)
    assert done.left_out == {member_id: fitting.GONE}


def test_weights_are_the_usual_ones_until_an_election_changes_them(db, election, now):
    assert weighing.read_weights(election) == DEFAULTS
    weighing.change_weights(election, {**DEFAULTS, "distance": 80}, **BY, now=now)
    db.session.commit()
    assert weighing.read_weights(election) == {**DEFAULTS, "distance": 80}
    assert requests.ask_proposal(election, **BY, now=now).weights["distance"] == 80
    for wrong in (-1, MOST + 1):
        with pytest.raises(RuleBroken) as refused:
            weighing.change_weights(election, {"distance": wrong}, **BY, now=now)
        assert refused.value.field == "distance"
    with pytest.raises(RuleBroken, match="The law counts more"):
        weighing.change_weights(election, {"legal_person": 300_000}, **BY, now=now)


def test_only_what_differs_from_the_usual_weights_is_kept_and_told(db, election, now):
    """From nothing to the most that there is; another election has its own."""
    other = make_planned_election(3, code="TK2027", type="TK")
    weighing.change_weights(other, {**DEFAULTS, "couple": 7}, **BY, now=now)
    changed = {**DEFAULTS, "distance": 0, "legal_person": MOST, "empty_chair": 999_999}
    weighing.change_weights(election, changed, **BY, now=now)
    assert [(row.election_id, row.code, row.value) for row in db.session.query(PlanWeight).order_by(PlanWeight.id)] == [
        (other.id, "couple", 7),
        (election.id, "legal_person", MOST),
        (election.id, "empty_chair", 999_999),
        (election.id, "distance", 0),
    ]
    weighing.change_weights(election, changed, **BY, now=now)
    told = db.session.query(AuditEvent).filter_by(action="plan_weight.changed", subject_id=election.id).all()
    assert [event.details["codes"] for event in told] == [["distance", "empty_chair", "legal_person"]]
    weighing.change_weights(election, DEFAULTS, **BY, now=now)
    assert weighing.read_weights(election) == DEFAULTS
    assert weighing.read_weights(other)["couple"] == 7


def test_every_weight_has_words():
    assert weighing.WORDS.keys() == DEFAULTS.keys()


def _acts(db) -> list[str]:
    wanted = ("proposal.", "plan_weight.")
    return [row.action for row in db.session.query(AuditEvent).order_by(AuditEvent.id) if row.action.startswith(wanted)]


def test_the_trail_says_who_asked_stopped_took_over_and_threw_away(db, election, people, now):
    weighing.change_weights(election, {**DEFAULTS, "couple": 500}, **BY, now=now)
    first = requests.ask_proposal(election, **BY, now=now)
    requests.stop_proposal(first, **BY, now=now)
    run_job(running.run_proposal, first.id, lambda: now, solve=solve)
    requests.drop_proposal(first, **BY, now=now)
    accepting.accept(make(election, now), election, **BY, now=now)

    def broken(*_given):
        raise SolverFailed

    make(election, now, solve=broken)
    assert _acts(db) == [
        "plan_weight.changed",
        "proposal.asked",
        "proposal.stopped",
        "proposal.made",
        "proposal.dropped",
        "proposal.asked",
        "proposal.made",
        "proposal.accepted",
        "proposal.asked",
        "proposal.failed",
    ]


def test_of_two_who_ask_at_once_one_gets_a_proposal(app, db, election, people, now):
    key, start = election.id, Barrier(4)
    db.session.commit()

    def ask(_number):
        with app.app_context():
            start.wait()
            try:
                requests.ask_proposal(db.session.get(Election, key), now=now, **BY)
                db.session.commit()
            except RuleBroken:
                db.session.rollback()
                return "refused"
            return "asked"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(ask, range(4)))
    assert (outcomes.count("asked"), outcomes.count("refused")) == (1, 3)
    assert db.session.query(Proposal).count() == 1
