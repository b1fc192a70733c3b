"""Passwords at the door: what is counted, who is told of a lock, and what a sign-in leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AuditEvent, OutboundMail, UserSession
from app.phrases import RuleBroken
from app.services.access import code_refusals, rate_limits
from app.services.access.origins import Origin, counted_as, session_place
from app.services.access.people import find_person
from app.services.access.rate_limits import (
    PASSWORD_PER_ACCOUNT,
    PASSWORD_PER_ADDRESS,
    PASSWORD_PER_PLACE,
    WRONG_CODES,
    WRONG_CODES_PER_PLACE,
)
from app.services.accounts import locks, password_changes, session_end, sign_in
from app.services.audit import Actor
from tests.auth.steps import OTHER_PASSWORD, PASSWORD
from tests.support.factories.people import make_admin, make_member

IP = "192.0.2.7"
ELSEWHERE = Origin(IP)


@pytest.fixture
def person(db):
    make_member(username="piet", password=OTHER_PASSWORD)
    return find_person(make_member(username="jan", password=PASSWORD).user_id)


def at_home(person):
    """A browser in which this person signed in before."""
    return Origin(IP, "Firefox", "blue", (person.user.id,))


def try_password(name, password, origin, now):
    counted = sign_in.count_password_try(name, origin, now)
    return sign_in.judge_password(counted, password, origin, now)


def number_of(limit, who, now):
    number = rate_limits.count_try(limit, who, now).number - 1
    rate_limits.refund(limit, who)
    return number


def events(db, action):
    return db.session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id)).all()


def test_a_right_password_gives_the_person_and_a_wrong_one_is_in_the_trail(db, person, now):
    assert try_password(" Jan ", PASSWORD, ELSEWHERE, now).user.id == person.user.id
    for name, user_id in (("jan", person.user.id), ("nobody", None)):
        with pytest.raises(RuleBroken, match="do not belong together"):
            try_password(name, OTHER_PASSWORD, ELSEWHERE, now)
        event = events(db, "sign_in.refused")[-1]
        assert (event.actor_user_id, event.ip, event.details) == (user_id, IP, {"blocked": False})
    person.user.active = False
    with pytest.raises(RuleBroken):
        try_password("jan", PASSWORD, ELSEWHERE, now)


@pytest.mark.parametrize("is_home", [True, False])
def test_tries_are_counted_where_they_are_made_and_given_back_there(person, now, is_home):
    origin = at_home(person) if is_home else ELSEWHERE
    here, there = (PASSWORD_PER_PLACE, "device:blue"), (PASSWORD_PER_ACCOUNT, "")
    if not is_home:
        here, there = there, here
    counted = [sign_in.count_password_try("jan", origin, now) for _ in range(2)]
    assert number_of(here[0], counted_as(person, here[1]), now) == 2
    assert number_of(there[0], counted_as(person, there[1]), now) == 0
    assert number_of(PASSWORD_PER_ADDRESS, IP, now) == 2
    with pytest.raises(RuleBroken):
        sign_in.judge_password(counted[0], OTHER_PASSWORD, origin, now)
    assert number_of(here[0], counted_as(person, here[1]), now) == 2
    sign_in.judge_password(counted[1], PASSWORD, origin, now)
    assert number_of(here[0], counted_as(person, here[1]), now) == 1
    sign_in.finish_sign_in(person, origin, now)
    assert number_of(here[0], counted_as(person, here[1]), now) == 0
    assert number_of(PASSWORD_PER_ADDRESS, IP, now) == 1


@pytest.mark.parametrize("is_home", [True, False])
def test_the_try_that_locks_is_noted_and_mailed_once_and_only_the_right_password_is_told(db, person, now, is_home):
    origin = at_home(person) if is_home else ELSEWHERE
    limit = PASSWORD_PER_PLACE if is_home else PASSWORD_PER_ACCOUNT
    for _ in range(limit.tries):
        assert not sign_in.count_password_try("jan", origin, now).is_blocked
    for number in range(limit.told + 1):
        counted = sign_in.count_password_try("jan", origin, now)
        assert counted.is_blocked
        assert (counted.lock is not None) is (number < limit.told)
        with pytest.raises(RuleBroken, match="You can sign in from" if counted.lock else "do not belong together"):
            sign_in.judge_password(counted, PASSWORD, origin, now)
        with pytest.raises(RuleBroken, match="do not belong together"):
            sign_in.judge_password(counted, OTHER_PASSWORD, origin, now)
    assert [(event.actor_user_id, event.ip, event.details) for event in events(db, "sign_in.locked")] == [
        (person.user.id, IP, {"why": "password"})
    ]
    mail = db.session.scalars(select(OutboundMail)).one()
    assert (mail.template, mail.recipient, mail.user_id) == ("sign_in_locked", person.email, person.user.id)
    assert mail.values["where"] == ("device" if is_home else "")
    assert mail.values["until"] == (now + limit.window).isoformat()


def test_a_known_device_is_not_locked_by_its_address(person, now):
    for _ in range(PASSWORD_PER_ADDRESS.tries):
        rate_limits.count_try(PASSWORD_PER_ADDRESS, IP, now)
    assert not sign_in.count_password_try("jan", at_home(person), now).is_blocked
    assert sign_in.count_password_try("jan", ELSEWHERE, now).is_blocked


def test_a_sign_in_is_noted_and_opens_a_session(db, person, now):
    person.user.login_count = 3
    token = sign_in.finish_sign_in(person, at_home(person), now)
    assert (person.account.last_sign_in_at, person.user.last_login) == (now, now.replace(tzinfo=None))
    assert person.user.login_count == 4
    session = db.session.scalars(select(UserSession)).one()
    assert (session.user_id, session.ip, session.agent, session.created_at) == (person.user.id, IP, "Firefox", now)
    assert token
    [event] = events(db, "sign_in.succeeded")
    assert (event.actor_user_id, event.member_id, event.ip) == (person.user.id, person.member_id, IP)


@pytest.mark.parametrize("is_home", [True, False])
def test_wrong_codes_of_before_do_not_count_any_more_at_the_place_of_who_signed_in(db, person, now, is_home):
    origin, neighbour = at_home(person) if is_home else ELSEWHERE, find_person(make_member().user_id)
    home, elsewhere = (WRONG_CODES_PER_PLACE, counted_as(person, "device:blue")), (WRONG_CODES, counted_as(person, ""))
    counters = [home, elsewhere, (WRONG_CODES, counted_as(neighbour, ""))]
    for limit, who in counters:
        rate_limits.count_try(limit, who, now)
    sign_in.finish_sign_in(person, origin, now)
    numbers = [number_of(limit, who, now) for limit, who in counters]
    assert numbers == ([0, 1, 1] if is_home else [1, 0, 1])


def test_the_current_password_is_asked_at_an_open_session_and_guesses_lock_that_session_only(db, person, now):
    place = session_place(1)

    def check(typed, place=place):
        password_changes.check_current_password(person, typed, place=place, ip=IP, now=now)

    check(PASSWORD)
    for _ in range(PASSWORD_PER_PLACE.tries):
        with pytest.raises(RuleBroken, match="not your current password") as refusal:
            check(OTHER_PASSWORD)
        assert refusal.value.field == "typed"
    assert (events(db, "sign_in.locked"), db.session.scalar(select(OutboundMail.id))) == ([], None)
    for _ in range(2):
        with pytest.raises(RuleBroken, match="Wait 15 minutes") as refusal:
            check(PASSWORD)
        assert refusal.value.field == "typed"
    assert len(events(db, "sign_in.locked")) == 1
    assert db.session.scalars(select(OutboundMail)).one().values["where"] == "session"
    check(PASSWORD, session_place(2))


def test_an_administrator_ends_a_session_of_somebody_else_once(db, person, now):
    admin = find_person(make_admin(password=PASSWORD).id)
    actor = Actor(admin.user.username, admin.user.id)
    for user in (person, admin):
        sign_in.finish_sign_in(user, ELSEWHERE, now)
    theirs, own = db.session.scalars(select(UserSession).order_by(UserSession.id)).all()
    with pytest.raises(RuleBroken, match="a session of your own"):
        session_end.end_session_of(own, actor=actor, now=now)
    number = theirs.id
    session_end.end_session_of(theirs, actor=actor, now=now)
    [event] = events(db, "user.session_ended")
    assert (event.actor_user_id, event.member_id, event.details) == (
        admin.user.id,
        person.member_id,
        {"session": number},
    )
    with pytest.raises(RuleBroken, match="has ended already"):
        session_end.end_session_of(theirs, actor=actor, now=now)
    assert db.session.scalars(select(UserSession)).all() == [own]


@pytest.mark.parametrize("is_new", [True, False])
def test_locked_codes_are_mailed_to_their_owner_and_the_try_that_locked_is_noted(db, person, now, is_new):
    tries = rate_limits.Tries(11, now + timedelta(minutes=30))
    locked = code_refusals.typed_wrong(person, "device:blue", tries, 30, is_new=is_new)
    for _ in range(2):
        with pytest.raises(code_refusals.CodesLocked), locks.tells_of_lock(ip=IP, now=now):
            raise locked
    with locks.tells_of_lock(ip=IP, now=now):
        pass
    noted = [(event.actor_user_id, event.ip, event.details) for event in events(db, "sign_in.locked")]
    assert noted == [(person.user.id, IP, {"why": "wrong"})] * (2 if is_new else 0)
    [mail] = db.session.scalars(select(OutboundMail))
    assert (mail.template, mail.recipient, mail.user_id) == ("codes_locked", person.email, person.user.id)
    assert mail.values == {
        "name": person.name,
        "user_name": "jan",
        "where": "device",
        "why": "wrong",
        "until": tries.ends_at.isoformat(),
    }


def test_a_lock_of_nobody_or_of_an_account_that_is_off_is_mailed_to_nobody(db, person, now):
    tries = rate_limits.Tries(11, now + timedelta(minutes=30))
    locks.mail_lock(None, "", tries, mail="sign_in_locked", why="password", now=now)
    person.user.active = False
    locks.mail_lock(person, "", tries, mail="sign_in_locked", why="password", now=now)
    assert db.session.scalars(select(OutboundMail)).all() == []
    locks.note_lock(None, why="password", ip=IP, now=now)
    assert [event.actor_user_id for event in events(db, "sign_in.locked")] == [None]
