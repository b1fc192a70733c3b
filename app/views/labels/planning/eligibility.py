"""Words for who may be appointed: rules, what they find, and what the team did about it."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.i18n import write_date
from app.models import EligibilityFinding, MatchState, RuleBasis
from app.services.planning.eligibility import rules
from app.services.planning.eligibility.causes import Cause
from app.views.labels.audit import AuditWords
from app.views.labels.members import STOP_REASONS

RULES: Final[dict[str, Any]] = {str(code): _(words.msgid) for code, words in rules.RULES.items()}
BASES: Final[dict[str, Any]] = {
    RuleBasis.LAW.value: _("the law"),
    RuleBasis.POLICY.value: _("the municipality"),
}
OUTCOMES: Final[dict[str, Any]] = {
    "stops": _("stops"),
    "warns": _("warns"),
    "overridden": _("overruled by the team"),
}
CAUSES: Final[dict[str, Any]] = {
    Cause.TOO_YOUNG: _("not 18 yet on voting day"),
    Cause.BIRTH_DATE_UNKNOWN: _("the date of birth is not known"),
    Cause.NOT_TRAINED: _("no training is known"),
    Cause.TRAINING_ENDED: _("the training no longer counts on voting day"),
    Cause.TRAINED_AFTER: _("the training is after voting day"),
    Cause.DECLARATION_MISSING: _("a declaration that is needed was not given"),
    Cause.OWN_WORD: _("says to be a candidate or sitting member"),
    Cause.CANDIDATE_MATCH: _("is on a list of candidates, as the team saw"),
    Cause.SEAT: _("has a seat in the main or central electoral committee"),
    Cause.NO_CIVIL_SERVANT: _("does not work for the municipality"),
    Cause.PAUSED: _("has a pause"),
    Cause.LEFT: _("has left"),
}
# What a member reads about it, and what to do: each a sentence or two, in plain words.
OWN_CAUSES: Final[dict[str, tuple[Any, Any]]] = {
    Cause.TOO_YOUNG: (
        _("On voting day you are not 18 yet."),
        _("Is your date of birth wrong? Change it in your data."),
    ),
    Cause.BIRTH_DATE_UNKNOWN: (
        _("We do not know your date of birth. On voting day you must be 18 or older."),
        _("Fill in your date of birth in your data."),
    ),
    Cause.NOT_TRAINED: (
        _("We do not know whether you did the training."),
        _("You hear from us when there is a training. Did you do it already? Tell the election team."),
    ),
    Cause.TRAINING_ENDED: (
        _("Your training no longer counts on voting day."),
        _("Choose a training at My trainings. Is there none? Ask the election team."),
    ),
    Cause.TRAINED_AFTER: (
        _("Your training is after voting day."),
        _("Ask the election team for an earlier training."),
    ),
    Cause.DECLARATION_MISSING: (
        _("You did not give all declarations that are needed."),
        _("Fill in your availability again, with the declarations. Is that closed? Ask the election team."),
    ),
    Cause.CANDIDATE_MATCH: (
        _("Your name is on a list of candidates of this election."),
        _("Are you somebody else with the same name? Tell the election team."),
    ),
    Cause.SEAT: (
        _("You have a seat in the main or central electoral committee of this election."),
        _("Is that not right? Ask the election team."),
    ),
    Cause.NO_CIVIL_SERVANT: (
        _("At this election only people who work for the municipality can help."),
        _("Do you work for the municipality? Tell the election team."),
    ),
    Cause.PAUSED: (
        _("You have a pause."),
        _("Do you want to take part again? Tell the election team."),
    ),
    Cause.LEFT: (
        _("You have left."),
        _("Do you want to take part again? Tell the election team."),
    ),
}
IN_OWN_DATA: Final = (Cause.TOO_YOUNG, Cause.BIRTH_DATE_UNKNOWN)  # what the member can change there


MATCH_STATES: Final[dict[str, Any]] = {
    MatchState.OPEN.value: _("to be looked at"),
    MatchState.CONFIRMED.value: _("is the same person"),
    MatchState.REJECTED.value: _("is somebody else"),
}
LIKENESS: Final[dict[str, Any]] = {
    "surname": _("same surname"),
    "surname_part": _("a part of the surname"),
    "surname_alike": _("surname nearly the same"),
    "first_name": _("same first name"),
    "initials": _("same initials"),
    "first_initial": _("same first letter"),
    "infix": _("same infix"),
    "town": _("same town"),
}


def say_likeness(reasons: list[str]) -> str:
    """What is alike, in words."""
    return ", ".join(str(LIKENESS.get(reason, reason)) for reason in reasons)


def say_cause(finding: EligibilityFinding) -> str:
    """What was found, with what it hangs on: "not 18 yet on voting day (born on 1 May 2010)"."""
    said, facts = str(CAUSES.get(finding.cause, finding.cause)), finding.facts
    if finding.cause == Cause.TOO_YOUNG:
        born = gettext("born on %(day)s", day=_write(facts["birth_date"]))
        return f"{said} ({born})"
    if finding.cause == Cause.TRAINING_ENDED:
        until = gettext("until %(day)s", day=_write(facts["trained_until"]))
        return f"{said} ({until})"
    if finding.cause == Cause.TRAINED_AFTER:
        return f"{said} ({_write(facts['trained_on'])})"
    if facts.get("reason"):
        return f"{said} ({STOP_REASONS.get(facts['reason'], facts['reason'])})"
    return said


def say_outcome(finding: EligibilityFinding) -> str:
    """Whether it stops the member."""
    if finding.overridden_at is not None:
        return str(OUTCOMES["overridden"])
    return str(OUTCOMES["stops" if finding.is_blocking else "warns"])


def _write(day: str) -> str:
    return write_date(date.fromisoformat(day))


AUDIT_WORDS = AuditWords(
    "eligibility",
    _("Who may be appointed"),
    {
        "eligibility.lapsed": _("decision lapsed: the cause changed"),
        "eligibility.overridden": _("rule overruled for a member"),
        "eligibility.restored": _("rule holds again for a member"),
        "eligibility_rule.changed": _("rule for who may be appointed changed"),
        "candidates.imported": _("candidates imported"),
        "candidates.compared": _("candidates compared with members"),
        "candidates.followed": _("members who came or got another name compared with candidates"),
        "candidate_match.decided": _("decided whether a candidate is this member"),
        "committee_seat.created": _("seat in an electoral committee added"),
        "committee_seat.deleted": _("seat in an electoral committee deleted"),
    },
    subjects={
        "EligibilityRule": _("rule for who may be appointed"),
        "EligibilityFinding": _("what a rule found of a member"),
        "CandidateMatch": _("candidate who looks like a member"),
        "CommitteeSeat": _("seat in an electoral committee"),
    },
    details={
        "rule": _("Rule"),
        "removed": _("Deleted"),
        "likenesses": _("Alike"),
        "candidate_id": _("Number of the candidate"),
    },
    values={**RULES, **BASES, **MATCH_STATES},
)
