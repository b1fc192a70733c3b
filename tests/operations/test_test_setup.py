"""The tests' own floor: each test starts clean, and requests live apart from the test."""

from __future__ import annotations

import smtplib
import socket
import ssl
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, text

from app.clock import utc_now
from app.extensions import db as portal_db
from app.models import AuditEvent, Member, Role, User
from app.permissions import STAFF
from app.services.audit import COMMAND, record_event
from tests.support import parts
from tests.support.factories.people import find_role, make_member
from tests.support.machines import network


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_starts_without_people_and_with_the_roles(db, turn):
    assert db.session.scalar(select(func.count()).select_from(User)) == 0
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == 0
    assert find_role(STAFF).permissions is not None

    make_member()
    find_role(STAFF).name = "Renamed"
    record_event(COMMAND, "test.happened", now=utc_now())
    db.session.commit()


MADE: list[int] = []


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_state_that_is_remembered_is_made_once_and_given_again_whole(db, remembered, turn):
    def make():
        MADE.append(turn)
        return [make_member(surname="Vries"), {"role": find_role(STAFF)}]

    member, others = remembered(make)
    assert MADE == [1]
    assert (member.surname, others["role"].name) == ("Vries", STAFF)
    assert db.session.scalars(select(Member)).all() == [member]
    assert db.session.get(User, member.user_id).roles

    member.surname = "Anders"
    assert make_member().id > member.id
    db.session.commit()


@pytest.mark.parametrize("turn", [1, 2])
def test_where_something_was_written_before_a_state_is_made_as_ever(db, remembered, turn):
    first = make_member()
    db.session.commit()
    second = remembered(lambda: make_member(surname="Vries"))
    assert db.session.scalars(select(Member).order_by(Member.id)).all() == [first, second]


def test_a_request_does_not_share_the_session_of_the_test(client, sign_in_as, db):
    member = make_member()
    sign_in_as(client, member)
    member.surname = "Changed"

    assert client.get("/healthz").status_code == 200
    db.session.rollback()
    assert db.session.scalar(select(Member.surname)) == "Changed"


def test_sql_statements_are_counted(statements, db):
    with statements() as seen:
        db.session.execute(text("SELECT 1"))
    assert seen == ["SELECT 1"]


@pytest.mark.parametrize(
    "reach",
    [
        lambda: socket.socket().connect(("192.0.2.1", 25)),
        lambda: socket.socket().connect_ex(("192.0.2.1", 25)),
        lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"?", ("192.0.2.1", 53)),
        lambda: socket.getaddrinfo("192.0.2.1", port=25),
        lambda: smtplib.SMTP("192.0.2.1", 25, timeout=1),
        lambda: (
            ssl.create_default_context()
            .wrap_socket(socket.socket(), server_hostname="outside")
            .connect(("192.0.2.1", 443))
        ),
    ],
)
def test_a_connection_beyond_this_machine_is_refused(reach):
    with pytest.raises(network.ConnectionForbidden):
        reach()
    assert network.attempts == ["192.0.2.1"]
    network.attempts.clear()


def test_roles_are_in_the_fresh_database(db):
    assert {role.name for role in portal_db.session.scalars(select(Role))} >= {"Member", "Staff", "Admin", "Public"}


def test_who_is_signed_in_is_known_to_the_request(app, sign_in_as, db):
    client = sign_in_as(app.test_client(), make_member())

    assert client.get("/account/").status_code == 200
    assert "/inloggen" in app.test_client().get("/account/").headers["Location"]


def test_a_form_without_csrf_token_is_refused(csrf_client):
    assert csrf_client.post("/inloggen/", data={"user_name": "a", "password": "b"}).status_code == 400


def test_on_postgresql_run_the_tests_that_reach_a_database(request, db):
    assert parts.depends_on_the_database(request.node)
    assert "database" in request.node.fixturenames


@pytest.mark.parametrize(
    ("file", "fixtures", "in_module", "runs"),
    [
        ("services/news/test_news.py", ("db", "database"), (), True),
        ("services/search/test_search.py", ("client", "db", "database"), (), True),
        ("services/planning/test_times.py", (), (), False),
        ("auth/test_sign_in.py", ("client", "db", "database"), (), True),
        ("auth/test_links.py", ("client", "db", "database"), (), False),
        ("auth/test_races.py", ("client", "db", "database"), ("at_once",), True),
        ("auth/limits/test_rate_limits.py", ("db", "database"), (), True),
        ("mail/test_delivery.py", ("client", "database"), (), True),
        ("guards/house/test_names.py", (), (), False),
        ("guards/test_routes.py", ("client", "database"), (), False),
        ("guards/test_sorted_columns.py", ("app", "database"), (), False),
        ("guards/test_sorted_columns.py", ("app", "db", "database"), (), True),
        ("guards/input/test_no_crash.py", ("client", "database"), (), True),
        ("guards/rows/test_row_guard.py", ("sign_in_as", "database"), (), True),
        ("guards/test_foreign_ids.py", ("client", "database"), (), False),
        ("guards/test_every_list.py", ("client", "database"), (), True),
        ("views/tables/test_list_views.py", ("client", "database"), (), True),
        ("views/news/test_news_pages.py", ("client", "database"), (), False),
        ("views/news/test_news_races.py", ("client", "database"), ("at_once",), True),
        ("views/files/test_nginx.py", ("csrf_client", "database"), ("threading",), True),
    ],
)
def test_of_screens_run_on_postgresql_the_walks_and_what_is_done_at_once(file, fixtures, in_module, runs):
    module = SimpleNamespace(**dict.fromkeys(in_module))
    item = SimpleNamespace(path=parts.ROOT / "tests" / file, fixturenames=fixtures, module=module)
    assert parts.depends_on_the_database(item) == runs


def test_a_test_without_a_database_runs_on_sqlite_only(request):
    assert not parts.depends_on_the_database(request.node)


def test_what_the_rules_of_the_run_name_is_there():
    assert all(place.exists() for place in (*parts.WALKS, *parts.LONGEST, *parts.LONG))
