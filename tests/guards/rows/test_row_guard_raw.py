"""What loader criteria do not narrow is refused in a member's request, whatever way it takes (SECURITY §2)."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import column, func, insert, literal_column, select, table, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from app.models import Member, MutedKind, ProfileChange, Role
from app.models.guard import raw_sql
from app.models.guard.row_guard import RowForbidden, enter, everyone, own_rows
from app.services.members.change_log import note_change
from tests.support.factories.people import make_member

CHANGES = ProfileChange.__table__
LIGHT = table("member", column("id"))
RAW = {
    "a Core column beside a class": select(Member.id, CHANGES.c.new_value),
    "a Core column of an alias": select(Member.id, CHANGES.alias().c.new_value),
    "a Core table counted": select(Member.id, select(func.count()).select_from(CHANGES).scalar_subquery()),
    "a Core table that is joined": select(Member.id).join(CHANGES, CHANGES.c.id > 0),
    "a Core table joined without a condition": select(func.count(Member.id)).join(CHANGES, text("1=1")),
    "a Core table in EXISTS": select(Role.id).where(select(CHANGES.c.id).exists()),
    "a Core table in a CTE": select(Role.id, select(CHANGES.c.id).cte().c.id),
    "a Core key that is not the class's own": select(Role.id).where(select(Member.__table__.c.id).exists()),
    "half a union": select(Member.id).union_all(select(Member.__table__.c.id)),
    "a table by its name": select(LIGHT.c.id),
    "a table by its name beside a class": select(Role.id, LIGHT.c.id),
    "a text in a condition": select(Role.id).where(text("(SELECT count(*) FROM member) = 2")),
    "a text as a table": select(text("surname")).select_from(text("member")),
    "a literal column": select(Member.id, literal_column("(SELECT count(*) FROM member)")),
    "rows from a text": select(Member).from_statement(text("SELECT * FROM member")),
    "rows from a Core statement": select(Member).from_statement(select(Member.__table__)),
    "a copy into another table": insert(Role.__table__).from_select(["name"], select(Member.surname)),
    "an UPDATE that gives rows away": update(ProfileChange).values(member_id=1),
}


@pytest.fixture
def two(db, now):
    """The signed-in member and another one, each with a change; the guard is narrow for the first."""
    me, other = make_member(), make_member()
    for member in (me, other):
        note_change(member, "city", "A", "B", member.user_id, now)
    db.session.commit()
    theirs = db.session.scalar(select(ProfileChange.id).where(ProfileChange.member_id == other.id))
    ids = me.id, me.user_id, other.id
    db.session.expunge_all()
    before = enter(own_rows(member_id=ids[0], user_id=ids[1]))
    yield ids[0], ids[2], theirs
    enter(before)


def row(two, now, **more):
    return {"member_id": two[1], "field": "x", "changed_at": now, "delete_after": now.date(), **more}


@pytest.mark.parametrize("statement", RAW.values(), ids=RAW.keys())
def test_what_the_guard_cannot_narrow_is_refused(db, two, statement):
    with pytest.raises(RowForbidden):
        db.session.execute(statement)


def test_a_statement_on_the_connection_is_refused(db, two):
    for statement in (select(Member.__table__.c.id), text("SELECT 1 FROM member"), update(Member).values(city="X")):
        with pytest.raises(RowForbidden):
            db.session.connection().execute(statement)


def test_the_sessions_bulk_methods_write_no_guarded_row(db, two, now):
    for write in (
        lambda: db.session.bulk_insert_mappings(ProfileChange, [row(two, now)]),
        lambda: db.session.bulk_save_objects([ProfileChange(**row(two, now))]),
        lambda: db.session.bulk_update_mappings(ProfileChange, [{"id": two[2], "field": "x"}]),
        lambda: db.session.execute(update(ProfileChange), [{"id": two[2], "field": "x"}]),
    ):
        with pytest.raises(RowForbidden):
            write()
        db.session.rollback()
    with everyone("look"):
        assert list(db.session.scalars(select(ProfileChange.field))) == ["city", "city"]


def test_a_row_of_somebody_else_is_not_merged(db, two, now):
    db.session.merge(ProfileChange(id=two[2], old_value="", new_value="", **row(two, now, member_id=two[0])))
    with pytest.raises((RowForbidden, IntegrityError)):
        db.session.flush()


def test_a_flush_that_was_refused_opens_nothing(db, two, now):
    db.session.add(ProfileChange(**row(two, now)))
    with pytest.raises(RowForbidden):
        db.session.flush()
    db.session.rollback()
    with pytest.raises(RowForbidden):
        db.session.connection().execute(select(Member.__table__.c.id))


def test_a_flush_that_was_done_or_failed_opens_nothing(db, two, now):
    own = {**row(two, now, member_id=two[0]), "old_value": "", "new_value": ""}
    for values in (own, {**own, "field": None}):
        db.session.add(ProfileChange(**values))
        with suppress(IntegrityError):
            db.session.flush()
        db.session.rollback()
        with pytest.raises(RowForbidden):
            db.session.connection().execute(select(Member.__table__.c.id))


def test_what_the_orm_writes_itself_is_narrowed_and_taken(db, two):
    me, other, theirs = two
    assert db.session.get(Member, me) is not None
    assert db.session.get(ProfileChange, theirs) is None
    assert db.session.get(MutedKind, (other, "x")) is None
    again = aliased(Member)
    union = select(Member.id).union_all(select(again.id))
    assert set(db.session.scalars(union)) == {me}
    within = select(Member.id).cte()
    assert list(db.session.scalars(select(within.c.id))) == [me]
    assert db.session.scalars(select(ProfileChange).where(ProfileChange.member.has(Member.id > 0))).all()
    assert db.session.get(Member, me).user.id


TWINS = {
    "a column": (select(Member).where(Member.city == "A"), select(Member).where(Member.__table__.c.city == "A")),
    "what is selected": (select(Member.id), select(Member.__table__.c.id, Member.id)),
    "a text": (select(Member.id).where(text("1 = 1")), select(Member.id).where(text("1 = (SELECT 1 FROM member)"))),
    "a sub-query": (
        select(ProfileChange.id).where(ProfileChange.member_id.in_(select(Member.id))),
        select(ProfileChange.id).where(ProfileChange.member_id.in_(select(Member.__table__.c.id))),
    ),
    "a join": (
        select(ProfileChange.id).join(Member, Member.id == ProfileChange.member_id),
        select(ProfileChange.id).join(Member.__table__, Member.__table__.c.id == ProfileChange.member_id),
    ),
}


@pytest.mark.parametrize(("clean", "raw"), TWINS.values(), ids=TWINS.keys())
def test_a_statement_that_was_found_clean_lets_no_raw_one_of_the_same_look_pass(db, two, clean, raw):
    for _ in range(2):
        db.session.execute(clean)
    for _ in range(2):  # nor is a refusal forgotten
        with pytest.raises(RowForbidden):
            db.session.execute(raw)


def test_what_is_walked_through_is_as_much_the_second_time_of_another_value_only(db, two, monkeypatch):
    walks = []
    walk = raw_sql._walk_through
    monkeypatch.setattr(raw_sql, "_walk_through", lambda *given: walks.append(1) or walk(*given))
    monkeypatch.setattr(raw_sql, "_kept", set())
    for city in ("A", "B", "C"):
        db.session.execute(select(Member).where(Member.city == city))
    assert len(walks) == 1
    db.session.execute(select(Member).where(Member.street == "A"))
    assert len(walks) == 2
