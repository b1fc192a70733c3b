"""What somebody may do is read with the session: the roles of that account, its groups' roles, and nobody else's."""

from __future__ import annotations

import pytest
from flask_appbuilder.security.sqla.models import Group, Permission, PermissionView, ViewMenu
from sqlalchemy import select, text

from app.auth.visitor import find_visitor, list_roles
from app.models import Account, Role, User
from app.models.derived.role_marks import TABLE
from app.services.access.sessions import hash_token, open_session
from app.services.bulk import is_postgresql
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
    db.session.add(group)
    group.users.append(db.session.get_one(User, user_id))
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


# Each way in which the pairs of a role change beside the portal's own: (statement, whether the pair is given after it).
BY_HAND = {
    "deleted": ("DELETE FROM {table} WHERE {pair}", False),
    "moved to another role": ("UPDATE {table} SET role_id = :other WHERE {pair}", False),
    "deleted and written again": (
        "DELETE FROM {table} WHERE {pair}; INSERT INTO {table} (permission_view_id, role_id) VALUES (:pair, :role)",
        True,
    ),
    "another pair under its number": ("UPDATE ab_permission_view SET view_menu_id = :menu WHERE id = :pair", False),
    "ignored where it stands": (
        "INSERT INTO {table} (permission_view_id, role_id) VALUES (:pair, :role) ON CONFLICT DO NOTHING",
        True,
    ),
}


@pytest.mark.parametrize("way", BY_HAND)
def test_whatever_changes_the_pairs_of_a_role_counts_at_the_next_request_for_both_roles(db, visit, way):
    statements, is_given = BY_HAND[way]
    db.session.add(ViewMenu(name="DancesView"))
    db.session.flush()
    staff, member = make_staff().id, make_member().user_id
    role, other = find_role("Staff"), find_role("Member")
    pair = next(given for given in role.permissions if given not in other.permissions)
    name, numbers = (pair.permission.name, pair.view_menu.name), {"pair": pair.id, "role": role.id, "other": other.id}
    numbers["menu"] = db.session.scalar(select(ViewMenu.id).where(ViewMenu.name == "DancesView"))
    assert (name in visit(staff).grants.pairs, name in visit(member).grants.pairs) == (True, False)
    for statement in statements.split(";"):
        wanted = text(statement.format(table=TABLE, pair="permission_view_id = :pair AND role_id = :role"))
        db.session.execute(wanted, {key: numbers[key] for key in wanted.compile().params})
    db.session.commit()
    assert (name in visit(staff).grants.pairs) is is_given
    assert (name in visit(member).grants.pairs) is (way == "moved to another role")


def test_a_pair_that_is_put_in_by_who_ignores_conflicts_counts_too(db, visit):
    """On SQLite the OR IGNORE of who writes holds within its triggers too."""
    if is_postgresql():
        pytest.skip("PostgreSQL has no OR IGNORE")
    staff, role = make_staff().id, find_role("Staff")
    visit(staff)
    pair = PermissionView(permission=Permission(name="can_dance"), view_menu=ViewMenu(name="DancesView"))
    db.session.add(pair)
    db.session.flush()
    numbers = {"pair": pair.id, "role": role.id}
    db.session.execute(
        text(f"INSERT OR IGNORE INTO {TABLE} (permission_view_id, role_id) VALUES (:pair, :role)"), numbers
    )
    db.session.commit()
    assert ("can_dance", "DancesView") in visit(staff).grants.pairs


def test_the_pairs_of_a_role_are_read_once_for_a_mark_and_a_rolled_back_change_leaves_it(db, visit, statements):
    user_id = make_staff().id
    before, role = visit(user_id).grants.pairs, find_role("Staff")
    role.permissions.pop()
    db.session.flush()
    db.session.rollback()
    with statements() as seen:
        assert visit(user_id).grants.pairs == before
    assert not [statement for statement in seen if TABLE in statement]


def test_nobody_has_anything_any_more_when_the_table_was_emptied_at_once(db, visit):
    user_id = make_staff().id
    assert visit(user_id).grants.pairs
    db.session.execute(text(f"TRUNCATE {TABLE}" if is_postgresql() else f"DELETE FROM {TABLE}"))
    db.session.commit()
    assert visit(user_id).grants.pairs == set()
