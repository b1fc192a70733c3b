"""What the team does for an election, in its order, and what is to do now: for the team's home and the election's page.

Read from what the database keeps count of, so it costs the same however many members there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, exists, func, select

from app.extensions import db
from app.models import (
    ANSWERED,
    AnswerTally,
    Election,
    ElectionState,
    MemberState,
    MemberTally,
    PollingStation,
)
from app.models.base import is_any_of
from app.models.member import MAY_ANSWER
from app.phrases import counted, phrase
from app.services.campaigns.asking import asks_for
from app.services.overview.course_step import CourseStep
from app.services.overview.later_steps import FACTS, list_later
from app.services.planning.phases import NEXT_STEPS
from app.services.waiting import asked_of


@dataclass(frozen=True, slots=True)
class Course:
    """Where an election stands, and its steps in order."""

    election: Election
    answered: int
    asked: int
    steps: list[CourseStep]

    @property
    def next_step(self) -> CourseStep | None:
        """The first that is not done."""
        return next((step for step in self.steps if not step.is_done), None)


def list_courses(now: datetime) -> list[Course]:
    """Every election that is not closed, the first voting day first. One statement."""
    return [_read(row, now) for row in db.session.execute(_OF_OPEN_ELECTIONS, asked_of(None, now))]


def find_course(election: Election, now: datetime) -> Course:
    """That of one election. One statement."""
    row = db.session.execute(_select_facts().where(Election.id == election.id), asked_of(None, now)).one()
    return _read(row, now)


def _select_facts() -> Select[Any]:
    """Each election, with what its steps depend on."""
    answers = (AnswerTally.election_id == Election.id) & is_any_of(AnswerTally.state, ANSWERED)
    answered = select(func.sum(AnswerTally.number)).where(answers).correlate(Election)
    return select(
        Election,
        answered.scalar_subquery().label("answered"),
        _members(MAY_ANSWER).label("asked"),
        _members((MemberState.IMPORTED,)).label("not_invited"),
        exists().where(PollingStation.election_id == Election.id).label("has_stations"),
        asks_for(Election.id).label("has_campaign"),
        *FACTS,
    ).order_by(Election.voting_on, Election.id)


def _members(states: tuple[MemberState, ...]) -> Any:
    of_state = is_any_of(MemberTally.state, states)
    return select(func.coalesce(func.sum(MemberTally.number), 0)).where(of_state).scalar_subquery()


_OF_OPEN_ELECTIONS: Final = _select_facts().where(Election.state != ElectionState.CLOSED)  # made once


def _read(row: Any, now: datetime) -> Course:
    answered, asked = row.answered or 0, row.asked
    steps = _before(row) if row.Election.state == ElectionState.DRAFT else _while_asking(row, answered, now)
    steps += list_later(row, now)
    if row.Election.state in NEXT_STEPS:
        kind = "publish" if row.Election.state == ElectionState.PLANNING else "move"
        steps.append(CourseStep(kind, NEXT_STEPS[row.Election.state][0], False))
    return Course(row.Election, answered, asked, steps)


def _before(row: Any) -> list[CourseStep]:
    return [
        CourseStep("members", phrase("Import the members"), row.asked + row.not_invited > 0),
        CourseStep("stations", phrase("Import the polling stations"), row.has_stations),
        _invite(row),
        CourseStep("period", phrase("Ask for availability"), False),
    ]


def _while_asking(row: Any, answered: int, now: datetime) -> list[CourseStep]:
    """While members are asked."""
    if row.Election.state != ElectionState.RECRUITING:
        return []
    closes_at = row.Election.availability_closes_at
    is_over = closes_at is not None and closes_at <= now
    missing = max(row.asked - answered, 0)
    waits = counted("Wait for %(num)s answer, or call", "Wait for %(num)s answers, or call").of(missing)
    return [
        CourseStep("stations", phrase("Import the polling stations"), row.has_stations),
        _invite(row),
        CourseStep("campaign", phrase("Tell the members that you ask for their availability"), row.has_campaign),
        CourseStep("answers", waits, is_over or not missing),
    ]


def _invite(row: Any) -> CourseStep:
    words = counted("Invite %(num)s member who has no account", "Invite %(num)s members who have no account")
    if row.not_invited:
        return CourseStep("invite", words.of(row.not_invited), False)
    return CourseStep("invite", phrase("Invite the members"), row.asked > 0)
