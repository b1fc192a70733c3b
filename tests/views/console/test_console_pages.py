"""The operator's console: who gets in, what is read, and that nothing of it can be written."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest.mock import Mock

import pytest
from sqlalchemy import insert, select

from app.models import AuditEvent, ImportRun, OutboundMail, UserSession
from app.services.access.sessions import open_session
from app.views.console.guard import ConsoleView
from app.views.console.people import ConsoleSessions
from app.views.console.read_only import ReadOnly
from app.views.console.work import JOBS
from app.views.tables.columns import WronglyDeclared
from tests.support.console_rows import SECRET, fill_console
from tests.support.factories.people import make_admin, make_member, make_staff

STATEMENTS = 8
LISTS = ("imports/", "inloggen/", "sessies/")
PAGES = ("", "taken/", *LISTS)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What Flask-Admin registers by itself on each of its views on a table.
STOCK = ("new/", "edit/", "delete/", "action/", "export/csv/", "ajax/lookup/", "ajax/update/", "details/")


@pytest.fixture
def rows(db, clock, now):
    return fill_console(now)


@pytest.fixture
def me(rows):
    return make_admin(username="hoofd")


@pytest.fixture
def admin(client, me, sign_in_as):
    return sign_in_as(client, me)


def found(page):
    body = page.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in page else ""
    return body.split("</tr>")[:-1]


def paths(rows):
    """Every page of the console with a row that is there."""
    yield from PAGES
    yield from (f"imports/{rows.run.id}", f"inloggen/{rows.signed_in.id}")
    yield from (f"sessies/{rows.session.id}", f"sessies/{rows.session.id}/beeindig")


# --- who gets in -----------------------------------------------------------------------------------------------------


def test_this_file_visits_every_route_of_the_console(app, rows):
    visited = {app.url_map.bind("localhost").match(f"/console/{path}")[0] for path in paths(rows)}
    assert visited == {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith("/console")}


def test_who_is_not_signed_in_is_asked_to_sign_in(client, rows):
    for path in paths(rows):
        answer = client.get(f"/console/{path}")
        assert answer.status_code == 302, path
        assert answer.location.startswith("/inloggen/?next=/console/"), path


@pytest.mark.parametrize("make", [make_staff, make_member])
def test_who_is_no_administrator_is_refused_with_every_method_and_a_token(client, sign_in_as, rows, make, db):
    sign_in_as(client, make())
    for path in paths(rows):
        for method in METHODS:
            answer = client.open(f"/console/{path}", method=method)
            assert answer.status_code in ((403,) if method == "GET" else (403, 405)), (method, path)
    assert client.post(f"/console/sessies/{rows.session.id}/beeindig").status_code == 403
    db.session.expire_all()
    assert db.session.get(UserSession, rows.session.id) is not None


def test_an_administrator_reads_every_page(admin, rows):
    for path in paths(rows):
        assert admin.get(f"/console/{path}").status_code == 200, path


def test_the_console_is_in_the_menu_of_an_administrator_only(app, admin, sign_in_as):
    assert 'href="/console/"' in admin.get("/").text
    assert 'href="/console/"' not in sign_in_as(app.test_client(), make_staff()).get("/").text


# --- nothing is written ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", LISTS)
def test_the_routes_that_flask_admin_would_add_are_not_there(admin, path):
    for stock in STOCK:
        for method in METHODS:
            assert admin.open(f"/console/{path}{stock}", method=method).status_code in (404, 405), (method, stock)


def test_flask_admin_serves_no_files_and_no_page_has_its_scripts(app, admin):
    assert not [rule.rule for rule in app.url_map.iter_rules() if "/static" in rule.rule and "console" in rule.rule]
    for path in ("/console/static/admin/js/helpers.js", "/admin/", "/admin/static/admin/js/filters.js"):
        assert admin.get(path).status_code == 404
    for path in PAGES:
        scripts = re.findall(r'<script[^>]*src="/static/(\w+)\.js', (text := admin.get(f"/console/{path}").text))
        assert len(scripts) == text.count("<script")
        assert {"portal", "forms", "session"} <= set(scripts) <= {"forms", "lookup", "portal", "session", "tables"}


def test_none_of_its_templates_can_be_found(app):
    assert not [name for name in app.jinja_env.list_templates() if name.startswith("admin/")]


def test_only_ending_a_session_takes_a_form(app):
    takers = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods and "/console" in rule.rule}
    assert takers == {"ConsoleSessions.end"}


@pytest.mark.parametrize("verb", ["create_model", "delete_model"])
def test_what_it_writes_with_is_refused_in_code_too(app, verb):
    view = next(view for view in app.extensions["appbuilder"].baseviews if isinstance(view, ConsoleSessions))
    with pytest.raises(ReadOnly):
        getattr(view, verb)(None)


def test_a_route_without_a_permission_stops_the_start():
    from flask_admin import expose

    class Careless(ConsoleView):
        path = "/console/x"

        @expose("/")
        def index_view(self):
            return ""

    with pytest.raises(WronglyDeclared):
        Careless().create_blueprint(None)


def test_a_view_with_a_secret_column_stops_the_start():
    class Telling(ConsoleSessions):
        column_list = ["token_hash"]

    with pytest.raises(WronglyDeclared):
        Telling()


def test_no_page_shows_what_a_mail_is_filled_with_or_a_token(admin, rows, db):
    hashes = db.session.scalars(select(UserSession.token_hash)).all()
    for path in paths(rows):
        page = admin.get(f"/console/{path}").text
        assert SECRET not in page, path
        assert not [token for token in hashes if token in page], path


# --- search ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("imports/?state=running", 1),
        ("imports/?q=leden", 1),
        ("imports/?kind=stations", 0),
        ("inloggen/", 2),
        ("inloggen/?what=sign_in.refused", 1),
        ("inloggen/?who=mick", 1),
        ("inloggen/?ip=198.51.100.9", 1),
        ("sessies/?who=mick", 1),
        ("sessies/?ip=192.0.2.7", 1),
        ("imports/?q=%25", 0),
        ("imports/?state=nonsense", 0),
        ("imports/?created_at-from=03-02-2026", 0),
        ("imports/?created_at-until=02-02-2026", 1),
    ],
)
def test_search_and_filters_find_exactly_their_rows(admin, asked, count):
    assert len(found(admin.get(f"/console/{asked}").text)) == count


def test_the_latest_comes_first_and_the_order_can_be_turned(admin, rows, db, now):
    later = ImportRun(kind="stations", original_name="stembureaus.csv", state="done", created_at=now)
    db.session.add(later)
    db.session.commit()
    assert "stembureaus.csv" in found(admin.get("/console/imports/").text)[0]
    assert "leden.csv" in found(admin.get("/console/imports/?sort=id").text)[0]
    assert "stembureaus.csv" in found(admin.get("/console/imports/?sort=state").text)[0]  # no column to sort by


def test_a_list_is_paged(admin, db, now):
    event = {"at": now, "action": "sign_in.succeeded", "actor_name": "els", "details": {}}
    db.session.execute(insert(AuditEvent), [event] * 60)
    db.session.commit()
    assert len(found(admin.get("/console/inloggen/").text)) == 50
    assert len(found(admin.get("/console/inloggen/?page=2").text)) == 12


def test_an_event_that_is_no_sign_in_has_no_page_among_them(admin, rows):
    assert admin.get(f"/console/inloggen/{rows.changed.id}").status_code == 404
    assert admin.get(f"/console/inloggen/{2**31}").status_code == 404


# --- speed -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_a_page_takes_few_statements_whatever_is_in_the_tables(admin, db, now, rows, statements, path):
    admin.get(f"/console/{path}")
    with statements() as few:
        admin.get(f"/console/{path}")
    mail = {
        "template": "waiting",
        "recipient": "x@post.example",
        "values": {},
        "created_at": now,
        "next_attempt_at": now,
    }
    event = {"at": now, "action": "sign_in.succeeded", "actor_name": "els", "details": {}}
    db.session.execute(insert(OutboundMail), [mail] * 500)
    db.session.execute(insert(AuditEvent), [event] * 500)
    for _ in range(20):
        open_session(make_staff().account, now=now, ip="", agent="")
    db.session.commit()
    with statements() as many:
        admin.get(f"/console/{path}")
    assert len(few) == len(many) <= STATEMENTS


# --- the overview ----------------------------------------------------------------------------------------------------


def test_the_overview_warns_of_mail_that_should_have_left(admin, rows, db, now):
    assert "al weg moeten zijn" not in admin.get("/console/").text
    db.session.get(OutboundMail, rows.mails["queued"].id).next_attempt_at = now - timedelta(minutes=6)
    db.session.commit()
    assert "1 mail had al weg moeten zijn." in admin.get("/console/").text


def test_the_page_of_jobs_names_what_waits(app, admin, rows):
    queue = app.extensions["jobs"].queue
    queue.flush()
    with app.app_context():
        app.extensions["jobs"].tasks["deliver"]()
    try:
        page = admin.get("/console/taken/").text
    finally:
        queue.flush()
    for words in ("mail versturen", "leden.csv", "50 van 200", "Wie doet er mee?", "een bestand (SQLite)"):
        assert words in page, words


def test_every_job_has_words(app):
    assert set(app.extensions["jobs"].tasks) == set(JOBS)


def test_a_queue_that_does_not_answer_is_said_and_no_failure(app, admin, monkeypatch):
    queue = app.extensions["jobs"].queue
    monkeypatch.setattr(queue, "_silent_until", 0.0)
    monkeypatch.setattr(queue.storage, "queue_size", Mock(side_effect=OSError("no disk")))
    for path in ("", "taken/"):
        assert "De wachtrij met taken antwoordt niet" in admin.get(f"/console/{path}").text


# --- its one act -----------------------------------------------------------------------------------------------------


def actions(db):
    return db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(1)).one()


def test_without_a_csrf_token_no_session_ends(csrf_client, me, rows, sign_in_as, db):
    sign_in_as(csrf_client, me)
    assert csrf_client.post(f"/console/sessies/{rows.session.id}/beeindig").status_code == 400
    assert db.session.get(UserSession, rows.session.id, populate_existing=True) is not None


def test_a_session_is_ended_by_a_form_and_is_out_at_once(app, admin, sign_in_as, rows, db):
    victim = sign_in_as(app.test_client(), rows.staff)
    assert victim.get("/leden/list/").status_code == 200
    session_id = db.session.scalars(select(UserSession.id).order_by(UserSession.id.desc())).first()
    assert "Deze sessie beëindigen" in admin.get(f"/console/sessies/{session_id}/beeindig").text
    assert victim.get("/leden/list/").status_code == 200
    assert admin.post(f"/console/sessies/{session_id}/beeindig").location == "/console/sessies/"
    assert victim.get("/leden/list/").status_code == 302
    assert actions(db) == "user.session_ended"


def test_an_administrator_does_not_end_an_own_session_here(admin, me, db):
    own = db.session.scalars(select(UserSession).where(UserSession.user_id == me.id)).one()
    assert "Deze sessie beëindigen" not in admin.get(f"/console/sessies/{own.id}").text
    assert "sessie van jezelf" in admin.post(f"/console/sessies/{own.id}/beeindig", follow_redirects=True).text


def test_a_session_of_which_the_time_is_over_is_called_so(admin, rows, clock, db, now):
    db.session.get(UserSession, rows.session.id).last_seen_at = now - timedelta(hours=2)
    db.session.commit()
    assert "afgelopen" in admin.get(f"/console/sessies/{rows.session.id}").text
