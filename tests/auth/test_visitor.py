"""What somebody may do is read with the session: the roles of that account, its groups' roles, and nobody else's."""

from __future__ import annotations

import pytest
from flask_appbuilder.security.sqla.models import Group, Permission, PermissionView, ViewMenu
from sqlalchemy import select

from app.auth.visitor import find_visitor, list_roles
from app.models import Account, Role, User
from app.services.access.sessions import hash_token, open_session
from tests.support.factories.people import find_role, make_admin, make_member, make_staff


@pytest.fixture
def visit(db, now):
    """Who a new session of this user is."""

    def open_it(user_id):
        token = open_session(db.session.get_one(Account, user_id), now=now, ip="", agent="")
        db.session.commit()
        db.session.expunge_all()
        return find_visitor(hash_token(token), now)

    return open_it


def pairs_of(db, role):
    rows = select(Permission.name, ViewMenu.name).select_from(Role).join(Role.permissions)
    joined = rows.join(PermissionView.permission).join(PermissionView.view_menu).where(Role.name == role)
    return {tuple(row) for row in db.session.execute(joined)}


def test_each_has_the_pairs_of_the_own_role_while_others_are_signed_in(db, visit):
    made = {"Member": make_member().user_id, "Staff": make_staff().id, "Admin": make_admin().id}
    for _turn in range(2):
        for role, user_id in made.items():
            grants = visit(user_id).grants
            assert grants.pairs == pairs_of(db, role) != set()


def test_roles_come_through_groups_too_and_both_count(db, visit):
    user_id, other = make_member().user_id, make_member().user_id
    group = Group(name="planners", label="", description="", roles=[find_role("Staff")])
    group.users.append(db.session.get_one(User, user_id))
    db.session.add(group)
    db.session.commit()
    assert visit(user_id).grants.pairs == pairs_of(db, "Member") | pairs_of(db, "Staff")
    assert visit(other).grants.pairs == pairs_of(db, "Member")
    assert list_roles(user_id) == ["Member", "Staff"]
    assert list_roles(other) == ["Member"]


def test_who_has_no_role_has_nothing_and_a_role_without_pairs_gives_none(db, visit):
    user_id = make_staff().id
    user = db.session.get_one(User, user_id)
    user.roles = []
    db.session.commit()
    assert visit(user_id).grants.pairs == set()
    db.session.get_one(User, user_id).roles = [Role(name="Empty")]
    db.session.commit()
    assert visit(user_id).grants.pairs == set()


def test_what_is_taken_from_a_role_is_gone_at_the_next_request(db, visit):
    user_id = make_staff().id
    before = visit(user_id).grants.pairs
    role = find_role("Staff")
    gone = role.permissions.pop()
    name = (gone.permission.name, gone.view_menu.name)
    db.session.commit()
    assert visit(user_id).grants.pairs == before - {name}


def test_what_is_given_to_a_role_is_there_at_the_next_request_under_its_own_name(db, visit):
    user_id = make_staff().id
    before = visit(user_id).grants.pairs
    role = find_role("Staff")
    given = PermissionView(permission=Permission(name="can_dance"), view_menu=ViewMenu(name="DancesView"))
    role.permissions.append(given)
    db.session.commit()
    assert visit(user_id).grants.pairs == before | {("can_dance", "DancesView")}
