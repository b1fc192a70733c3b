"""The rules for who may be appointed that a new election starts with; the team says which hold, and which only warn.

Sources: Kieswet E 4 (18 on voting day, training, no seat in the main or central committee), N 5 (who helps to count).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy import select

from app.extensions import db
from app.models import Election, EligibilityRule, RuleBasis, RuleCode


class DefaultRule(NamedTuple):
    """A rule as it begins. `source` is content of the team in Dutch, as the texts of declarations are."""

    code: RuleCode
    basis: RuleBasis
    source: str
    is_blocking: bool = True
    is_active: bool = True


# The training usually follows the planning, so it warns until somebody makes it stop.
DEFAULT_RULES: Final = (
    DefaultRule(RuleCode.AGE, RuleBasis.LAW, "Kieswet, artikel E 4"),
    DefaultRule(RuleCode.TRAINING, RuleBasis.LAW, "Kieswet, artikel E 4", is_blocking=False),
    DefaultRule(RuleCode.COMMITTEE, RuleBasis.LAW, "Kieswet, artikel E 4"),
    DefaultRule(RuleCode.CIVIL_SERVANT, RuleBasis.LAW, "Kieswet, artikel N 5", is_active=False),
    DefaultRule(RuleCode.DECLARATION, RuleBasis.POLICY, "Verklaringen bij de beschikbaarheid"),
    DefaultRule(RuleCode.CANDIDATE, RuleBasis.POLICY, "Beleid van de gemeente"),
    DefaultRule(RuleCode.LEFT, RuleBasis.POLICY, "Ledenadministratie"),
)


def add_default_rules(election: Election) -> None:
    """Each of these rules that the election has not."""
    known = set(db.session.scalars(select(EligibilityRule.code).where(EligibilityRule.election_id == election.id)))
    for rule in DEFAULT_RULES:
        if rule.code not in known:
            db.session.add(EligibilityRule(election_id=election.id, **rule._asdict()))
    db.session.flush()
