"""Sessions: how long they live, whose they are, and what ends them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.models import Account, UserSession
from app.services.access import sessions
from tests.support.factories.people import make_user

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=8)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def open_for(db, user, now):
    token = sessions.open_session(db.session.get(Account, user.id), now=now, ip="192.0.2.7", agent="Firefox")
    found = select(UserSession).where(UserSession.token_hash == sessions.hash_token(token))
    return db.session.scalars(found).one()


def lives(session, at):
    return sessions.is_live(session, idle=IDLE, absolute=ABSOLUTE, now=at)


def test_a_session_lives_until_it_is_idle_or_until_its_end_however_active(db, now):
    session = open_for(db, make_user(), now)
    assert [lives(session, at) for at in (now + IDLE - SECOND, now + IDLE)] == [True, False]
    sessions.keep_alive(session, now + ABSOLUTE - MINUTE)
    assert [lives(session, now + ABSOLUTE + wait) for wait in (-SECOND, timedelta())] == [True, False]


def test_that_it_is_used_is_noted_once_a_minute_but_staying_is_noted_at_once(db, now):
    session = open_for(db, make_user(), now)
    assert not sessions.touch(session, now + MINUTE - SECOND)
    assert session.last_seen_at == now
    assert sessions.touch(session, now + MINUTE)
    assert session.last_seen_at == now + MINUTE
    sessions.keep_alive(session, now + MINUTE + SECOND)
    assert session.last_seen_at == now + MINUTE + SECOND


def test_of_the_sessions_of_an_account_the_latest_used_comes_first_and_each_is_ended_by_its_owner_only(db, now):
    user, other = make_user(), make_user()
    foreign, old, new = open_for(db, other, now), open_for(db, user, now), open_for(db, user, now + SECOND)
    assert sessions.list_sessions(user.id) == [new, old]
    assert not sessions.end_session(foreign.id, user_id=user.id)
    assert sessions.end_session(old.id, user_id=user.id)
    assert not sessions.end_session(old.id, user_id=user.id)
    assert sessions.list_sessions(user.id) == [new]
    assert sessions.list_sessions(other.id) == [foreign]


def test_all_sessions_of_an_account_end_with_its_epoch_and_nobody_elses(db, now):
    user, other = make_user(), make_user()
    for person in (user, user, other):
        open_for(db, person, now)
    accounts = [db.session.get(Account, person.id) for person in (user, other)]
    before = [account.epoch for account in accounts]
    sessions.end_sessions(accounts[0])
    assert [account.epoch - epoch for account, epoch in zip(accounts, before, strict=True)] == [1, 0]
    assert db.session.scalars(select(UserSession.user_id)).all() == [other.id]


def test_what_is_past_its_end_is_deleted(db, now):
    user = make_user()
    open_for(db, user, now)
    fresh = open_for(db, user, now + SECOND)
    sessions.delete_old_sessions(now + SECOND + ABSOLUTE, absolute=ABSOLUTE)
    assert sessions.list_sessions(user.id) == [fresh]
