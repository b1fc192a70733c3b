"""What each rule finds of members, as SQL: one SELECT per rule, of all members and elections that are asked about.

A cause is a code (`Cause`) with facts: what the sentence about it names. Another cause or another fact is another
finding.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    String,
    Text,
    and_,
    case,
    cast,
    exists,
    extract,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from app.models import (
    CandidateMatch,
    CommitteeSeat,
    Declaration,
    DeclarationKind,
    DeclarationText,
    Election,
    ElectionState,
    EligibilityRule,
    MatchState,
    Member,
    MemberState,
    RuleCode,
    TrainingResult,
)
from app.services.certificates.results import is_trained_on
from app.services.elections.candidacy import latest_word

# From the moment that members are asked until the days are over; afterwards what was found stays as it was.
FOLLOWED: Final = (
    ElectionState.RECRUITING,
    ElectionState.PLANNING,
    ElectionState.PUBLISHED,
    ElectionState.RUNNING,
)
GROWN_UP: Final = 18  # years, on voting day (Kieswet E 4)
LEFT_STATES: Final = (MemberState.PAUSED, MemberState.RESIGNED, MemberState.ANONYMISED)


class Cause(StrEnum):
    """What is missing or wrong."""

    TOO_YOUNG = "too_young"
    BIRTH_DATE_UNKNOWN = "birth_date_unknown"
    NOT_TRAINED = "not_trained"
    TRAINING_ENDED = "training_ended"  # before voting day
    TRAINED_AFTER = "trained_after"  # after voting day
    DECLARATION_MISSING = "declaration_missing"
    OWN_WORD = "own_word"  # the member says to be a candidate or sitting member
    CANDIDATE_MATCH = "candidate_match"  # the team confirmed that a candidate is this member
    SEAT = "seat"
    NO_CIVIL_SERVANT = "no_civil_servant"
    PAUSED = "paused"
    LEFT = "left"


def select_causes(asked: ColumnElement[bool]) -> CompoundSelect[Any]:
    """Rows of (member_id, election_id, rule_id, is_blocking, cause, facts as a text of JSON) for all that is found.

    `asked` is about Member and Election: of whom, for which.
    """
    return union_all(*(_select(code, finder, asked) for code, finder in _FINDERS.items()))


Found = tuple[ColumnElement[bool], ColumnElement[str], ColumnElement[str]]  # whether, the cause, its facts
Finder = Callable[[], Found]


def _select(code: RuleCode, finder: Finder, asked: ColumnElement[bool]) -> Any:
    is_found, cause, facts = finder()
    # What is not known stops nobody: the member declared it, and the date is asked for.
    is_known = cause != Cause.BIRTH_DATE_UNKNOWN
    return (
        select(
            Member.id.label("member_id"),
            Election.id.label("election_id"),
            EligibilityRule.id.label("rule_id"),
            cast(and_(EligibilityRule.is_blocking, is_known), Boolean).label("is_blocking"),
            cause.label("cause"),
            facts.label("facts"),
        )
        .select_from(EligibilityRule)
        .join(Election, Election.id == EligibilityRule.election_id)
        .join(Member, is_found)
        .where(EligibilityRule.code == code, EligibilityRule.is_active, Election.state.in_(FOLLOWED), asked)
    )


def _code(cause: Cause) -> ColumnElement[str]:
    return cast(literal(cause.value), String)


def _facts(**columns: Any) -> ColumnElement[str]:
    """JSON of plain values as both databases write it: dates, numbers and codes, never what somebody typed."""
    if not columns:
        return literal_column("'{}'", Text)
    parts = [
        literal_column(f'\'"{name}": "\'', Text)
        .op("||")(func.coalesce(cast(column, Text), ""))
        .op("||")(literal_column("'\"'", Text))
        for name, column in columns.items()
    ]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.op("||")(literal_column("', '", Text)).op("||")(part)
    return literal_column("'{'", Text).op("||")(whole).op("||")(literal_column("'}'", Text))


def _as_number(day: Any) -> ColumnElement[int]:
    """20260318: compared with years added it gives birthdays right, that of 29 February too (1 March)."""
    return extract("year", day) * 10_000 + extract("month", day) * 100 + extract("day", day)


def _age() -> Found:
    is_unknown = Member.birth_date.is_(None)
    is_young = _as_number(Member.birth_date) + GROWN_UP * 10_000 > _as_number(Election.voting_on)
    cause = case((is_unknown, Cause.BIRTH_DATE_UNKNOWN.value), else_=Cause.TOO_YOUNG.value)
    facts = case(
        (is_unknown, literal_column("'{}'", Text)),
        else_=_facts(birth_date=Member.birth_date, voting_on=Election.voting_on),
    )
    return or_(is_unknown, is_young), cause, facts


def _training() -> Found:
    """No result counts on voting day: there is none, the last one ended before it, or all are of after it."""
    passed = select(TrainingResult.id).where(TrainingResult.member_id == Member.id).correlate(Member, Election)
    is_missing = ~passed.exists()
    has_ended = passed.where(TrainingResult.passed_on <= Election.voting_on).exists()
    ended = select(func.max(TrainingResult.valid_until)).where(
        TrainingResult.member_id == Member.id, TrainingResult.passed_on <= Election.voting_on
    )
    first = select(func.min(TrainingResult.passed_on)).where(TrainingResult.member_id == Member.id)
    days = {
        "trained_until": ended.correlate(Member, Election).scalar_subquery(),
        "trained_on": first.correlate(Member, Election).scalar_subquery(),
    }
    cause = case(
        (is_missing, Cause.NOT_TRAINED.value),
        (has_ended, Cause.TRAINING_ENDED.value),
        else_=Cause.TRAINED_AFTER.value,
    )
    facts = case(
        (is_missing, literal_column("'{}'", Text)),
        (has_ended, _facts(trained_until=days["trained_until"])),
        else_=_facts(trained_on=days["trained_on"]),
    )
    return ~is_trained_on(Election.voting_on), cause, facts


def _declaration() -> Found:
    """A declaration that is needed, and that the member did not give in any version.

    Who said to be a candidate answered that one: another rule is about it.
    """
    wanted, newer, read = aliased(DeclarationText), aliased(DeclarationText), aliased(DeclarationText)
    is_replaced = exists().where(
        newer.election_id == wanted.election_id, newer.kind == wanted.kind, newer.version > wanted.version
    )
    given = select(Declaration.id).where(
        Declaration.member_id == Member.id,
        Declaration.election_id == Election.id,
        Declaration.text_id == read.id,
        read.kind == wanted.kind,
        or_(Declaration.is_given, read.kind == DeclarationKind.NOT_A_CANDIDATE),
    )
    is_given = given.correlate(Member, Election, wanted).exists()  # by itself it would be anybody's
    is_missing = exists().where(wanted.election_id == Election.id, wanted.is_required, ~is_replaced, ~is_given)
    return is_missing, _code(Cause.DECLARATION_MISSING), _facts()


def _candidate() -> Found:
    """By the member's own word, or a likeness that the team confirmed; where candidates may apply, nobody."""
    word = latest_word(Member.id, Election.id).correlate(Member, Election).scalar_subquery()
    own_word = func.coalesce(word, true()).is_(False)
    confirmed = (
        CandidateMatch.election_id == Election.id,
        CandidateMatch.member_id == Member.id,
        CandidateMatch.state == MatchState.CONFIRMED,
    )
    candidate = select(func.min(CandidateMatch.candidate_id)).where(*confirmed)
    candidate_id = candidate.correlate(Member, Election).scalar_subquery()
    cause = case((own_word, Cause.OWN_WORD.value), else_=Cause.CANDIDATE_MATCH.value)
    facts = case((own_word, literal_column("'{}'", Text)), else_=_facts(candidate_id=candidate_id))
    is_found = and_(Election.candidates_may_apply.is_(False), or_(own_word, exists().where(*confirmed)))
    return is_found, cause, facts


def _committee() -> Found:
    seat = exists().where(CommitteeSeat.election_id == Election.id, CommitteeSeat.member_id == Member.id)
    return seat, _code(Cause.SEAT), _facts()


def _civil_servant() -> Found:
    return Member.is_civil_servant.is_(False), _code(Cause.NO_CIVIL_SERVANT), _facts()


def _left() -> Found:
    cause = case((Member.state == MemberState.PAUSED, Cause.PAUSED.value), else_=Cause.LEFT.value)
    return Member.state.in_(LEFT_STATES), cause, _facts(reason=Member.stop_reason)


_FINDERS: Final[dict[RuleCode, Finder]] = {
    RuleCode.AGE: _age,
    RuleCode.TRAINING: _training,
    RuleCode.DECLARATION: _declaration,
    RuleCode.CANDIDATE: _candidate,
    RuleCode.COMMITTEE: _committee,
    RuleCode.CIVIL_SERVANT: _civil_servant,
    RuleCode.LEFT: _left,
}
