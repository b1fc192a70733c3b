"""The roles in the database made equal to `app.permissions`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    ViewMenu,
    assoc_permissionview_role,
)
from sqlalchemy import Table, delete, insert, select, tuple_

from app.extensions import db
from app.permissions import ROLES, Pair


class UnknownPermission(Exception):
    """`app.permissions` names a pair that no view has: a typing error, or a view that was renamed."""


def sync_roles(asked: set[Pair]) -> None:
    """Give each role exactly its pairs, and every other role (FAB's Public) none. Raises UnknownPermission.

    `asked` is what the views ask for: these pairs stand in the database, and no others. FAB's own way reads and commits
    each by itself, and gives Admin all of them.
    """
    if missing := set().union(*ROLES.values()) - asked:
        raise UnknownPermission(f"no view has {sorted(missing)}")
    permissions = _add_names(Permission, {permission for permission, _view in asked})
    views = _add_names(ViewMenu, {view for _permission, view in asked})
    roles = _add_names(Role, {*ROLES, "Public"})
    wanted = {(permissions[permission], views[view]): (permission, view) for permission, view in asked}
    _keep_rows(PermissionView.__table__, ("permission_id", "view_menu_id"), set(wanted))
    pairs = {
        wanted[row.permission_id, row.view_menu_id]: row.id
        for row in db.session.execute(select(PermissionView.__table__))
    }
    given = {(pairs[pair], roles[role]) for role, of_role in ROLES.items() for pair in of_role}
    _keep_rows(assoc_permissionview_role, ("permission_view_id", "role_id"), given)
    db.session.expire_all()


def _add_names(model: Any, names: set[str]) -> dict[str, int]:
    """Rows with these names, added where they are not there yet; the keys by name."""
    table = model.__table__
    known = set(db.session.scalars(select(table.c.name)))
    _insert(table, [{"name": name} for name in sorted(names - known)])
    return {row.name: row.id for row in db.session.execute(select(table.c.name, table.c.id))}


def _keep_rows(table: Table, columns: tuple[str, str], wanted: set[tuple[int, int]]) -> None:
    """These rows are in the table, and no others."""
    pair = [table.c[name] for name in columns]
    known = {tuple(row) for row in db.session.execute(select(*pair))}
    if known - wanted:
        db.session.execute(delete(table).where(tuple_(*pair).in_(sorted(known - wanted))))
    _insert(table, [dict(zip(columns, row, strict=True)) for row in sorted(wanted - known)])


def _insert(table: Table, rows: Iterable[dict[str, Any]]) -> None:
    if rows := list(rows):
        db.session.execute(insert(table), rows)
