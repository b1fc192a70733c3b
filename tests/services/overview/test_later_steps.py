"""The steps of an election once the answers are in: needs, places, decisions, answers, holes, hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.models import ElectionState, HoursState
from app.services.appointments import answers
from app.services.audit import COMMAND
from app.services.overview.next_steps import find_course, list_courses
from tests.support.factories.appointments import decision_of
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.evaluation import after, collect, place
from tests.support.factories.people import make_member
from tests.support.factories.replacement import appoint_all, leave, make_published
from tests.support.factories.staffing import make_need, make_place

ELSEWHERE = {"code": "EP2029", "type": "EP", "name": "Europa 2029", "voting_on": date(2029, 6, 7)}


@pytest.fixture
def neighbour(db, now):
    """Another election: planned, published and short of people, somebody left, and hours wait there."""
    planned = make_published(now=now, **ELSEWHERE)
    leave(planned.leaves, now=now)
    place(planned.election, make_member(), number=99)
    collect(planned.election)
    return planned.election


def at_noon(day):
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def left(course):
    """What is still to be done, in its order."""
    return [step.kind for step in course.steps if not step.is_done]


@pytest.mark.usefixtures("neighbour")
def test_a_plan_needs_numbers_then_people_and_is_published(db, now):
    election = make_election()
    election.state = ElectionState.PLANNING
    station, shift, function = make_station(election, 1), shifts_of(election)[0], make_function("stembureaulid")
    assert left(find_course(election, now)) == ["needs", "fill", "publish"]
    make_need(station, shift, function, minimum=1, target=4)
    assert left(find_course(election, now)) == ["fill", "publish"]
    elsewhere = make_station(election, 2)
    make_place(make_member(), elsewhere, shift, function)
    assert left(find_course(election, now)) == ["fill", "publish"]
    make_place(make_member(), station, shift, function)
    assert left(find_course(election, now)) == ["publish"]


@pytest.mark.usefixtures("neighbour")
def test_the_central_count_is_short_too(db, now):
    election = make_election()
    election.state = ElectionState.PLANNING
    shift, function = shifts_of(election)[0], make_function("teller")
    make_need(None, shift, function)
    assert "fill" in left(find_course(election, now))
    make_place(make_member(), None, shift, function)
    assert left(find_course(election, now)) == ["publish"]


@pytest.mark.usefixtures("neighbour")
def test_a_published_plan_needs_decisions_then_answers_and_new_people(db, now):
    planned = make_published(now=now)
    election = planned.election
    assert left(find_course(election, now)) == ["appoint", "move"]
    appoint_all(planned, now=now)
    course = find_course(election, now)
    assert left(course) == ["replies", "move"]
    assert [str(step.words) for step in course.steps if step.kind == "replies"] == ["Wait for 3 answers to letters"]
    for member in (planned.chair, planned.stays):
        answers.accept(decision_of(member), actor=COMMAND, now=now)
    leave(planned.leaves, now=now)
    assert left(find_course(election, now)) == ["vacancies", "move"]


def test_on_the_days_the_team_follows_them_and_settles_after_the_last_one(db, now):
    election = make_election()
    election.state = ElectionState.RUNNING
    db.session.flush()
    days = sorted(day.date for day in election.days)
    assert left(find_course(election, at_noon(days[-1]))) == ["day", "move"]
    assert left(find_course(election, at_noon(days[-1] + timedelta(days=1)))) == ["move"]


@pytest.mark.usefixtures("neighbour")
def test_after_the_days_hours_are_taken_over_and_confirmed(db, now):
    election = make_election()
    place(election, make_member())
    election.state = ElectionState.SETTLING
    db.session.commit()
    assert left(find_course(election, now)) == ["hours", "move"]
    (hours,) = collect(election)
    assert left(find_course(election, after(election))) == ["hours", "move"]
    hours.state = HoursState.CONFIRMED
    db.session.commit()
    assert left(find_course(election, after(election))) == ["move"]


def test_the_steps_of_all_elections_are_one_statement(db, now, statements):
    make_published(now=now)
    make_election(code="GR2027_B").state = ElectionState.PLANNING
    db.session.flush()
    with statements() as seen:
        assert len(list_courses(now)) == 2
    assert len(seen) == 1
