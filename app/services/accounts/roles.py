"""The roles in the database made equal to `app.permissions`."""

from __future__ import annotations

from flask_appbuilder.security.sqla.models import PermissionView, Role
from sqlalchemy import select

from app.extensions import db
from app.permissions import ROLES, Pair


class UnknownPermission(Exception):
    """`app.permissions` names a pair that no view has: a typing error, or a view that was renamed."""


def add_roles() -> None:
    """Make the roles that are not there yet, and FAB's Public, which stays empty."""
    known = set(db.session.scalars(select(Role.name)))
    db.session.add_all(Role(name=name) for name in (*ROLES, "Public") if name not in known)
    db.session.flush()


def sync_roles() -> None:
    """Give each role exactly its pairs, and every other role (Public) none. Raises UnknownPermission."""
    known = {(pv.permission.name, pv.view_menu.name): pv for pv in db.session.scalars(select(PermissionView))}
    roles = {role.name: role for role in db.session.scalars(select(Role))}
    for name, role in roles.items():
        role.permissions = [_find(known, pair) for pair in sorted(ROLES.get(name, set()))]
    db.session.flush()


def _find(known: dict[Pair, PermissionView], pair: Pair) -> PermissionView:
    if pair not in known:
        raise UnknownPermission(f"no view has {pair[0]} on {pair[1]}")
    return known[pair]
