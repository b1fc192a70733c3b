"""The restricted screens of members on their own rows, on the table of changes in their data; and no stock screen."""

from __future__ import annotations

from typing import Any

import pytest
from flask import g
from flask_appbuilder import BaseView, ModelView, SimpleFormView
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.security.sqla.models import Permission, PermissionView, ViewMenu
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from app.auth.visitor import Visitor
from app.extensions import db as portal_db
from app.models import Account, Function, MemberIdentity, ProfileChange, User, UserSession
from app.models.guard.row_guard import Scope, enter, own_rows
from app.services.members.change_log import note_change
from app.views.base import MemberModelView, Page, StaffView
from app.views.stock import check_views
from app.views.tables.columns import WronglyDeclared
from tests.conftest import make_app
from tests.support.factories.people import find_role, make_member
from tests.support.statements import seen_statements

DECLARED: dict[str, Any] = {
    "datamodel": SQLAInterface(ProfileChange),
    "route_base": "/eigen",
    "include_route_methods": {"list", "show"},
    "singular": "change",
    "plural": "changes",
    "base_order": ("id", "desc"),
    "label_columns": {"field": "Field", "new_value": "New"},
    "list_columns": ["field", "new_value"],
    "show_columns": ["field", "new_value"],
    "row_name": lambda self, item: item.field,
}


def declare(**changes: Any) -> MemberModelView:
    view: MemberModelView = type("OwnChanges", (MemberModelView,), {**DECLARED, **changes})()
    view.endpoint = "OwnChanges"
    return view


@pytest.mark.parametrize(
    "changes",
    [
        {"include_route_methods": None},
        {"include_route_methods": set()},
        {"include_route_methods": {"list", "download"}},
        {"include_route_methods": {"list", "action_post"}},
        {"include_route_methods": {"list", "delete"}},
        {"include_route_methods": {"list", "not_there"}},
        {"list_columns": None},
        {"show_columns": ["field", "old_value"]},
        {"include_route_methods": {"list", "edit"}, "edit_columns": None},
        {"include_route_methods": {"list", "edit"}, "edit_columns": ["member_id"]},
        {"include_route_methods": {"list", "edit"}, "edit_columns": ["member"]},
        {"datamodel": SQLAInterface(Function)},
        {"datamodel": SQLAInterface(MemberIdentity)},
    ],
)
def test_a_members_screen_that_is_not_narrow_does_not_start(app: Any, changes: dict[str, Any]) -> None:
    labels = {**DECLARED["label_columns"], "member_id": "Member", "member": "Member"}
    if "show_columns" not in changes:
        changes["label_columns"] = labels
    with pytest.raises(WronglyDeclared):
        declare(**changes)


def test_each_member_finds_only_own_rows_in_the_view_and_by_the_guard(app, db, now):
    me, other = make_member(), make_member()
    for member in (me, other):
        note_change(member, "city", "A", f"B{member.id}", member.user_id, now)
    db.session.commit()
    mine, theirs = (db.session.query(ProfileChange).filter_by(member_id=member.id).one().id for member in (me, other))
    account = db.session.get(Account, me.user_id)
    visitor = Visitor(user=me.user, account=account, session=UserSession(), member=me)
    view = declare()
    for scope in (own_rows(member_id=me.id, user_id=me.user_id), Scope("open by mistake", is_open=True)):
        with app.test_request_context():
            g.visitor, g.now = visitor, now
            before = enter(scope)
            assert [row.id for row in view.rows()] == [mine]
            assert view.find_row(str(mine)).new_value == f"B{me.id}"
            with pytest.raises(NotFound):
                view.find_row(str(theirs))
            enter(before)


class _Builder:
    def __init__(self, view: Any) -> None:
        self.baseviews = [view]


STOCK = {
    "a model view of FAB": lambda: type("M", (ModelView,), {"datamodel": SQLAInterface(User)})(),
    "a model view on our page": lambda: type("M", (Page, ModelView), {"datamodel": SQLAInterface(User)})(),
    "a view of FAB": lambda: type("B", (BaseView,), {})(),
    "a form of FAB": lambda: type("F", (Page, SimpleFormView), {})(),
    "a stock template": lambda: declare(show_template="appbuilder/general/model/show.html"),
}


@pytest.mark.parametrize("name", STOCK)
def test_no_stock_screen_slips_in(app: Any, name: str) -> None:
    with app.app_context(), pytest.raises(WronglyDeclared):
        check_views(_Builder(STOCK[name]()))


def test_a_screen_of_ours_is_taken_and_the_portal_has_no_other(app: Any) -> None:
    check_views(_Builder(declare()))
    check_views(app.extensions["appbuilder"])
    assert any(isinstance(view, StaffView) for view in app.extensions["appbuilder"].baseviews)


def test_who_may_not_open_a_page_is_told_so_even_with_a_foreign_sign_in_cookie(client, sign_in_as):
    """FAB's own refusal would crash: it looks for a sign-in view that is not there."""
    sign_in_as(client, make_member())
    client.set_cookie("remember_token", "1|x")
    assert client.get("/functies/list/").status_code == 403
    assert client.get("/mijn-gegevens/").status_code == 200


@pytest.mark.parametrize("path", ["list/", "show/1", "edit/1", "add", "delete/1", "download/x", "action/x/1", "1"])
def test_fabs_addresses_of_a_members_table_do_not_exist(client, sign_in_as, path):
    sign_in_as(client, make_member())
    assert client.get(f"/mijn-gegevens/{path}").status_code == 404


@pytest.fixture
def own_list(database, smtp, tmp_path, db):
    """A portal that also has the list of changes, for members."""
    portal = make_app(database.url, smtp.port, tmp_path)
    with portal.app_context():
        portal.extensions["appbuilder"].add_view_no_menu(type("OwnChanges", (MemberModelView,), DECLARED))
    entry, role = ViewMenu(name="OwnChanges"), find_role("Member")
    for name in ("can_list", "can_show"):
        permission = db.session.scalars(select(Permission).where(Permission.name == name)).one()
        role.permissions.append(PermissionView(permission=permission, view_menu=entry))
    db.session.commit()
    return portal


def test_a_members_list_pages_and_costs_as_many_statements_with_100_rows_as_with_10(own_list, db, now, sign_in_as):
    member, other = make_member(), make_member()
    browser, counts = sign_in_as(own_list.test_client(), member), []
    note_change(other, "city", "A", "Van een ander", other.user_id, now)
    for more in (10, 90):
        for number in range(more):
            note_change(member, "city", "A", f"Stad {number}", member.user_id, now)
        db.session.commit()
        browser.get("/eigen/")
        with own_list.app_context(), seen_statements(portal_db.engine) as seen:
            page = browser.get("/eigen/")
        counts.append(len(seen))
        assert page.status_code == 200
    assert counts[0] == counts[1] == 5  # session and permissions, groups of messages, badges; total and rows
    assert page.text.count('class="card"') == 25
    assert 'href="/eigen/?page=2"' in page.text
    last = browser.get("/eigen/?page=4&_oc_OwnChanges=member_id&_flt_0_member_id=2").text
    assert "Stad 0" in last
    assert "Van een ander" not in last


def test_a_row_of_somebody_else_is_not_there(own_list, db, now, sign_in_as):
    member, other = make_member(), make_member()
    for whose in (member, other):
        note_change(whose, "city", "A", "B", whose.user_id, now)
    db.session.commit()
    keys = {row.member_id: row.id for row in db.session.scalars(select(ProfileChange))}
    browser = sign_in_as(own_list.test_client(), member)
    assert browser.get(f"/eigen/{keys[member.id]}").status_code == 200
    assert browser.get(f"/eigen/{keys[other.id]}").status_code == 404
    assert browser.get(f"/eigen/{keys[member.id]}/wijzigen").status_code == 404
