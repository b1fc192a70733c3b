"""A member's request reaches only the rows of that member, whatever way a query takes (SECURITY §2)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import aliased

from app.models import AuditEvent, Member, ProfileChange, User, UserSession
from app.models.guard.row_guard import CLOSED, RowForbidden, Scope, enter, everyone, own_rows
from app.services.members.change_log import note_change
from tests.support.factories.people import make_member


@pytest.fixture
def two(db, now) -> Iterator[tuple[Member, Member]]:
    """The signed-in member and another one, each with a change; the guard is narrow for the first."""
    me, other = make_member(), make_member()
    for member in (me, other):
        note_change(member, "city", "A", "B", member.user_id, now)
    db.session.commit()
    ids = me.id, me.user_id, other.id
    db.session.expunge_all()
    before = enter(own_rows(member_id=ids[0], user_id=ids[1]))
    yield ids[0], ids[2]
    enter(before)


def test_select_count_alias_and_subquery_are_narrowed(db, two):
    me, other = two
    assert [m.id for m in db.session.scalars(select(Member))] == [me]
    assert db.session.scalar(select(func.count()).select_from(Member)) == 1
    assert db.session.scalar(select(func.count(Member.id)).where(Member.id == other)) == 0
    again = aliased(Member)
    assert list(db.session.scalars(select(again.id))) == [me]
    assert list(db.session.scalars(select(User.id).where(User.id.in_(select(Member.user_id))))) != []
    assert db.session.scalar(select(func.count()).select_from(ProfileChange)) == 1


def test_get_finds_no_row_of_somebody_else(db, two):
    me, other = two
    assert db.session.get(Member, me) is not None
    assert db.session.get(Member, other) is None


def test_the_legacy_query_that_fab_uses_is_narrowed(db, two):
    me, _ = two
    assert [m.id for m in db.session.query(Member).all()] == [me]
    assert db.session.query(Member).count() == 1


def test_bulk_update_and_delete_leave_others_alone(db, two):
    _, other = two
    db.session.execute(update(Member).values(city="Elders"))
    db.session.execute(delete(ProfileChange))
    with everyone("look"):
        assert db.session.scalar(select(Member.city).where(Member.id == other)) == "Voorbeeldstad"
        assert list(db.session.scalars(select(ProfileChange.member_id))) == [other]


def test_core_and_text_statements_on_guarded_tables_are_refused(db, two):
    with pytest.raises(RowForbidden):
        db.session.execute(select(Member.__table__.c.id))
    with pytest.raises(RowForbidden):
        db.session.execute(text("SELECT id FROM member"))
    with pytest.raises(RowForbidden):
        db.session.execute(insert(ProfileChange), [{"member_id": 1}])


def test_a_row_of_somebody_else_is_not_written(db, two, now):
    _, other = two
    db.session.add(ProfileChange(member_id=other, field="x", changed_at=now, delete_after=now.date()))
    with pytest.raises(RowForbidden):
        db.session.flush()
    db.session.rollback()


def test_a_row_is_not_given_away_or_taken_over(db, two):
    _, other = two
    change = db.session.scalars(select(ProfileChange)).one()
    change.member_id = other
    with pytest.raises(RowForbidden):
        db.session.flush()
    db.session.rollback()


def test_the_audit_trail_takes_rows_from_members_and_shows_none(db, two, now):
    db.session.add(AuditEvent(at=now, action="x.y"))
    db.session.flush()
    assert db.session.scalars(select(AuditEvent)).all() == []


def test_a_request_without_a_member_reaches_no_row_at_all(db, two):
    before = enter(CLOSED)
    assert db.session.scalars(select(Member)).all() == []
    assert db.session.scalars(select(User)).all() == []
    assert db.session.scalars(select(UserSession)).all() == []
    enter(before)


def test_the_team_reaches_everybody(db, two):
    before = enter(Scope("team", is_open=True))
    assert len(db.session.scalars(select(Member)).all()) == 2
    enter(before)


def test_every_table_with_an_owner_is_guarded():
    from flask_appbuilder import Model

    from app.models.guard.row_guard import guarded_classes

    owner_columns = {"member_id", "user_id"}
    guarded = {c.__table__.name for c in guarded_classes()}
    with_owner = {t.name for t in Model.metadata.tables.values() if owner_columns & set(t.columns.keys())}
    assert {name for name in with_owner if not name.startswith("ab_")} <= guarded
