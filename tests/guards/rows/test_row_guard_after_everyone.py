"""What was reached inside `everyone` is not reached after it, through rows that are still there."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload, selectinload, subqueryload

from app.models import Member, ProfileChange, Role, User
from app.models.guard.row_guard import enter, everyone, own_rows
from app.services.members.change_log import note_change
from tests.support.factories.people import make_member

BY = ProfileChange.changed_by
LOADED = {"lazy": None, "joined": joinedload(BY), "selectin": selectinload(BY), "subquery": subqueryload(BY)}


@pytest.fixture
def mine(db, now):
    """Ids of me and of another, who changed my data; the scope is mine."""
    me, other = make_member(), make_member()
    note_change(me, "city", "A", "B", me.user_id, now)
    db.session.commit()
    db.session.execute(update(ProfileChange).values(changed_by_user_id=other.user_id))
    db.session.commit()
    found = (me.id, other.id, other.user_id)
    scope = own_rows(member_id=me.id, user_id=me.user_id)
    db.session.expunge_all()
    before = enter(scope)
    yield found
    enter(before)


@pytest.mark.parametrize("load", LOADED.values(), ids=LOADED.keys())
def test_a_row_of_mine_does_not_lead_to_another_member(db, mine, load):
    _, _, theirs = mine
    change = db.session.scalars(select(ProfileChange)).one()
    with everyone("who changed it"):
        if load is not None:
            db.session.scalars(select(ProfileChange).options(load)).all()
        kept = change.changed_by
        assert kept.id == theirs
    assert change.changed_by is None


def test_the_row_itself_is_not_found_by_its_key(db, mine):
    me, other, theirs = mine
    with everyone("look"):
        kept = [db.session.get_one(Member, other), db.session.get_one(User, theirs)]
        assert db.session.get(Member, me) is not None
    assert db.session.get(Member, other) is None
    assert db.session.get(User, theirs) is None
    assert db.session.get(Member, me) is not None
    assert kept[0].id == other


def test_a_row_of_everybody_does_not_lead_to_all_members(db, mine):
    with everyone("the roles"):
        role = db.session.scalars(select(Role).where(Role.name == "Member")).one()
        assert len(role.user) > 1
    assert len(role.user) <= 1
