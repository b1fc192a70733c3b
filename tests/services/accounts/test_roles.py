"""What `portal setup` makes of permissions and roles: what the views ask and the page of roles says, no more."""

from __future__ import annotations

import pytest
from flask_appbuilder.security.sqla.models import Permission, PermissionView, Role, ViewMenu
from sqlalchemy import select

from app.permissions import ROLES
from app.services.accounts.roles import UnknownPermission, sync_roles
from tests.support.factories.people import find_role

LISTED = ("can_list", "MembersView")


@pytest.fixture
def asked(app):
    return app.extensions["appbuilder"].asked_pairs()


def stored(db):
    rows = select(Permission.name, ViewMenu.name).select_from(PermissionView)
    joined = rows.join(PermissionView.permission).join(PermissionView.view_menu)
    return sorted(tuple(row) for row in db.session.execute(joined))


def of_roles(db):
    return {
        role.name: {(pv.permission.name, pv.view_menu.name) for pv in role.permissions}
        for role in db.session.scalars(select(Role))
    }


def find_pair(db, pair):
    return next(
        pv for pv in db.session.scalars(select(PermissionView)) if (pv.permission.name, pv.view_menu.name) == pair
    )


def test_the_pairs_are_those_of_the_views_and_the_menu(db, asked):
    assert stored(db) == sorted(asked)
    assert ("menu_access", "Members") in asked


def test_what_was_added_by_hand_goes_and_what_was_taken_comes_back(db, asked):
    extra = PermissionView(permission=Permission(name="can_fly"), view_menu=ViewMenu(name="MembersView of old"))
    admin, public, staff = map(find_role, ("Admin", "Public", "Staff"))
    admin.permissions.append(extra)
    public.permissions.append(find_pair(db, LISTED))
    staff.permissions.remove(find_pair(db, LISTED))
    db.session.add(Role(name="By hand", permissions=[find_pair(db, LISTED)]))
    db.session.flush()
    db.session.delete(find_pair(db, ("can_act", "MembersView")))
    db.session.flush()
    sync_roles(asked)
    assert stored(db) == sorted(asked)
    assert of_roles(db) == {**ROLES, "Public": set(), "By hand": set()}


def test_a_second_time_writes_nothing(db, asked, statements):
    with statements() as seen:
        sync_roles(asked)
    assert seen
    assert [statement for statement in seen if not statement.startswith("SELECT")] == []


def test_a_role_with_a_pair_that_no_view_asks_is_refused_by_name(db, asked):
    with pytest.raises(UnknownPermission, match="'can_list', 'MembersView'"):
        sync_roles(asked - {LISTED})
