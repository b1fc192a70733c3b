"""What the team sees per election: who answered what, who did not, and the totals. A few statements, however many."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, false, func, select

from app.extensions import db
from app.models import (
    ANSWERED,
    Answer,
    Availability,
    AvailabilityShift,
    Declaration,
    DeclarationKind,
    DeclarationText,
    Election,
    ElectionDay,
    Function,
    Member,
    PollingStation,
    PreferredFunction,
    PreferredStation,
    Shift,
)
from app.services.availability import MAY_ANSWER


@dataclass(frozen=True, slots=True)
class AnswerFilter:
    """What the team wants to see; None is everything. `shift_id` with `answer`: who said that to that shift."""

    answered: bool | None = None
    shift_id: int | None = None
    answer: str | None = None
    function_id: int | None = None
    civil_servant: bool | None = None
    candidate: bool | None = None


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One member with the answer, if there is one; `answers` and `reasons` by shift id."""

    member: Member
    availability: Availability | None
    answers: dict[int, str]
    reasons: dict[int, str]
    functions: list[str]
    stations: list[str]
    is_candidate: bool

    @property
    def is_answered(self) -> bool:
        """Whether an answer counts: given, and not withdrawn."""
        return self.availability is not None and self.availability.state in ANSWERED


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of answers per shift id, of first preferences per function id, and of members."""

    asked: int
    answered: int
    shifts: dict[int, dict[str, int]]
    functions: dict[int, int]


def list_shifts(election: Election) -> list[Shift]:
    """The election's shifts in order, with their days."""
    statement = (
        select(Shift)
        .join(ElectionDay, ElectionDay.id == Shift.day_id)
        .where(ElectionDay.election_id == election.id)
        .order_by(ElectionDay.date, Shift.starts, Shift.id)
    )
    return list(db.session.scalars(statement))


def count_answers(election: Election, wanted: AnswerFilter) -> int:
    """How many members `list_answers` would give."""
    return db.session.scalar(_members(election, wanted, func.count(Member.id))) or 0


def list_answers(
    election: Election, wanted: AnswerFilter, *, limit: int | None = None, offset: int = 0
) -> list[AnswerRow]:
    """The members who are asked, or who answered, by surname, with their answers. Five statements."""
    statement = _members(election, wanted, Member, Availability).order_by(Member.surname, Member.id)
    rows = db.session.execute(statement.limit(limit).offset(offset)).all()
    page = _members(election, wanted, Availability.id).order_by(Member.surname, Member.id).limit(limit).offset(offset)
    ids = page.subquery()
    answers, reasons = _shift_answers(ids)
    functions = _preferences(PreferredFunction, PreferredFunction.function_id, Function, Function.name, ids)
    stations = _preferences(PreferredStation, PreferredStation.station_id, PollingStation, PollingStation.name, ids)
    candidates = _candidates(election)
    return [
        AnswerRow(
            member,
            row,
            answers.get(row.id, {}) if row else {},
            reasons.get(row.id, {}) if row else {},
            functions.get(row.id, []) if row else [],
            stations.get(row.id, []) if row else [],
            member.id in candidates,
        )
        for member, row in rows
    ]


def find_totals(election: Election) -> Totals:
    """How many were asked and answered; answers per shift; first preferences. Only answers that count."""
    asked = count_answers(election, AnswerFilter())
    answered = count_answers(election, AnswerFilter(answered=True))
    counted = (Availability.election_id == election.id) & Availability.state.in_(ANSWERED)
    per_shift = (
        select(AvailabilityShift.shift_id, AvailabilityShift.answer, func.count())
        .join(Availability, Availability.id == AvailabilityShift.availability_id)
        .where(counted)
        .group_by(AvailabilityShift.shift_id, AvailabilityShift.answer)
    )
    per_function = (
        select(PreferredFunction.function_id, func.count())
        .join(Availability, Availability.id == PreferredFunction.availability_id)
        .where(counted, PreferredFunction.rank == 1)
        .group_by(PreferredFunction.function_id)
    )
    shifts: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(map(str, Answer), 0))
    for shift_id, answer, count in db.session.execute(per_shift):
        shifts[shift_id][answer] = count
    functions = {function_id: count for function_id, count in db.session.execute(per_function)}
    return Totals(asked, answered, dict(shifts), functions)


def count_waiting() -> list[tuple[Election, int, int]]:
    """Per election that asks for availability: how many members answered, and how many are asked. Two statements."""
    from_members = select(func.count(Member.id)).where(Member.state.in_(MAY_ANSWER))
    statement = (
        select(Election, func.sum(case((Availability.state.in_(ANSWERED), 1), else_=0)))
        .outerjoin(Availability, Availability.election_id == Election.id)
        .where(Election.state == "recruiting")
        .group_by(Election.id)
        .order_by(Election.voting_on)
    )
    asked = db.session.scalar(from_members) or 0
    return [(election, answered or 0, asked) for election, answered in db.session.execute(statement)]


def _members(election: Election, wanted: AnswerFilter, *columns: Any) -> Select[Any]:
    join = (Availability.member_id == Member.id) & (Availability.election_id == election.id)
    statement = select(*columns).select_from(Member).outerjoin(Availability, join)
    return statement.where(Member.state.in_(MAY_ANSWER) | Availability.id.is_not(None), *_criteria(election, wanted))


def _criteria(election: Election, wanted: AnswerFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.answered is not None:
        is_answered = func.coalesce(Availability.state.in_(ANSWERED), false())
        found.append(is_answered if wanted.answered else ~is_answered)
    if wanted.shift_id is not None and wanted.answer:
        found.append(
            exists().where(
                AvailabilityShift.availability_id == Availability.id,
                AvailabilityShift.shift_id == wanted.shift_id,
                AvailabilityShift.answer == wanted.answer,
            )
        )
    if wanted.function_id is not None:
        found.append(
            exists().where(
                PreferredFunction.availability_id == Availability.id,
                PreferredFunction.function_id == wanted.function_id,
            )
        )
    if wanted.civil_servant is not None:
        found.append(Member.is_civil_servant.is_(wanted.civil_servant))
    if wanted.candidate is not None:
        said = Member.id.in_(_candidate_ids(election))
        found.append(said if wanted.candidate else ~said)
    return found


def _candidate_ids(election: Election) -> Select[Any]:
    """Members whose answer to the newest version they read is: I am a candidate."""
    newest = (
        select(Declaration.member_id, func.max(DeclarationText.version).label("version"))
        .join(DeclarationText, DeclarationText.id == Declaration.text_id)
        .where(Declaration.election_id == election.id, DeclarationText.kind == DeclarationKind.NOT_A_CANDIDATE)
        .group_by(Declaration.member_id)
        .subquery()
    )
    return (
        select(Declaration.member_id)
        .join(DeclarationText, DeclarationText.id == Declaration.text_id)
        .join(newest, (newest.c.member_id == Declaration.member_id) & (newest.c.version == DeclarationText.version))
        .where(
            Declaration.election_id == election.id,
            DeclarationText.kind == DeclarationKind.NOT_A_CANDIDATE,
            Declaration.is_given.is_(False),
        )
    )


def _candidates(election: Election) -> set[int]:
    return set(db.session.scalars(_candidate_ids(election)))


def _shift_answers(ids: Any) -> tuple[dict[int, dict[int, str]], dict[int, dict[int, str]]]:
    columns = (AvailabilityShift.availability_id, AvailabilityShift.shift_id)
    statement = select(*columns, AvailabilityShift.answer, AvailabilityShift.reason).where(
        AvailabilityShift.availability_id.in_(select(ids.c.id))
    )
    answers: dict[int, dict[int, str]] = defaultdict(dict)
    reasons: dict[int, dict[int, str]] = defaultdict(dict)
    for row_id, shift_id, answer, reason in db.session.execute(statement):
        answers[row_id][shift_id] = answer
        if reason:
            reasons[row_id][shift_id] = reason
    return answers, reasons


def _preferences(preferred: Any, key: Any, target: Any, name: Any, ids: Any) -> dict[int, list[str]]:
    statement = (
        select(preferred.availability_id, name)
        .join(target, target.id == key)
        .where(preferred.availability_id.in_(select(ids.c.id)))
        .order_by(preferred.rank)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for row_id, value in db.session.execute(statement):
        found[row_id].append(value)
    return found
