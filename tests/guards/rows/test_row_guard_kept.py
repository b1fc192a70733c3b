"""The criteria of the row guard are made once and kept with statements: whose rows they ask for is asked each time."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context

import pytest
from sqlalchemy import bindparam, delete, event, func, select, update
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload, subqueryload

from app.models import Account, Member, ProfileChange, Role, User
from app.models.guard import row_guard
from app.models.guard.row_guard import CLOSED, RowForbidden, Scope, enter, everyone, own_rows
from app.services.members.change_log import note_change
from tests.support.factories.people import make_member

AGAIN = aliased(Member)
OF_CHANGES = select(ProfileChange.member_id)
INSIDE = select(Member.id).cte()
KEPT = {
    "a class": select(Member),
    "columns": select(Member.id),
    "an alias": select(AGAIN.id),
    "a count for each": select(Member.id).where(select(func.count(ProfileChange.id)).scalar_subquery() == 1),
    "a sub-query": select(Member.id).where(Member.id.in_(OF_CHANGES)),
    "a sub-query of a class that is free": select(Member.id).select_from(Role).join(Member, Member.id > 0),
    "a sub-query in FROM": select(select(Member.id).subquery().c.id),
    "a CTE": select(INSIDE.c.id),
    "EXISTS": OF_CHANGES.where(ProfileChange.member.has(Member.id > 0)),
    "a union": select(Member.id).union_all(OF_CHANGES, select(AGAIN.id)),
    "a join": select(AGAIN.id).join(ProfileChange, ProfileChange.member_id > 0).join(Member, Member.id > 0),
    "an outer join": select(Member.id).select_from(Role).outerjoin(Member, Member.id > 0),
    "other columns afterwards": select(Member).with_only_columns(Member.id),
    "a lock": select(Member.id).with_for_update(),
    "a value of its own": select(Member.id).where(Member.id > bindparam("least")),
}
LOADED = {
    "joined": select(ProfileChange).options(joinedload(ProfileChange.member).joinedload(Member.user)),
    "selectin": select(ProfileChange).options(selectinload(ProfileChange.member).selectinload(Member.user)),
    "subquery": select(ProfileChange).options(subqueryload(ProfileChange.member)),
    "lazy": select(ProfileChange),
    "contained": select(ProfileChange).join(ProfileChange.member).options(contains_eager(ProfileChange.member)),
}


@pytest.fixture
def two(db, now):
    """The scopes of two members, each with a change of the data."""
    members = [make_member(), make_member()]
    for member in members:
        note_change(member, "city", "A", "B", member.user_id, now)
    db.session.commit()
    scopes = {member.id: own_rows(member_id=member.id, user_id=member.user_id) for member in members}
    db.session.expunge_all()
    before = enter(CLOSED)
    yield scopes
    enter(before)


def in_turns(two):
    """Each member twice, and in between a request of nobody."""
    for member_id, scope in [*two.items(), (None, CLOSED), *two.items()]:
        enter(scope)
        yield member_id


@pytest.mark.parametrize("statement", KEPT.values(), ids=KEPT.keys())
def test_a_statement_that_runs_for_another_member_reads_the_rows_of_that_one(db, two, statement):
    for member_id in in_turns(two):
        found = db.session.execute(statement, {"least": 0}).scalars().all()
        ids = {getattr(row, "id", row) for row in found} - {None}
        assert ids == ({member_id} if member_id else set())
        db.session.expunge_all()


@pytest.mark.parametrize("statement", LOADED.values(), ids=LOADED.keys())
def test_what_is_loaded_with_the_rows_is_of_the_same_member(db, two, statement):
    for member_id in in_turns(two):
        changes = db.session.scalars(statement).all()
        assert [change.member.id for change in changes] == ([member_id] if member_id else [])
        assert [change.member.user.member.id for change in changes] == ([member_id] if member_id else [])
        db.session.expunge_all()


def test_the_row_of_another_at_the_end_of_a_relationship_is_not_loaded(db, two):
    (_, other) = two
    with everyone("a row that points at somebody else"):
        theirs = db.session.scalars(select(Member.user_id).where(Member.id == other)).one()
        db.session.execute(update(ProfileChange).values(changed_by_user_id=theirs))
        db.session.commit()
        db.session.expunge_all()
    by = ProfileChange.changed_by
    for load in (None, joinedload(by), selectinload(by), subqueryload(by)):
        for member_id in in_turns(two):
            statement = select(ProfileChange).options(*([load] if load else []))
            for change in db.session.scalars(statement):
                assert change.changed_by is None or (member_id == other and change.changed_by.id == theirs)
            db.session.expunge_all()


def test_what_follows_from_a_row_is_narrowed_by_where_it_is_asked_not_by_where_the_row_came_from(db, two):
    me, other = two
    with everyone("a row that points at somebody else"):
        theirs = db.session.scalars(select(Member.user_id).where(Member.id == other)).one()
        db.session.execute(update(ProfileChange).values(changed_by_user_id=theirs))
        db.session.commit()
        db.session.expunge_all()
        loaded_by_all = db.session.scalars(select(ProfileChange).where(ProfileChange.member_id == me)).one()
    enter(two[me])
    assert loaded_by_all.changed_by is None
    db.session.expunge_all()
    own = db.session.scalars(select(ProfileChange)).one()
    with everyone("who changed it"):
        assert own.changed_by.id == theirs


def test_rows_that_are_read_again_are_asked_of_who_asks_now(db, two):
    me, other = two
    enter(two[me])
    assert db.session.get(Member, me) is not None
    enter(two[other])
    db.session.expunge_all()
    for _ in range(2):
        assert db.session.get(Member, me) is None
        assert db.session.get(Member, other) is not None
        assert db.session.get(Member, other, populate_existing=True) is not None
        assert db.session.query(Member).filter_by(id=me).first() is None


@pytest.mark.parametrize("how", ["evaluate", False])
def test_a_kept_update_or_delete_changes_rows_of_who_asks_now(db, two, how):
    me, other = two
    changed = update(Member).values(city="Elders").execution_options(synchronize_session=how)
    gone = delete(ProfileChange).execution_options(synchronize_session=how)
    for member_id, left in ((me, {other}), (other, set())):
        enter(two[member_id])
        assert db.session.scalars(select(Member)).all()  # in the session, to be kept up to date
        assert db.session.execute(changed).rowcount == 1
        assert db.session.execute(gone).rowcount == 1
        with everyone("look"):
            assert set(db.session.scalars(select(Member.id).where(Member.city != "Elders"))) == left
            assert set(db.session.scalars(select(ProfileChange.member_id))) == left
        db.session.expunge_all()


def test_nobody_says_by_name_whose_rows_are_meant(db, two):
    me, other = two
    enter(two[me])
    statement, names = select(Member.id), set()

    def note(connection, cursor, sql, parameters, context, many):
        names.update(context.compiled.bind_names.values())  # whatever the parameters are called in the SQL itself

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert list(db.session.scalars(statement)) == [me]
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert names
    for name in names:
        for run in (statement, delete(ProfileChange), update(Member).values(city="Elders")):
            for values in ({name: other}, [{name: other}]):
                with pytest.raises(RowForbidden):
                    db.session.execute(run, values)


def test_a_statement_made_of_a_kept_one_is_another(db, two):
    me, other = two
    enter(two[me])
    statement = select(Member.id)
    assert list(db.session.scalars(statement)) == [me]
    assert list(db.session.scalars(statement.where(Member.id == other))) == []
    assert list(db.session.scalars(statement.where(Member.city == "Nergens"))) == []
    with pytest.raises(RowForbidden):
        db.session.execute(statement.add_columns(Member.__table__.c.surname))
    assert list(db.session.scalars(statement)) == [me]


def test_a_statement_that_the_team_ran_is_narrowed_for_a_member_and_the_other_way_round(db, two):
    me, _ = two
    statement = select(Member.id).order_by(Member.id)
    for _turn in range(2):
        enter(Scope("team", is_open=True))
        assert list(db.session.scalars(statement)) == list(two)
        enter(two[me])
        assert list(db.session.scalars(statement)) == [me]


def test_an_account_without_a_member_reaches_its_own_account_alone(db, two):
    of_accounts, of_members = select(Account.user_id), select(Member.id)
    for member_id in in_turns(two):
        user_id = two[member_id].user_id if member_id else None
        assert list(db.session.scalars(of_accounts)) == ([user_id] if user_id else [])
        if user_id:
            enter(own_rows(member_id=None, user_id=user_id))
        assert list(db.session.scalars(of_members)) == []
        assert list(db.session.scalars(of_accounts)) == ([user_id] if user_id else [])
        assert list(db.session.scalars(select(User.id))) == ([user_id] if user_id else [])


def test_rows_that_come_in_pieces_are_those_of_who_asked(db, two):
    (me, other) = two
    enter(two[me])
    rows = db.session.execute(select(Member.id), execution_options={"yield_per": 1})
    enter(two[other])
    assert [row.id for row in rows] == [me]


def test_requests_beside_each_other_keep_to_their_own_rows(app, db, two):
    statement = select(Member.id)
    db.session.commit()

    def ask(member_id):
        with app.app_context():
            enter(two[member_id])
            return {id_ for _ in range(40) for id_ in db.session.scalars(statement)} == {member_id}

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(Context().run, ask, member_id) for member_id in (*two, *two)]
        assert all(answer.result() for answer in asked)


def test_what_was_narrowed_for_a_member_does_not_run_in_another_scope(db, two):
    me, _ = two
    criteria = row_guard._criteria(has_member=True, has_user=True)
    narrowed = select(Member.id).options(criteria)
    with everyone("run what was narrowed"), pytest.raises(StatementError, match="RowForbidden"):
        db.session.execute(narrowed)
    enter(CLOSED)
    with pytest.raises(StatementError, match="RowForbidden"):
        db.session.execute(narrowed)
    enter(two[me])
    assert list(db.session.scalars(narrowed)) == [me]


def test_a_statement_that_is_gone_is_not_kept(db, two):
    me, _ = two
    enter(two[me])
    gc.collect()
    before = len(row_guard._narrowed)
    for number in range(50):
        db.session.execute(select(Member.id).where(Member.id > number).order_by(Member.surname)).all()
        db.session.query(Member).filter(Member.id > number).all()
    db.session.expunge_all()
    gc.collect()
    assert len(row_guard._narrowed) <= before
