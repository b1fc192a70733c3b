"""What is decided on what is there: who comes second waits until who was first has written it."""

from __future__ import annotations

import contextlib

import pytest

from app.permissions import ADMIN, STAFF
from app.phrases import RuleBroken
from app.services.access.people import find_person
from app.services.accounts import team_accounts
from app.services.accounts.team_accounts import NewUser
from app.services.appointments import appointing, paper, setups
from app.services.appointments.replacement import answering, asking, reserves
from app.services.appointments.setups import SetupText
from app.services.attendance import notes
from app.services.audit import COMMAND
from app.services.members import members
from app.services.members.one_person import merging
from tests.support.factories.attendance import day_of
from tests.support.factories.elections import make_station, shifts_of
from tests.support.factories.people import make_admin, make_member
from tests.support.factories.planning import make_available
from tests.support.factories.replacement import ask, leave, make_published

LOCKS = ("UPDATE member SET surname=", "SELECT pg_advisory_xact_lock(")  # SQLite has one lock, PostgreSQL one by name


def add_member(own):
    return lambda: members.add_member({"surname": "Bos"}, **own)


def merge_members(own):
    return lambda: merging.merge_members(998, 999, {}, seen=(own["now"], own["now"]), **own)


def add_colleague(own):
    new = NewUser("bea", "Bea", "Post", "bea@post.example", [STAFF])
    return lambda: team_accounts.add_user(new, giver_roles=[ADMIN], **own)


def switch_off_an_administrator(own):
    person = find_person(make_admin().id)
    return lambda: team_accounts.switch_off(person, **own)


def note_who_is_there(own):
    day = day_of(make_station(make_published(now=own["now"]).election, 12))
    return lambda: notes.take_in(day, [], **own)


def appoint(own):
    election = make_published(now=own["now"]).election
    setup = setups.add_setup(election, SetupText("SB", "M", "N", "R"), **own)
    return lambda: appointing.start_run(setup, 999, **own)


def print_letters(own):
    return lambda: paper.take_batch(1, **own)


def put_all_in_reserve(own):
    shift = shifts_of(make_published(now=own["now"]).election)[0]
    return lambda: reserves.put_all_on(shift, **own)


def vacancy_of(own):
    planned = make_published(now=own["now"])
    return planned, leave(planned.leaves, now=own["now"])


def ask_by_mail(own):
    _planned, vacancy = vacancy_of(own)
    return lambda: asking.ask_many(vacancy, [999], hours=1, **own)


def ask_by_telephone(own):
    _planned, vacancy = vacancy_of(own)
    return lambda: asking.note_call(vacancy, 999, hours=1, **own)


def say_yes_too_late(own):
    planned, vacancy = vacancy_of(own)
    (question,) = ask(vacancy, make_available(planned.election), now=own["now"])
    return lambda: answering.say_yes(question, actor=own["actor"], now=question.until)


ACTS = (
    *(add_member, merge_members, add_colleague, switch_off_an_administrator, note_who_is_there, appoint),
    *(print_letters, put_all_in_reserve, ask_by_mail, ask_by_telephone, say_yes_too_late),
)


@pytest.mark.parametrize("prepare", ACTS, ids=lambda prepare: prepare.__name__)
def test_it_takes_the_lock_of_its_work(db, now, statements, prepare):
    make_member()
    act = prepare({"actor": COMMAND, "now": now})
    db.session.commit()
    with statements() as seen, contextlib.suppress(RuleBroken):
        act()
    assert any(statement.startswith(LOCKS) for statement in seen), seen
