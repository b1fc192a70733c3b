"""Whether somebody is still looked for: by how many are asked for and stand there, also at the central count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import Assignment, AuditEvent, ElectionState, StaffingNeed, VacancyCause, VacancyState
from app.phrases import RuleBroken
from app.services.appointments.replacement import clock, vacancies
from app.services.audit import COMMAND
from app.services.planning.board.places import Place
from app.services.planning.times import shift_hours
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.planning import make_available, make_need, make_planned_election, stations_of
from tests.support.factories.replacement import ask

SECOND = timedelta(seconds=1)


@pytest.fixture
def election(db):
    return make_planned_election(1)


def stand(db, election, shift, code, station=None):
    """Somebody stands there, as rows: without the rules of the board."""
    starts_at, ends_at = shift_hours(shift)
    place = {"shift_id": shift.id, "function_id": make_function(code).id, "changed_at": starts_at}
    db.session.add(
        Assignment(
            member_id=make_member().id,
            election_id=election.id,
            station_id=station and station.id,
            starts_at=starts_at,
            ends_at=ends_at,
            **place,
        )
    )
    db.session.commit()


def open_one(db, election, shift, code, now, station=None):
    starts_at, ends_at = shift_hours(shift)
    left = Place(make_member().id, station and station.id, shift.id, make_function(code).id, starts_at, ends_at)
    (vacancy,) = vacancies.open_vacancies(election, [left], VacancyCause.ABSENT, "Werk", actor=COMMAND, now=now)
    db.session.commit()
    return vacancy


def need(db, election, shift, code, target):
    row = {"election_id": election.id, "station_id": None, "shift_id": shift.id, "minimum": 0}
    db.session.add(StaffingNeed(function_id=make_function(code).id, target=target, **row))
    db.session.commit()


def is_open(vacancy, now):
    return vacancies.is_open_now(vacancy, now)


def test_the_central_count_needs_who_stands_there_and_not_at_a_station(db, election, now):
    shift = shifts_of(election)[2]
    need(db, election, shift, "teller", 1)
    make_need(stations_of(election)[0], shift.id, "teller", 0, 1)
    vacancy = open_one(db, election, shift, "teller", now)
    stand(db, election, shift, "teller", stations_of(election)[0])
    stand(db, election, shift, "ondersteuner")
    assert is_open(vacancy, now)
    stand(db, election, shift, "teller")
    assert not is_open(vacancy, now)
    clock.settle(now)
    assert (vacancy.state, vacancy.closed_at) == (VacancyState.FILLED, now)


@pytest.mark.parametrize("target", [None, 0])
def test_where_nobody_said_how_many_somebody_is_looked_for_until_it_is_closed(db, election, now, target):
    shift, station = shifts_of(election)[0], stations_of(election)[0]
    if target is not None:
        make_need(station, shift.id, "teller", 0, target)
        db.session.commit()
    vacancy = open_one(db, election, shift, "teller", now, station)
    stand(db, election, shift, "teller", station)
    clock.settle(now)
    assert is_open(vacancy, now)
    vacancies.close(vacancy, actor=COMMAND, now=now)
    assert not is_open(vacancy, now)
    with pytest.raises(RuleBroken, match="filled already"):
        vacancies.require_open(vacancy, now)


def test_of_another_shift_function_or_station_nobody_fills_it(db, election, now):
    first, second, _count = shifts_of(election)
    station = stations_of(election)[0]
    vacancy = open_one(db, election, first, "voorzitter", now, station)
    stand(db, election, second, "voorzitter", station)
    stand(db, election, first, "stembureaulid", station)
    stand(db, election, first, "voorzitter")
    assert is_open(vacancy, now)
    stand(db, election, first, "voorzitter", station)
    assert not is_open(vacancy, now)


def test_more_people_than_are_asked_for_leave_no_vacancy_and_one_less_leaves_one(db, election, now):
    shift, station = shifts_of(election)[0], stations_of(election)[0]
    found = [open_one(db, election, shift, "stembureaulid", now, station) for _ in range(3)]
    stand(db, election, shift, "stembureaulid", station)
    clock.settle(now)
    assert [vacancy.state for vacancy in found] == [VacancyState.FILLED, VacancyState.FILLED, VacancyState.OPEN]
    for _ in range(2):
        stand(db, election, shift, "stembureaulid", station)
    clock.settle(now)
    assert found[2].state == VacancyState.FILLED
    told = select(AuditEvent.member_id).where(AuditEvent.action == "vacancy.filled").order_by(AuditEvent.id)
    assert list(db.session.scalars(told)) == [vacancy.left_member_id for vacancy in found]


def test_it_is_open_until_the_work_ends_and_the_election_closes(db, election, now):
    shift, station = shifts_of(election)[0], stations_of(election)[0]
    vacancy = open_one(db, election, shift, "stembureaulid", now, station)
    (question,) = ask(vacancy, make_available(election), hours=72, now=vacancy.ends_at - SECOND)
    assert question.until == vacancy.ends_at
    assert [is_open(vacancy, vacancy.ends_at - wait) for wait in (SECOND, 0 * SECOND)] == [True, False]
    clock.settle(vacancy.ends_at - SECOND)
    assert vacancy.state == VacancyState.OPEN
    election.state = ElectionState.CLOSED
    db.session.commit()
    assert not is_open(vacancy, now)
    assert vacancies.find_vacancy(vacancy.id) is vacancy
    assert vacancies.find_vacancy(vacancy.id + 1) is None


def test_what_was_filled_or_closed_is_closed_by_nobody_again(db, election, now):
    shift, station = shifts_of(election)[0], stations_of(election)[0]
    vacancy = open_one(db, election, shift, "stembureaulid", now, station)
    assert vacancies.note_filled_elsewhere(vacancy, actor=COMMAND, now=now)
    assert not vacancies.note_filled_elsewhere(vacancy, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken, match="filled already"):
        vacancies.close(vacancy, actor=COMMAND, now=now)
    clock.settle(vacancy.ends_at + SECOND)
    assert vacancy.state == VacancyState.FILLED
