"""The rules of an election: which hold, whether they stop or warn, and the decision behind one of the municipality."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from app.extensions import db
from app.models import ElectionState, EligibilityRule, RuleBasis, RuleCode
from app.phrases import Phrase, RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.typed.texts import tidy_line

# What each asks of a member.
RULES: Final[Mapping[str, Phrase]] = {
    RuleCode.AGE: phrase("18 or older on voting day"),
    RuleCode.TRAINING: phrase("Training done"),
    RuleCode.COMMITTEE: phrase("No seat in the main or central electoral committee"),
    RuleCode.CIVIL_SERVANT: phrase("Civil servant"),
    RuleCode.DECLARATION: phrase("Declarations given"),
    RuleCode.CANDIDATE: phrase("No candidate or sitting member"),
    RuleCode.LEFT: phrase("Takes part"),
}
OVER = (ElectionState.SETTLING, ElectionState.CLOSED)


def change_rule(
    rule: EligibilityRule, *, source: str, is_blocking: bool, is_active: bool, actor: Actor, now: datetime
) -> None:
    """Change how the rule holds; what it finds follows when this is committed.

    Raises RuleBroken once the days are over, for a rule of the municipality without a decision, and for another article
    of a rule of the law: that is not the team's to decide.
    """
    if rule.election.state in OVER:
        raise RuleBroken(phrase("The days of this election are over; its rules stay as they were."))
    source = tidy_line(source)
    if rule.basis == RuleBasis.LAW and source != rule.source:
        said = phrase("This rule is in the law, so its article stays: %(source)s.", source=rule.source)
        raise RuleBroken(said, field="source")
    if not source:
        raise RuleBroken(phrase("Write on which decision of the municipality this rule stands."), field="source")
    values = {"source": source, "is_blocking": is_blocking, "is_active": is_active}
    changed = [name for name, value in values.items() if getattr(rule, name) != value]
    for name in changed:
        setattr(rule, name, values[name])
    db.session.flush()
    if changed:
        record_event(actor, "eligibility_rule.changed", now=now, subject=rule, fields=changed, rule=rule.code)
