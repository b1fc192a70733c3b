"""Availability (beschikbaarheid): a member's answer for one election, given by the member or typed in by the team."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from app.clock import local
from app.extensions import db
from app.models import (
    Answer,
    Availability,
    AvailabilityShift,
    AvailabilityState,
    Declaration,
    Election,
    Member,
    MemberState,
    PreferredFunction,
    PreferredStation,
)
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.availability.answer_check import AvailabilityAnswer, ShiftChoice, check_answer, declares_candidacy
from app.services.availability.period import ANSWERABLE, open_availability, why_closed
from app.services.elections.candidacy import latest_word
from app.services.notifications.notifications import settle_actions

__all__ = [
    "AvailabilityAnswer",
    "ShiftChoice",
    "declares_candidacy",
    "enter_availability",
    "find_availability",
    "is_candidate",
    "lock_availability",
    "open_availability",
    "record_candidacy",
    "reopen_availability",
    "submit_availability",
]

MAY_ANSWER = {MemberState.INVITED, MemberState.ACTIVE}


def find_availability(member_id: int, election_id: int) -> Availability | None:
    """The member's answer with its shifts and preferences, or None."""
    statement = (
        select(Availability)
        .where(Availability.member_id == member_id, Availability.election_id == election_id)
        .options(
            selectinload(Availability.shifts),
            selectinload(Availability.functions).selectinload(PreferredFunction.function),
            selectinload(Availability.stations).selectinload(PreferredStation.station),
        )
    )
    found: Availability | None = db.session.scalar(statement)
    return found


def submit_availability(
    member: Member, election: Election, answer: AvailabilityAnswer, *, actor: Actor, now: datetime
) -> Availability:
    """Store the member's own answer, or change it, and give the row.

    Raises RuleBroken outside the period (unless the team reopened this member's), for a member who is not invited or
    active, and for an answer that is not complete: a required declaration that was not given, or a candidate where
    the election's rules exclude candidates.
    """
    _check_member(member)
    row = _find_for_change(member, election)
    reason = why_closed(election, row, now)
    if reason is not None:
        raise RuleBroken(reason)
    check_answer(election, answer)
    return _store(row or _new(member, election), answer, actor=actor, now=now, on_behalf=False)


def enter_availability(
    member: Member, election: Election, answer: AvailabilityAnswer, *, actor: Actor, now: datetime
) -> Availability:
    """Store what a member told the team, by phone for instance; the row and the audit trail say who typed it.

    The member's deadline does not hold, the rest of the rules of `submit_availability` does.
    """
    _check_member(member)
    _check_answerable(election)
    check_answer(election, answer)
    row = _find_for_change(member, election) or _new(member, election)
    return _store(row, answer, actor=actor, now=now, on_behalf=True)


def record_candidacy(
    member: Member, election: Election, answer: AvailabilityAnswer, *, actor: Actor, now: datetime, on_behalf: bool
) -> Availability:
    """Keep that the member is a candidate or sitting member, so that the team sees it; the answer itself is withdrawn.

    What was answered before stays on the row, but no longer counts until the member answers again. Raises RuleBroken
    as `submit_availability` does for the period and the member.
    """
    _check_member(member)
    row = _find_for_change(member, election)
    reason = why_closed(election, row, now)
    if on_behalf:
        _check_answerable(election)
    elif reason is not None:
        raise RuleBroken(reason)
    row = row or _new(member, election)
    row.state = AvailabilityState.REQUESTED
    row.changed_at = now
    row.entered_by_user_id = actor.user_id if on_behalf else None
    _store_declarations(row, answer, now=now)
    db.session.flush()
    settle_actions(now, member_id=member.id)
    record_event(
        actor, "availability.candidacy_declared", now=now, subject=row, member_id=member.id, election_id=election.id
    )
    return row


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


def is_candidate(member_id: int, election_id: int) -> bool:
    """Whether the member's latest word on this election is to be a candidate or sitting member."""
    return db.session.scalar(latest_word(member_id, election_id)) is False


def _check_member(member: Member) -> None:
    if member.state not in MAY_ANSWER:
        raise RuleBroken(phrase("Only members who are invited or active can give availability."))


def _check_answerable(election: Election) -> None:
    if election.state not in ANSWERABLE:
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


def _store(
    row: Availability, answer: AvailabilityAnswer, *, actor: Actor, now: datetime, on_behalf: bool
) -> Availability:
    is_first = row.submitted_at is None
    _store_shifts(row, answer)
    _store_functions(row, answer)
    _store_stations(row, answer)
    row.remark = answer.remark.strip()
    if row.state != AvailabilityState.LOCKED:
        row.state = AvailabilityState.SUBMITTED
    row.submitted_at = row.submitted_at or now
    row.changed_at = now
    row.entered_by_user_id = actor.user_id if on_behalf else None
    _store_declarations(row, answer, now=now)
    db.session.flush()
    settle_actions(now, member_id=row.member_id)
    verb = "entered" if on_behalf else "submitted" if is_first else "changed"
    record_event(
        actor,
        f"availability.{verb}",
        now=now,
        subject=row,
        member_id=row.member_id,
        election_id=row.election_id,
    )
    return row


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
    known = {one.text_id: one for one in db.session.scalars(statement)}
    for text_id, is_given in answer.declarations.items():
        one = known.get(text_id)
        if one is None:
            one = Declaration(member_id=row.member_id, election_id=row.election_id, text_id=text_id)
            db.session.add(one)
        if one.is_given is not is_given:
            one.is_given, one.given_at = is_given, now
