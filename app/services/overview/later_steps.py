"""The steps of an election once the answers are in: the plan, the decisions, and what is left after the day."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, case, exists, func, select

from app.clock import local_today
from app.models import (
    AppointedPlace,
    Appointment,
    AppointmentState,
    Assignment,
    Election,
    ElectionDay,
    ElectionState,
    HoursState,
    MemberAnswer,
    PublishedPlace,
    StaffingNeed,
    Vacancy,
    WorkedHours,
)
from app.phrases import counted, phrase
from app.services.appointments.replacement.vacancies import is_open
from app.services.overview.course_step import CourseStep
from app.services.waiting import NOW

REPLIES: Final = counted("Wait for %(num)s answer to a letter", "Wait for %(num)s answers to letters")
VACANT: Final = counted(
    "Find somebody for %(num)s place that came free", "Find somebody for %(num)s places that came free"
)

_planned = (
    select(func.count(Assignment.id))
    .where(
        Assignment.election_id == StaffingNeed.election_id,
        Assignment.shift_id == StaffingNeed.shift_id,
        Assignment.function_id == StaffingNeed.function_id,
        Assignment.station_id.is_not_distinct_from(StaffingNeed.station_id),
    )
    .correlate(StaffingNeed)
    .scalar_subquery()
)
_is_decided = exists().where(AppointedPlace.place_id == PublishedPlace.id).correlate(PublishedPlace)
_without_decision = (
    PublishedPlace.election_id == Election.id,
    PublishedPlace.until_version_id.is_(None),
    ~_is_decided,
)
_unanswered = (
    Appointment.election_id == Election.id,
    Appointment.state == AppointmentState.ISSUED,
    Appointment.answer == MemberAnswer.NONE,
)

_last_day = (
    select(func.max(ElectionDay.date))
    .where(ElectionDay.election_id == Election.id)
    .correlate(Election)
    .scalar_subquery()
)


def _number(*wanted: ColumnElement[bool]) -> Any:
    return select(func.count()).where(*wanted).correlate(Election).scalar_subquery()


def _when(state: ElectionState, fact: Any) -> Any:
    """Asked only of an election that stands there; of others it is empty."""
    return case((Election.state == state, fact))


FACTS: Final = (
    _when(ElectionState.PLANNING, exists().where(StaffingNeed.election_id == Election.id)).label("has_needs"),
    _when(
        ElectionState.PLANNING, exists().where(StaffingNeed.election_id == Election.id, StaffingNeed.minimum > _planned)
    ).label("is_short"),
    _when(ElectionState.PUBLISHED, exists().where(*_without_decision)).label("has_undecided"),
    _when(ElectionState.PUBLISHED, _number(*_unanswered)).label("unanswered"),
    _when(ElectionState.PUBLISHED, _number(Vacancy.election_id == Election.id, is_open(NOW))).label("vacant"),
    _when(ElectionState.RUNNING, _last_day).label("last_day"),
    _when(ElectionState.SETTLING, exists().where(WorkedHours.election_id == Election.id)).label("has_hours"),
    _when(
        ElectionState.SETTLING,
        exists().where(WorkedHours.election_id == Election.id, WorkedHours.state == HoursState.OPEN),
    ).label("has_open_hours"),
)  # of each Election; NOW is the one parameter


def list_later(row: Any, now: datetime) -> list[CourseStep]:
    """What comes before the next state, of a row with FACTS."""
    made = _STEPS.get(row.Election.state)
    return made(row, now) if made is not None else []


def _while_planning(row: Any, _now: datetime) -> list[CourseStep]:
    return [
        CourseStep("needs", phrase("Say how many people each polling station needs"), bool(row.has_needs)),
        CourseStep("fill", phrase("Fill the places that are under the minimum"), row.has_needs and not row.is_short),
    ]


def _after_publishing(row: Any, _now: datetime) -> list[CourseStep]:
    steps = [CourseStep("appoint", phrase("Appoint the members who have a place"), not row.has_undecided)]
    if row.vacant:
        steps.append(CourseStep("vacancies", VACANT.of(row.vacant), False))
    if row.unanswered:
        steps.append(CourseStep("replies", REPLIES.of(row.unanswered), False))
    return steps


def _on_the_days(row: Any, now: datetime) -> list[CourseStep]:
    last = row.last_day or row.Election.voting_on
    return [CourseStep("day", phrase("Follow the day: who is there, and who is missed"), last < local_today(now))]


def _while_settling(row: Any, _now: datetime) -> list[CourseStep]:
    words = phrase("Take over and confirm the hours that members worked")
    return [CourseStep("hours", words, row.has_hours and not row.has_open_hours)]


_STEPS: Final = {
    ElectionState.PLANNING: _while_planning,
    ElectionState.PUBLISHED: _after_publishing,
    ElectionState.RUNNING: _on_the_days,
    ElectionState.SETTLING: _while_settling,
}
