"""Every route is guarded, or on this short list with its reason (SECURITY §1)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from werkzeug.routing import IntegerConverter

from app.models import Role
from app.permissions import ROLES
from tests.support.factories.people import make_admin, make_member, make_staff
from tests.support.undone import undoing

PUBLIC = {
    "static": "style sheets and icons",
    "appbuilder.static": "FAB registers it; nothing of ours is in it",
    "favicon": "the icon, by the name that browsers ask beside a PDF",
    "health.alive": "load balancers",
    "health.ready": "load balancers; says names of parts only",
    "HomeView.index": "sends who is not signed in to the sign-in page",
    "AboutView.accessibility": "the statement that the law asks for; words only",
    "AboutView.privacy": "what happens with personal data; words only",
    "WellKnownView.change_password": "leads to the page that asks who it is",
    "WellKnownView.manifest": "name and icons of the portal",
    "LanguageView.choose": "the language of this browser",
    "SignInView.sign_in": "the front door",
    "SignInView.code": "the second step of the front door",
    "SignInView.new_code": "the second step of the front door",
    "SignInView.help": "text only",
    "SignInView.sign_out": "does nothing without a session",
    "SessionsView.left": "how many seconds the session of this browser has left; 0 without one",
    "TypedView.keep": "keeps a form for who has it on screen, by its signed mark; shows nothing",
    "TypedView.drop": "does nothing without a session",
    "UnsubscribeView.unsubscribe": "opens with the signed link of a mail; can only stop mail that is optional",
    "CalendarFeedView.read": "opens with the private address of a calendar; shows where its member helps, no numbers",
    "RecoveryView.password": "forgotten password",
    "RecoveryView.user_name": "forgotten user name",
    "MailedLinkView.invitation": "opens with the token of an invitation",
    "MailedLinkView.new_invitation": "opens with the token of an invitation",
    "LetterView.code": "opens with the code of a letter, for who cannot scan its picture",
    "LetterView.account": "opens after the code of a letter was typed in this browser",
    "MailedLinkView.reset": "opens with the token of a reset",
    "MailedLinkView.confirm_email": "opens with the token of an e-mail change",
}
FORBIDDEN = (
    "/api/",
    "/register",
    "/resetpassword",
    "/resetmypassword",
    "/users/",
    "/roles/",
    "/lang/",
    "/back",
    "/login",
    "/logout",
    "/swagger",
    "/download",
)


def _permission_of(app, endpoint):
    """The (permission, view) pair that this route asks, or None."""
    view_name, _, method = endpoint.partition(".")
    for view in app.extensions["appbuilder"].baseviews:
        if view.endpoint == view_name and hasattr(getattr(view, method), "_permission_name"):
            return f"can_{view.get_method_permission(method)}", view.class_permission_name
    return None


def test_every_route_asks_a_permission_or_is_on_the_list(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    unguarded = {e for e in endpoints if _permission_of(app, e) is None}
    assert unguarded == set(PUBLIC)


@pytest.mark.parametrize("path", FORBIDDEN)
def test_the_doors_of_the_stock_framework_do_not_exist(app, path):
    assert not [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith(path)]


def _pages(app):
    """Every guarded route with a made-up value for each of its places."""
    addresses = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        values = {name: 1 if isinstance(c, IntegerConverter) else "1" for name, c in rule._converters.items()}
        path = addresses.build(rule.endpoint, values, method=None)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield method, path, rule.endpoint


def test_who_is_not_signed_in_reaches_no_guarded_route(app, client):
    for method, path, endpoint in _pages(app):
        answer = client.open(path, method=method)
        assert answer.status_code == 302, (method, path)
        assert answer.location.startswith("/inloggen/"), (method, path, endpoint)


@pytest.mark.parametrize(("make", "role"), [(make_member, "Member"), (make_staff, "Staff"), (make_admin, "Admin")])
@pytest.mark.usefixtures("short_refusals")
def test_a_role_reaches_only_what_its_list_says(app, db, client, sign_in_as, make, role):
    sign_in_as(client, make())
    granted, cookies = ROLES[role], dict(client._cookies)
    with undoing(app, db) as undo:
        for method, path in (page[:2] for page in _pages(app) if _permission_of(app, page[2]) not in granted):
            answer = client.open(path, method=method)
            undo()
            client._cookies = dict(cookies)  # whatever was asked: the session goes on
            is_refused = answer.status_code == 403 or answer.location in ("/", "/inloggen/")
            assert is_refused, (method, path, answer.status_code, answer.location)


def test_each_pair_of_a_role_is_one_real_view(app):
    builder = app.extensions["appbuilder"]
    real = {(p, v.class_permission_name) for v in builder.baseviews for p in v.base_permissions}
    entries = {("menu_access", name) for name in builder.menu.get_flat_name_list()}
    for role, pairs in ROLES.items():
        assert pairs <= real | entries, role


def test_the_database_holds_exactly_the_lists_and_public_holds_nothing(app, db):
    for role in db.session.scalars(select(Role)):
        pairs = {(p.permission.name, p.view_menu.name) for p in role.permissions}
        assert pairs == ROLES.get(role.name, set()), role.name


def test_a_password_alone_gives_no_token(client):
    make_member(username="jan", password="paarse fiets zonder bel 7")
    answer = client.post("/api/v1/security/login", json={"username": "jan", "password": "x", "provider": "db"})
    assert answer.status_code == 404


def test_only_the_link_of_a_mail_changes_something_without_a_csrf_token(app):
    protection = app.extensions["csrf"]
    exempt = {name for name, blueprint in app.blueprints.items() if blueprint in protection._exempt_blueprints}
    assert exempt == {"UnsubscribeView"}
    assert protection._exempt_views == set()


def test_a_number_in_an_address_is_at_most_the_largest_key(app):
    """PostgreSQL refuses to look for a larger one, so no view would have to ask."""
    converters = [converter for rule in app.url_map.iter_rules() for converter in rule._converters.values()]
    numbers = [converter for converter in converters if isinstance(converter, IntegerConverter)]
    assert {converter.max for converter in numbers} == {2**31 - 1}
