"""What was found of members: counted by rule, read by member, and overruled with a reason until it is taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import AuditEvent, Availability, ElectionState, EligibilityFinding, EligibilityRule
from app.phrases import RuleBroken
from app.services.planning.eligibility import findings
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.message_box import actor_of
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.planning import CAUSES, find_fault, make_available, make_planned_election, stations_of
from tests.support.factories.staffing import make_place


@pytest.fixture
def election(db):
    return make_planned_election(1)


@pytest.fixture
def by(db, now):
    return {"actor": actor_of(make_staff()), "now": now}


@pytest.fixture
def finding(election):
    """Of somebody too young, who answered."""
    return find_fault(make_available(election), election, "age")


def findings_of(db, member, code="age"):
    rows = select(EligibilityFinding).join(EligibilityRule).where(EligibilityFinding.member_id == member.id)
    return list(db.session.scalars(rows.where(EligibilityRule.code == code).order_by(EligibilityFinding.election_id)))


def spoil(db, *members, code="age"):
    for member in members:
        CAUSES[code](member)
    db.session.commit()


def test_each_rule_counts_whom_it_stops_warns_of_and_who_was_overruled(db, election, finding, by):
    """Of who answered for this election or has a place in its plan."""
    other = make_planned_election(2, code="TK2027", type="TK")
    answered, placed, elsewhere, silent = make_available(election), make_member(), make_available(other), make_member()
    untrained, stopped = make_available(election), make_available(election)
    db.session.query(Availability).filter_by(member_id=stopped.id).one().state = "stopped"
    make_place(placed, stations_of(election)[0], shifts_of(election)[0], make_function("teller"))
    make_place(elsewhere, stations_of(other)[0], shifts_of(other)[0], make_function("teller"))
    spoil(db, answered, placed, elsewhere, silent, stopped)
    findings.override(findings_of(db, answered)[0], "Paspoort gezien", **by)
    find_fault(untrained, election, "training", is_blocking=False)
    db.session.commit()
    assert findings.count_findings(election.id) == {"age": (2, 0, 1), "training": (0, 2, 0)}
    assert findings.count_findings(other.id) == {}


def test_what_was_overruled_stops_nobody_until_it_is_taken_back(db, election, finding, by):
    colleague = make_available(election)
    spoil(db, colleague)
    findings.override(finding, "  Paspoort   gezien ", **by)
    assert (finding.overridden_at, finding.overridden_by_user_id, finding.override_reason) == (
        by["now"],
        by["actor"].user_id,
        "Paspoort gezien",
    )
    assert findings.list_own(finding.member_id, election.id) == []
    assert [row.overridden_at for row in findings_of(db, colleague)] == [None]
    with pytest.raises(RuleBroken, match="colleague decided"):
        findings.override(finding, "Nog eens", **by)
    findings.take_back(finding, **by)
    assert (finding.overridden_at, finding.overridden_by_user_id, finding.override_reason) == (None, None, "")
    with pytest.raises(RuleBroken, match="colleague decided"):
        findings.take_back(finding, **by)
    told = select(AuditEvent.action, AuditEvent.member_id, AuditEvent.details)
    told = told.where(AuditEvent.subject_type == "EligibilityFinding").order_by(AuditEvent.id)
    about = {"rule": "age", "election_id": election.id}
    assert [(action, who, about.items() <= said.items()) for action, who, said in db.session.execute(told)] == [
        ("eligibility.overridden", finding.member_id, True),
        ("eligibility.restored", finding.member_id, True),
    ]


def test_a_reason_is_needed_and_after_the_days_nothing_is_decided(db, election, finding, by):
    with pytest.raises(RuleBroken) as refused:
        findings.override(finding, " \n", **by)
    assert refused.value.field == "reason"
    election.state = ElectionState.SETTLING
    db.session.flush()
    for act in (lambda: findings.override(finding, "Paspoort gezien", **by), lambda: findings.take_back(finding, **by)):
        with pytest.raises(RuleBroken, match="over"):
            act()
    assert finding.overridden_at is None


def test_a_member_reads_the_own_findings_of_the_election_what_stops_first(db, election, finding):
    other, colleague = make_planned_election(2, code="TK2027", type="TK"), make_available(election)
    member = finding.member
    db.session.add(EligibilityRule(election_id=other.id, code="age", basis="law", is_blocking=True))
    spoil(db, colleague)
    warned = find_fault_of(db, member, election)
    assert [row for row, _source in findings.list_own(member.id, election.id)] == [finding, warned]
    everywhere = findings.list_of_member(member.id, limit=9)
    assert {row.member_id for row in everywhere} == {member.id}
    assert [(row.election_id, row.is_blocking) for row in everywhere if row.election_id == election.id] == [
        (election.id, True),
        (election.id, False),
    ]
    assert len(everywhere) == 3
    for state, left in ((ElectionState.CLOSED, [other.id]), (ElectionState.DRAFT, [other.id])):
        election.state = state
        db.session.flush()
        assert [row.election_id for row in findings.list_of_member(member.id, limit=9)] == left


def find_fault_of(db, member, election):
    """Not trained, which only warns here."""
    spoil(db, member, code="training")
    db.session.add(EligibilityRule(election_id=election.id, code="training", basis="law", is_blocking=False))
    db.session.commit()
    (found,) = findings_of(db, member, "training")
    return found
