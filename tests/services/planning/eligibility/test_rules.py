"""The rules of an election: what the team may change of them, and what the law leaves to nobody."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import AuditEvent, ElectionState, EligibilityRule, RuleBasis
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.planning.eligibility.rules import change_rule
from tests.support.factories.elections import make_election

DECISION = "Besluit van 3 februari"


@pytest.fixture
def election(db):
    return make_election()


@pytest.fixture
def rule(db, election):
    """Of the law, or of the municipality."""

    def find(basis):
        rows = select(EligibilityRule).where(EligibilityRule.election_id == election.id, EligibilityRule.basis == basis)
        return db.session.scalars(rows.order_by(EligibilityRule.id)).first()

    return find


@pytest.fixture
def change(now):
    def do(rule, **values):
        same = {name: getattr(rule, name) for name in ("source", "is_blocking", "is_active")}
        change_rule(rule, **{**same, **values}, actor=COMMAND, now=now)

    return do


def told(db):
    rows = select(AuditEvent).where(AuditEvent.action == "eligibility_rule.changed").order_by(AuditEvent.id)
    return [(event.subject_id, event.details) for event in db.session.scalars(rows)]


def test_a_rule_of_the_law_may_warn_or_be_off_and_its_article_stays(db, rule, change):
    of_law = rule(RuleBasis.LAW)
    article = of_law.source
    change(of_law, source=f" {article} ", is_blocking=not of_law.is_blocking)
    change(of_law, is_active=False)
    assert (of_law.source, of_law.is_active) == (article, False)
    assert told(db) == [(of_law.id, {"fields": [name], "rule": of_law.code}) for name in ("is_blocking", "is_active")]
    with pytest.raises(RuleBroken, match="in the law") as refused:
        change(of_law, source="Iets anders")
    assert refused.value.field == "source"
    assert of_law.source == article


def test_a_rule_of_the_municipality_stands_on_a_decision(db, rule, change):
    own = rule(RuleBasis.POLICY)
    change(own, source=f"  {DECISION} ")
    change(own, source=DECISION)  # the same: nothing to tell
    assert own.source == DECISION
    assert told(db) == [(own.id, {"fields": ["source"], "rule": own.code})]
    with pytest.raises(RuleBroken, match="decision of the municipality") as refused:
        change(own, source=" ")
    assert refused.value.field == "source"


@pytest.mark.parametrize("state", [ElectionState.SETTLING, ElectionState.CLOSED])
def test_after_the_days_the_rules_stay_as_they_were(db, election, rule, change, state):
    of_law = rule(RuleBasis.LAW)
    election.state = ElectionState.RUNNING
    change(of_law, is_blocking=not of_law.is_blocking)
    election.state = state
    with pytest.raises(RuleBroken, match="days of this election are over"):
        change(of_law, is_active=False)
    assert of_law.is_active
