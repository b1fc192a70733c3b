"""A statement that runs again is found by a hash that is made once; one that is made of it is another statement."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import bindparam, insert, select

from app.models import AuditEvent, Member, MemberState
from app.models.base import is_any_of
from app.models.guard.row_guard import CLOSED, RowForbidden, enter, everyone, own_rows
from app.models.shortcuts.kept_statements import KEY, HashedOnce, run_kept
from tests.support.factories.people import make_member
from tests.support.statements import seen_statements

CITY = bindparam("city")


def key_of(statement):
    return statement.__dict__[KEY]().key


@pytest.fixture
def towns(db):
    """A member in each of two towns."""
    members = {city: make_member(city=city) for city in ("Elst", "Ede")}
    db.session.commit()
    return {city: member.id for city, member in members.items()}


def test_the_second_time_the_hash_is_known_and_the_values_are_those_of_now(db, towns):
    statement = select(Member.id).where(Member.city == CITY)
    for city in ("Elst", "Ede", "Elst"):
        assert list(db.session.scalars(statement, {"city": city})) == [towns[city]]
    assert isinstance(key_of(statement), HashedOnce)
    again = select(Member.id).where(Member.city == CITY)
    assert hash(key_of(statement)) == hash(again._generate_cache_key().key)
    assert key_of(statement) == again._generate_cache_key().key


def test_a_statement_made_of_it_has_looks_of_its_own(db, towns):
    statement = select(Member.id).where(Member.city == CITY)
    for _ in range(3):
        db.session.scalars(statement, {"city": "Elst"}).all()
    other = statement.where(Member.id == towns["Ede"])
    for _ in range(3):
        assert list(db.session.scalars(other, {"city": "Elst"})) == []
        assert list(db.session.scalars(statement, {"city": "Elst"})) == [towns["Elst"]]
    assert key_of(other) != key_of(statement)


def test_a_member_gets_the_own_rows_of_a_statement_that_the_team_ran_often(db, towns):
    statement = select(Member.id).order_by(Member.id)
    for _ in range(3):
        assert list(db.session.scalars(statement)) == sorted(towns.values())
    member = db.session.get_one(Member, towns["Ede"])
    before = enter(own_rows(member_id=member.id, user_id=member.user_id))
    try:
        for _ in range(3):
            assert list(db.session.scalars(statement)) == [member.id]
    finally:
        enter(before)
    assert list(db.session.scalars(statement)) == sorted(towns.values())


def test_a_list_that_is_known_beforehand_asks_the_same_as_one_that_is_not(db, towns):
    states = (MemberState.ACTIVE, MemberState.INVITED)
    for known, given in (
        (is_any_of(Member.state, states), Member.state.in_(states)),
        (~is_any_of(Member.state, states), Member.state.not_in(states)),
    ):
        with seen_statements(db.engine) as seen:
            found = [set(db.session.scalars(select(Member.id).where(part))) for part in (known, given)]
        assert found[0] == found[1]
        first, second = (re.sub(r"%\(\w+\)s(::\w+)?", "?", statement) for statement in seen)
        assert first == second  # whatever the parameters are called


def ids_of(db, statement, city):
    return [row.id for row in run_kept(db.session(), statement, {"city": city})]


def test_columns_are_read_past_the_session_only_where_the_guard_narrows_nothing(db, towns):
    statement = select(Member.id).where(Member.city == CITY)
    member = db.session.get_one(Member, towns["Ede"])
    for _ in range(3):
        assert [ids_of(db, statement, city) for city in towns] == [[key] for key in towns.values()]
        assert isinstance(key_of(statement), HashedOnce)
        before = enter(own_rows(member_id=member.id, user_id=member.user_id))
        try:
            assert [ids_of(db, statement, city) for city in towns] == [[], [towns["Ede"]]]
            enter(CLOSED)
            assert [ids_of(db, statement, city) for city in towns] == [[], []]
            with pytest.raises(RowForbidden):
                run_kept(db.session(), select(Member.__table__.c.id), {})
        finally:
            enter(before)


def test_what_was_not_flushed_yet_is_read_too(db, towns):
    statement = select(Member.id).where(Member.city == CITY)
    db.session.get_one(Member, towns["Ede"]).city = "Epe"
    with db.session.no_autoflush:
        assert ids_of(db, statement, "Epe") == []
    assert ids_of(db, statement, "Epe") == [towns["Ede"]]


def test_a_row_that_is_added_so_flushes_nothing_of_a_member(db, towns, now):
    """Within `everyone` a flush looks at nobody's rows."""
    own = db.session.get_one(Member, towns["Ede"])
    foreign = db.session.get_one(Member, towns["Elst"])
    before = enter(own_rows(member_id=own.id, user_id=own.user_id))
    try:
        foreign.city = "Elders"
        with everyone("the audit trail takes new rows from everybody"):
            event = {"at": now, "actor_name": "", "action": "member.read", "subject_type": "", "details": {}, "ip": ""}
            run_kept(db.session(), insert(AuditEvent.__table__), event)
        assert foreign in db.session.dirty
        with pytest.raises(RowForbidden):
            db.session.flush()
    finally:
        db.session.rollback()
        enter(before)
