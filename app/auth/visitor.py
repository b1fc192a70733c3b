"""Who makes this request, and what they may: session, account, user, member and permissions in one SELECT."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import g, has_request_context, request
from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    User,
    ViewMenu,
    assoc_group_role,
    assoc_permissionview_role,
    assoc_user_group,
    assoc_user_role,
)
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    union_all,
)

from app.extensions import db
from app.memory import made_once
from app.models import Account, Member, RoleMark, UserSession
from app.models.guard.row_guard import Scope, everyone, own_rows
from app.services.audit import Actor

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Grants:
    """The (permission, view) pairs that the roles of a user give."""

    pairs: frozenset[Pair]


NOTHING = Grants(frozenset())
COMMA: Any = literal_column("','")  # as a value it would be put into the statement anew at each request
COLON: Any = literal_column("':'")
MOST_KEPT = 100  # grants: one for each set of roles


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person, with what every page needs of them."""

    user: User
    account: Account
    session: UserSession
    member: Member | None
    grants: Grants = NOTHING
    user_id: int = field(init=False)  # as `user` has them; after a lock that would be read anew
    user_name: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "user_id", self.user.id)
        object.__setattr__(self, "user_name", self.user.username)

    @property
    def locale(self) -> str:
        """The language of this account."""
        return self.account.locale

    @property
    def scope(self) -> Scope:
        """Members reach their own rows; accounts of the team have no member and reach what their role allows."""
        if self.member is None:
            return Scope("team", is_open=True)
        return own_rows(member_id=self.member.id, user_id=self.user.id)


def _select_visitor() -> Select[Any]:
    return (
        select(UserSession, User, Account, Member, _written_marks().label("marks"))
        .join(User, User.id == UserSession.user_id)
        .join(Account, Account.user_id == User.id)
        .outerjoin(Member, Member.user_id == User.id)
        .where(
            UserSession.token_hash == bindparam("token_hash"),
            UserSession.epoch == Account.epoch,
            User.active.is_(True),
        )
    )


def _written_marks() -> ColumnElement[str | None]:
    """The roles of the owner of the session, also through groups, each with the mark of what it gives now."""
    mark = cast(Role.id, String) + COLON + func.coalesce(RoleMark.mark, "")
    return (
        select(func.aggregate_strings(mark, COMMA))
        .select_from(Role)
        .outerjoin(RoleMark, RoleMark.role_id == Role.id)
        .where(Role.id.in_(_role_ids(UserSession.user_id)))
        .scalar_subquery()
    )


def _role_ids(user_id: Any) -> CompoundSelect[Any]:
    """Where it is of the row around it, each part must say so, or it would ask of all sessions."""
    return union_all(
        select(assoc_user_role.c.role_id).where(assoc_user_role.c.user_id == user_id).correlate(UserSession),
        select(assoc_group_role.c.role_id)
        .join(assoc_user_group, assoc_user_group.c.group_id == assoc_group_role.c.group_id)
        .where(assoc_user_group.c.user_id == user_id)
        .correlate(UserSession),
    )


FIND_VISITOR = _select_visitor()  # made once: it takes longer to build than to run


def find_visitor(token_hash: str, now: datetime) -> Visitor | None:
    """The owner of the live session with this token, or None. Whether it is idle too long is `sessions`' to say."""
    given = {"token_hash": token_hash}
    with everyone("find who makes this request"):
        row = db.session.execute(FIND_VISITOR, given).one_or_none()
    if row is None:
        return None
    return Visitor(row.User, row.Account, row.UserSession, row.Member, _read_grants(row.marks))


def _read_grants(marks: str | None) -> Grants:
    """What roles with these marks give. Kept by the marks: when it changes, others take their place. The names of
    permissions and views do not, for none is ever removed (`services.accounts.roles`).
    """
    return made_once("grants", marks, lambda: _find_pairs(marks), most=MOST_KEPT) if marks else NOTHING


def _find_pairs(marks: str) -> Grants:
    given, pair = assoc_permissionview_role.c, PermissionView
    role_ids = [int(written.partition(":")[0]) for written in marks.split(",")]
    pairs = (
        select(Permission.name, ViewMenu.name)
        .join(pair, pair.permission_id == Permission.id)
        .join(ViewMenu, ViewMenu.id == pair.view_menu_id)
        .join(assoc_permissionview_role, given.permission_view_id == pair.id)
        .where(given.role_id.in_(role_ids))
    )
    return Grants(frozenset((permission, view) for permission, view in db.session.execute(pairs)))


def list_roles(user_id: int) -> list[str]:
    """The names of the roles of a user, also through groups. One statement."""
    return list(db.session.scalars(select(Role.name).where(Role.id.in_(_role_ids(user_id))).order_by(Role.name)))


def current_visitor() -> Visitor | None:
    """The signed-in person of this request, or None. Asked a dozen times a page, so in few steps."""
    try:
        return getattr(g._get_current_object(), "visitor", None)
    except RuntimeError:  # no application
        return None


def ended_visitor() -> Visitor | None:
    """Whose session in this browser ended by itself, idle too long or too old. Gives no access to anything."""
    return g.get("ended_visitor") if has_request_context() else None


def signed_in_visitor() -> Visitor:
    """The signed-in person, on pages that ask a permission and so have one."""
    visitor = current_visitor()
    if visitor is None:
        raise LookupError("nobody is signed in")
    return visitor


def signed_in_member() -> Member:
    """The signed-in member, on pages that only members have a permission for."""
    visitor = current_visitor()
    if visitor is None or visitor.member is None:
        raise LookupError("no member in this session")
    return visitor.member


def current_grants() -> Grants:
    """Roles and pairs of the signed-in person, read with the session; nothing for who is not signed in."""
    visitor = current_visitor()
    return visitor.grants if visitor else NOTHING


def current_actor() -> Actor:
    """Who acts in this request, for the audit trail; an empty name where nobody is signed in."""
    visitor = current_visitor()
    ip = request.remote_addr or ""
    return Actor(visitor.user_name, visitor.user_id, ip) if visitor else Actor("", None, ip)
