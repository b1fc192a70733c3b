"""A session that was called off: who had a place in it is asked to choose another one, while there is one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.services.audit import COMMAND
from app.services.training import open_tasks, seats, sessions
from app.services.waiting import MEMBER_ID, NOW, asked_of
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.people import make_member
from tests.support.factories.training import make_session, sign_up


@pytest.fixture
def member(db):
    return make_member()


@pytest.fixture
def lost(db, now, member):
    """A session for which the member signed up; a colleague has a place elsewhere, and lost another one."""
    session, colleague = make_session(now), make_member()
    away = make_session(now, title="Van een collega", starts_at=now + timedelta(days=30))
    sign_up(session, member, now)
    sign_up(away, colleague, now)
    sessions.cancel_session(away, "", actor=COMMAND, now=now)
    return session


def call_off(db, session, now):
    sessions.cancel_session(session, "De zaal is dicht.", actor=COMMAND, now=now)
    db.session.commit()


def titles(db, member, now):
    """Of the tasks; the number in the menu is the same."""
    tasks = open_tasks.find_tasks(member, now)
    counted = select(open_tasks.count_tasks(MEMBER_ID, NOW))
    assert db.session.scalar(counted, asked_of(member.id, now)) == len(tasks)
    return [str(task.title) for task in tasks]


def test_who_had_a_place_is_asked_to_choose_another_one_until_one_is_chosen(db, now, member, lost):
    other = make_session(now, starts_at=now + timedelta(days=20))
    assert titles(db, member, now) == []
    call_off(db, lost, now)
    assert titles(db, member, now) == ["Choose another training: Training stembureaulid"]
    (task,) = open_tasks.find_tasks(member, now)
    assert task.deadline == other.starts_at
    sign_up(other, member, now)
    assert titles(db, member, now) == []


def test_nobody_is_asked_to_choose_where_nothing_can_be_chosen(db, now, member, lost):
    make_session(now, title="Een andere training")
    make_session(now, starts_at=now + timedelta(days=20), sign_up_until=now + timedelta(days=1))
    call_off(db, lost, now)
    assert len(titles(db, member, now)) == 1
    assert titles(db, member, now + timedelta(days=2)) == []


def test_the_task_goes_when_the_session_would_have_begun(db, now, member, lost):
    make_session(now, starts_at=now + timedelta(days=20))
    call_off(db, lost, now)
    assert titles(db, member, lost.starts_at) == []


def test_who_had_given_up_the_place_is_not_asked(db, now, member):
    session, _other = make_session(now), make_session(now, starts_at=now + timedelta(days=20))
    seats.give_up(sign_up(session, member, now).id, actor=COMMAND, now=now)
    db.session.commit()
    call_off(db, session, now + timedelta(hours=1))
    assert titles(db, member, now + timedelta(hours=1)) == []


def test_two_sessions_of_one_training_that_were_called_off_are_one_task(db, now, member, lost):
    second, _third = (make_session(now, starts_at=now + timedelta(days=days)) for days in (20, 25))
    call_off(db, lost, now)
    sign_up(second, member, now)
    call_off(db, second, now + timedelta(hours=1))
    assert len(titles(db, member, now + timedelta(hours=1))) == 1


def test_who_needs_a_training_anyhow_has_the_one_task(db, now, member):
    election = make_open_election()
    give_availability(member, election)
    times = (now + timedelta(days=days) for days in (10, 12))
    first, _second = (make_session(now, election_id=election.id, starts_at=start) for start in times)
    sign_up(first, member, now)
    call_off(db, first, now)
    assert titles(db, member, now) == [f"Choose a training: {election.name}"]
