"""What was found of members: read, and overruled by the team with a reason, until its cause changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Assignment,
    Availability,
    Election,
    ElectionState,
    EligibilityFinding,
    EligibilityRule,
)
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.atomic import change_if
from app.services.audit import Actor, record_event
from app.services.planning.eligibility.rules import OVER
from app.typed.texts import tidy_line

LONGEST_REASON: Final = 300  # characters, as the column


def stops() -> ColumnElement[bool]:
    """Of a finding: it stops the member from being planned, because nobody overruled it."""
    return and_(EligibilityFinding.is_blocking, EligibilityFinding.overridden_at.is_(None))


def counts_now() -> ColumnElement[bool]:
    """Of a finding: it is about somebody who answered for the election, or has a place in its plan."""
    finding = EligibilityFinding
    answered = exists().where(
        Availability.member_id == finding.member_id,
        Availability.election_id == finding.election_id,
        Availability.is_answered,
    )
    placed = exists().where(Assignment.member_id == finding.member_id, Assignment.election_id == finding.election_id)
    return or_(answered, placed)


def override(finding: EligibilityFinding, reason: str, *, actor: Actor, now: datetime) -> None:
    """From now on the finding stops nobody, until its cause changes. Raises RuleBroken without a reason, for a finding
    that was overruled already, and once the days are over.
    """
    reason = tidy_line(reason)
    if not reason:
        raise RuleBroken(phrase("Write why this does not hold for this member."), field="reason")
    _check_open(finding)
    values = {"overridden_at": now, "overridden_by_user_id": actor.user_id, "override_reason": reason[:LONGEST_REASON]}
    is_first = change_if(
        EligibilityFinding,
        EligibilityFinding.id == finding.id,
        EligibilityFinding.cause == finding.cause,
        EligibilityFinding.overridden_at.is_(None),
        **values,
    )
    if not is_first:
        raise RuleBroken(phrase("A colleague decided about this already, or its cause changed. Look once more."))
    record_event(actor, "eligibility.overridden", now=now, subject=finding, **_about(finding))


def take_back(finding: EligibilityFinding, *, actor: Actor, now: datetime) -> None:
    """The finding holds again. Raises RuleBroken when it does already, and once the days are over."""
    _check_open(finding)
    own = EligibilityFinding.id == finding.id
    values: dict[str, Any] = {"overridden_at": None, "overridden_by_user_id": None, "override_reason": ""}
    if not change_if(EligibilityFinding, own, EligibilityFinding.overridden_at.is_not(None), **values):
        raise RuleBroken(phrase("A colleague decided about this already, or its cause changed. Look once more."))
    record_event(actor, "eligibility.restored", now=now, subject=finding, **_about(finding))


def _check_open(finding: EligibilityFinding) -> None:
    if finding.election.state in OVER:
        raise RuleBroken(phrase("The days of this election are over; what was found stays as it was."))


def _about(finding: EligibilityFinding) -> dict[str, Any]:
    return {"member_id": finding.member_id, "rule": finding.rule.code, "election_id": finding.election_id}


# --- reading ---------------------------------------------------------------------------------------------------------


def count_findings(election_id: int) -> dict[str, tuple[int, int, int]]:
    """Rule → how many members it stops, warns of, and were overruled: of who answered or has a place. One statement."""
    is_open = EligibilityFinding.overridden_at.is_(None)
    numbers = (
        func.count().filter(stops()),
        func.count().filter(is_open, EligibilityFinding.is_blocking.is_(False)),
        func.count().filter(~is_open),
    )
    counted = (
        select(EligibilityRule.code, *numbers)
        .join(EligibilityFinding, EligibilityFinding.rule_id == EligibilityRule.id)
        .where(EligibilityFinding.election_id == election_id, counts_now())
        .group_by(EligibilityRule.code)
    )
    return {code: (stopped, warned, overruled) for code, stopped, warned, overruled in db.session.execute(counted)}


_MEMBER: Any = bindparam("member_id")
_OF_MEMBER: Final = (
    select(EligibilityFinding)
    .join(Election, Election.id == EligibilityFinding.election_id)
    .where(EligibilityFinding.member_id == _MEMBER, Election.state.not_in((ElectionState.DRAFT, *OVER)))
    .order_by(Election.voting_on, Election.id, EligibilityFinding.is_blocking.desc(), EligibilityFinding.id)
    .options(joinedload(EligibilityFinding.rule), joinedload(EligibilityFinding.election))
    .limit(bindparam("most"))
)


def list_of_member(member_id: int, *, limit: int) -> Sequence[EligibilityFinding]:
    """What was found of this member for elections that are going on, the first voting day first. One statement."""
    return db.session.scalars(_OF_MEMBER, {"member_id": member_id, "most": limit}).all()


def list_own(member_id: int, election_id: int) -> list[tuple[EligibilityFinding, str]]:
    """What stops this member at the election, or may, with where that stands; what was overruled is left out.

    The rules are the team's: of those only the article or decision is read for the member. One statement.
    """
    own = (
        select(EligibilityFinding, EligibilityRule.source)
        .join(EligibilityRule, EligibilityRule.id == EligibilityFinding.rule_id)
        .where(
            EligibilityFinding.member_id == member_id,
            EligibilityFinding.election_id == election_id,
            EligibilityFinding.overridden_at.is_(None),
        )
        .order_by(EligibilityFinding.is_blocking.desc(), EligibilityFinding.id)
    )
    with everyone("the article of a rule that was found of this member"):
        return list(db.session.execute(own))
