"""Availability (beschikbaarheid): a member's answer for one election, given by the member or typed in by the team."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.clock import local
from app.extensions import db
from app.models import (
    Answer,
    Availability,
    AvailabilityShift,
    AvailabilityState,
    Declaration,
    DeclarationKind,
    Election,
    Member,
    PreferredFunction,
    PreferredStation,
)
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.availability.answer_check import AvailabilityAnswer, ShiftChoice, check_answer, declares_candidacy
from app.services.availability.period import open_availability, why_closed
from app.services.elections.candidacy import declared_candidacy
from app.services.notifications.notifications import settle_actions

__all__ = [
    "AvailabilityAnswer",
    "By",
    "Outcome",
    "ShiftChoice",
    "find_availability",
    "is_candidate",
    "list_candidacies",
    "lock_availability",
    "open_availability",
    "record_answer",
    "reopen_availability",
]


class By(StrEnum):
    """Who types the answer: the member, or the team for a member who phoned. The row and the audit trail say it."""

    MEMBER = "member"
    TEAM = "team"


class Outcome(StrEnum):
    """What an answer came to."""

    ANSWER = "answer"
    CANDIDACY = "candidacy"


# What belongs to an answer, read with it: a few rows at most, so one statement costs less than five.
WITH_CHOICES = (
    joinedload(Availability.shifts),
    joinedload(Availability.functions).joinedload(PreferredFunction.function),
    joinedload(Availability.stations).joinedload(PreferredStation.station),
)


def find_availability(member_id: int, election_id: int) -> Availability | None:
    """The member's answer with its shifts and preferences, or None. One statement."""
    statement = select(Availability).where(Availability.member_id == member_id, Availability.election_id == election_id)
    found: Availability | None = db.session.scalars(statement.options(*WITH_CHOICES)).unique().one_or_none()
    return found


def record_answer(
    member: Member, election: Election, answer: AvailabilityAnswer, *, by: By, actor: Actor, now: datetime
) -> Outcome:
    """Keep an answer, or that the member is a candidate or sitting member where the election excludes those.

    An answer is stored, or changed, when it is complete. Candidacy withdraws the answer: what was answered before stays
    on the row, but no longer counts until the member answers again.

    Raises RuleBroken for a member who is not invited or active; for the member itself outside the period (unless the
    team reopened this answer), for the team while the election does not ask; and for all of an answer that does not fit
    the election, each at its field (`answer_check`).
    """
    answer = answer.without_needless
    _check_member(member)
    row = _find_for_change(member, election)
    _check_may_answer(election, row, by, now)
    is_candidate = declares_candidacy(election, answer)
    if not is_candidate:
        check_answer(election, answer)
    row = row or _new(member, election)
    row.changed_at = now
    row.entered_by_user_id = actor.user_id if by is By.TEAM else None
    verb = _withdraw(row) if is_candidate else _store(row, answer, by, now)
    _store_declarations(row, answer, now=now)
    db.session.flush()
    settle_actions(now, member_id=member.id)
    record_event(actor, f"availability.{verb}", now=now, subject=row, member_id=member.id, election_id=election.id)
    return Outcome.CANDIDACY if is_candidate else Outcome.ANSWER


def _check_may_answer(election: Election, row: Availability | None, by: By, now: datetime) -> None:
    if by is By.TEAM:
        _check_answerable(election)  # the member's deadline does not hold
    elif reason := why_closed(election, row, now):
        raise RuleBroken(reason)


def reopen_availability(
    member: Member, election: Election, *, until: datetime, actor: Actor, now: datetime
) -> Availability:
    """Let this one member answer or change until `until` (UTC), whatever the election's period.

    Raises RuleBroken for a moment that is past or after voting day, and for an election that does not ask any more.
    """
    _check_member(member)
    _check_answerable(election)
    if until <= now:
        raise RuleBroken(phrase("The end is in the future."), field="until")
    if local(until).date() > election.voting_on:
        raise RuleBroken(
            phrase("The end is not after the voting day, %(voting_on)s.", voting_on=election.voting_on),
            field="until",
        )
    row = _find_for_change(member, election) or _new(member, election)
    row.reopened_until = until
    db.session.flush()
    record_event(
        actor,
        "availability.reopened",
        now=now,
        subject=row,
        member_id=member.id,
        election_id=election.id,
        until=until.isoformat(timespec="minutes"),
    )
    return row


def lock_availability(election: Election, *, actor: Actor, now: datetime) -> int:
    """Fix every submitted answer for the planning; gives how many. One statement."""
    submitted = (Availability.election_id == election.id) & (Availability.state == AvailabilityState.SUBMITTED)
    count: int = db.session.scalar(select(func.count()).select_from(Availability).where(submitted)) or 0
    db.session.execute(update(Availability).where(submitted).values(state=AvailabilityState.LOCKED))
    record_event(actor, "availability.locked", now=now, subject=election, count=count)
    return count


def list_candidacies(member_id: int) -> set[int]:
    """The ids of the elections that do not ask this member any more: a candidate or a sitting member."""
    declared = declared_candidacy(member_id, Election.id, of=Election)
    return set(db.session.scalars(select(Election.id).where(declared)))


def says_no(row: Availability) -> bool:
    """Whether the answer that counts is no to everything."""
    return row.is_answered and all(shift.answer == Answer.NO for shift in row.shifts)


def is_candidate(given: Iterable[Declaration]) -> bool:
    """Whether the latest word of what one member declared for an election is to be a candidate or sitting member."""
    words = [row for row in given if row.text.kind == DeclarationKind.NOT_A_CANDIDATE]
    return bool(words) and not max(words, key=lambda row: row.text.version).is_given


def _check_member(member: Member) -> None:
    if not member.may_answer:
        raise RuleBroken(phrase("Only members who are invited or active can give availability."))


def _check_answerable(election: Election) -> None:
    if not election.is_answerable:
        raise RuleBroken(phrase("Availability is not open for this election."))


def _find_for_change(member: Member, election: Election) -> Availability | None:
    """The row, locked where the database can: a second click waits for the first one."""
    statement = select(Availability).where(Availability.member_id == member.id, Availability.election_id == election.id)
    found: Availability | None = db.session.scalar(statement.with_for_update())
    return found


def _new(member: Member, election: Election) -> Availability:
    row = Availability(member_id=member.id, election_id=election.id, state=AvailabilityState.REQUESTED)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # the first of two clicks has just made it
        found = _find_for_change(member, election)
        if found is None:
            raise
        return found
    return row


def _withdraw(row: Availability) -> str:
    """The answer does not count; gives the verb of the audit trail."""
    row.state = AvailabilityState.REQUESTED
    return "candidacy_declared"


def _store(row: Availability, answer: AvailabilityAnswer, by: By, now: datetime) -> str:
    """Everything but the declarations; gives the verb of the audit trail."""
    is_first = row.submitted_at is None
    _store_shifts(row, answer)
    _store_functions(row, answer)
    _store_stations(row, answer)
    row.remark = answer.remark.strip()
    if row.state != AvailabilityState.LOCKED:
        row.state = AvailabilityState.SUBMITTED
    row.submitted_at = row.submitted_at or now
    return "entered" if by is By.TEAM else "submitted" if is_first else "changed"


def _store_shifts(row: Availability, answer: AvailabilityAnswer) -> None:
    known = {shift.shift_id: shift for shift in row.shifts}
    row.shifts = [
        known.get(shift_id) or AvailabilityShift(member_id=row.member_id, shift_id=shift_id)
        for shift_id in answer.choices
    ]
    for shift in row.shifts:
        choice = answer.choices[shift.shift_id]
        shift.answer = choice.answer
        shift.reason = choice.reason.strip() if choice.answer == Answer.NO else ""


def _store_functions(row: Availability, answer: AvailabilityAnswer) -> None:
    known = {function.function_id: function for function in row.functions}
    row.functions = [
        known.get(function) or PreferredFunction(member_id=row.member_id, function_id=function)
        for function in answer.functions
    ]
    for rank, preferred in enumerate(row.functions, 1):
        preferred.rank = rank


def _store_stations(row: Availability, answer: AvailabilityAnswer) -> None:
    known = {station.station_id: station for station in row.stations}
    row.stations = [
        known.get(station) or PreferredStation(member_id=row.member_id, station_id=station)
        for station in answer.stations
    ]
    for rank, preferred in enumerate(row.stations, 1):
        preferred.rank = rank


def _store_declarations(row: Availability, answer: AvailabilityAnswer, *, now: datetime) -> None:
    """Keep each declaration by the version that was read; one that says the same keeps its moment."""
    statement = select(Declaration).where(
        Declaration.member_id == row.member_id, Declaration.election_id == row.election_id
    )
    known = {declaration.text_id: declaration for declaration in db.session.scalars(statement)}
    for text_id, is_given in answer.declarations.items():
        declaration = known.get(text_id)
        if declaration is None:
            declaration = Declaration(member_id=row.member_id, election_id=row.election_id, text_id=text_id)
            db.session.add(declaration)
        if declaration.is_given is not is_given:
            declaration.is_given, declaration.given_at = is_given, now
