"""Who hears of somebody new, in whose name letters are made, and what is taken back of a replacement."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import (
    Appointment,
    AppointmentRun,
    AppointmentState,
    Campaign,
    ElectionState,
    Notification,
    PlanVersion,
    Vacancy,
    VacancyCause,
    VacancyState,
)
from app.phrases import RuleBroken
from app.services.appointments import appointing
from app.services.appointments.replacement import answering, clock, following, undoing, vacancies
from app.services.audit import COMMAND, Actor
from app.services.planning.board.places import Place
from app.services.planning.times import shift_hours
from app.services.planning.versions import publishing
from tests.support.factories.appointments import OFFICE, decision_of
from tests.support.factories.elections import make_function, make_open_election, make_station, shifts_of
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.planning import make_available, make_planned_election, places_of
from tests.support.factories.plans import publish_places
from tests.support.factories.replacement import appoint_all, ask, leave, place
from tests.support.jobs import run_job

MORNING, EVENING, COUNT = range(3)


def told(db):
    return set(db.session.scalars(select(Notification.member_id)))


@pytest.fixture
def town(db):
    """An election of which a plan was published by hand, with two stations."""
    election = make_open_election()
    return election, make_station(election, 1, "School"), make_station(election, 2, "Kade")


def filled_vacancy(db, election, station, shift, comes, now):
    """Somebody left in this shift, and this member came."""
    starts_at, ends_at = shift_hours(shift)
    left = Place(
        make_member().id, station and station.id, shift.id, make_function("stembureaulid").id, starts_at, ends_at
    )
    (vacancy,) = vacancies.open_vacancies(election, [left], VacancyCause.ABSENT, "Werk", actor=COMMAND, now=now)
    vacancy.state, vacancy.filled_by_member_id, vacancy.closed_at = VacancyState.FILLED, comes.id, now
    db.session.commit()
    return vacancy


def test_who_presides_at_that_station_at_that_time_is_told_and_who_does_not_is_not(db, town, now):
    election, school, quay = town
    shifts = shifts_of(election)
    chair, deputy, comes = make_member(), make_member(), make_member()
    elsewhere, counts, member, was = (make_member() for _ in range(4))
    published = publish_places(
        election,
        [
            (chair, school, shifts[MORNING], make_function("voorzitter")),  # ends a quarter after the evening begins
            (deputy, school, shifts[EVENING], make_function("plv_voorzitter")),
            (comes, school, shifts[EVENING], make_function("plv_voorzitter")),
            (elsewhere, quay, shifts[EVENING], make_function("voorzitter")),
            (counts, school, shifts[COUNT], make_function("voorzitter")),  # begins when the evening is over
            (member, school, shifts[EVENING], make_function("stembureaulid")),
            (was, school, shifts[EVENING], make_function("voorzitter")),
        ],
        now=now,
    )
    publish_places(election, [], ended=published[-1:], now=now)
    following.follow(filled_vacancy(db, election, school, shifts[EVENING], comes, now), actor=COMMAND, now=now)
    assert told(db) == {chair.id, deputy.id}


def test_who_presides_until_the_others_begin_is_not_told(db, town, now):
    election, school, _quay = town
    shifts = shifts_of(election)
    published = [(make_member(), school, shifts[EVENING], make_function("voorzitter"))]
    publish_places(election, published, now=now)
    following.follow(filled_vacancy(db, election, school, shifts[COUNT], make_member(), now), actor=COMMAND, now=now)
    assert db.session.scalars(select(Campaign)).all() == []


def test_a_plan_that_was_never_published_is_published_by_no_replacement(db, now):
    election = make_planned_election(1)
    election.state = ElectionState.PLANNING
    leaves, anna = make_available(election), make_available(election)
    place(election, leaves, now=now)
    vacancy = leave(leaves, now=now)
    answering.say_yes(ask(vacancy, anna, now=now)[0], actor=COMMAND, now=now)
    assert db.session.scalars(select(PlanVersion)).all() == []
    assert undoing.take_back(vacancy, actor=COMMAND, now=now) is None
    assert db.session.scalars(select(PlanVersion)).all() == []
    assert (vacancy.state, places_of(anna)) == (VacancyState.OPEN, [])


def test_what_nobody_took_by_a_question_cannot_be_taken_back(db, planned, vacancy, now):
    with pytest.raises(RuleBroken, match="nothing to undo"):
        undoing.take_back(vacancy, actor=COMMAND, now=now)
    place(planned.election, make_available(planned.election), now=now)
    clock.settle(now)
    assert vacancy.state == VacancyState.FILLED
    with pytest.raises(RuleBroken, match="nothing to undo"):
        undoing.take_back(vacancy, actor=COMMAND, now=now)


def test_taking_back_withdraws_the_decision_of_who_came_and_of_nobody_else(db, planned, now):
    appoint_all(planned, now=now)
    anna, colleague = make_available(planned.election), make_staff()
    vacancy = leave(planned.leaves, now=now)
    vacancy.opened_by_user_id = colleague.id
    answering.say_yes(ask(vacancy, anna, now=now)[0], actor=Actor("anna", anna.user_id), now=now)
    db.session.commit()
    run = db.session.get_one(AppointmentRun, vacancy.run_id)
    assert run.created_by_user_id == colleague.id
    run_job(appointing.run_appointments, run.id, lambda: now, office=OFFICE)
    came = decision_of(anna)
    back = undoing.take_back(vacancy, actor=Actor("team", colleague.id), now=now)
    assert (back.only, back.created_by_user_id, vacancy.run_id) == ([anna.id], colleague.id, None)
    db.session.commit()
    run_job(appointing.run_appointments, back.id, lambda: now, office=OFFICE)
    assert came.state == AppointmentState.WITHDRAWN
    states = db.session.execute(select(Appointment.member_id, Appointment.state))
    assert {who for who, state in states if state == AppointmentState.ISSUED} == {planned.chair.id, planned.stays.id}


def test_letters_are_made_in_the_name_of_the_portal_where_the_member_said_no_alone(db, planned, now):
    appoint_all(planned, now=now)
    vacancy = leave(planned.leaves, now=now)
    vacancy.opened_by_user_id = planned.leaves.user_id
    vacancy.state, vacancy.filled_by_member_id = VacancyState.FILLED, planned.stays.id
    publishing.publish(planned.election, actor=COMMAND, now=now)
    run = following.appoint(vacancy, now=now)
    assert (run.created_by_user_id, vacancy.run_id) == (None, run.id)
    assert following.people_of(vacancy) == [planned.leaves.id, planned.stays.id]


@pytest.fixture
def asked_for_letters(monkeypatch):
    """The vacancies for whose letters the clock asks; the first is refused."""
    seen = []

    def appoint(vacancy, *, now):
        seen.append(vacancy.id)
        if len(seen) == 1:
            raise RuleBroken("not now")

    monkeypatch.setattr(following, "appoint", appoint)
    return seen


def test_letters_that_had_to_wait_are_asked_for_unless_the_work_is_over_or_filled_by_the_board(
    db, town, now, asked_for_letters
):
    election, school, _quay = town
    shift, comes = shifts_of(election)[MORNING], make_member()
    first, second, over, board, done = (filled_vacancy(db, election, school, shift, comes, now) for _ in range(5))
    over.ends_at = now
    board.filled_by_member_id = None
    done.state = VacancyState.CLOSED
    db.session.commit()
    following.appoint_left(now)
    assert asked_for_letters == [first.id, second.id]
    over.ends_at = now + timedelta(seconds=1)
    db.session.commit()
    following.appoint_left(now)
    assert asked_for_letters[2:] == [first.id, second.id, over.id]
    election.state = ElectionState.CLOSED
    db.session.commit()
    following.appoint_left(now)
    assert len(asked_for_letters) == 5
    assert db.session.scalars(select(Vacancy.run_id).distinct()).all() == [None]
