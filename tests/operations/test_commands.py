"""Health for load balancers, logs without personal data, headers on every answer."""

from __future__ import annotations

import io
import json
import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.clock import utc_now
from app.extensions import db as portal_db
from app.logs import Recurring
from app.services.operations import workers
from app.views.pages import errors
from log_lines import JsonLines, without_sql
from tests.support.factories.people import make_member, make_staff

PAGES = ("/", "/inloggen/", "/healthz", "/readyz", "/no-such-page", "/static/portal.css")


@pytest.fixture
def log_lines():
    """What the portal writes during the test, as parsed lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def test_alive_asks_nothing_of_the_database(client, statements):
    with statements() as seen:
        assert client.get("/healthz").json == {"status": "ok"}
    assert seen == []


def test_ready_when_database_migrations_roles_mail_and_work_are_in_order(client, db):
    workers.beat("a worker", started_at=utc_now(), hears_queue=True, now=utc_now())
    db.session.commit()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ready", "problems": [], "warnings": []})


def test_not_ready_while_migrations_are_behind(client, db):
    db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["problems"]) == (503, ["migrations"])


def test_not_ready_without_a_sender_for_mail(app, client, monkeypatch):
    monkeypatch.setattr(app.extensions["mail"], "default_sender", "")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["problems"]) == (503, ["mail"])


def test_a_line_names_the_rule_and_never_the_address(client, log_lines):
    client.get("/uitnodiging/some-secret-token?name=jan@post.example&bsn=111222333")
    (line,) = [line for line in log_lines() if line["logger"] == "portal.requests"]
    assert line["route"] == "/uitnodiging/<token>"
    assert {"time", "level", "method", "status", "milliseconds"} <= line.keys()
    for secret in ("some-secret-token", "post.example", "111222333"):
        assert secret not in json.dumps(line)


def test_a_line_names_the_user_by_number(client, sign_in_as, log_lines):
    member = make_member(username="jdevries")
    sign_in_as(client, member).get("/no-such-page")
    lines = [line for line in log_lines() if line["logger"] == "portal.requests"]
    assert [line["user_id"] for line in lines] == [member.user_id]
    assert "jdevries" not in json.dumps(lines)


def test_what_is_typed_at_the_door_is_in_no_line(client, log_lines):
    client.post("/inloggen/", data={"user_name": "jan@post.example", "password": "a-secret-password"})
    written = json.dumps(log_lines())
    assert "post.example" not in written
    assert "a-secret-password" not in written


def test_a_statement_that_fails_is_logged_without_its_values(db, log_lines):
    secret = "".join(["111", "222", "333"])  # a traceback shows lines of source
    with pytest.raises(DBAPIError) as failure:
        db.session.execute(text("SELECT * FROM no_such_table WHERE bsn = :bsn"), {"bsn": secret})
    logging.getLogger("test").error("failed", exc_info=failure.value)
    assert "no_such_table" in json.dumps(log_lines())
    assert secret not in json.dumps(log_lines())


def test_a_value_that_is_there_already_is_not_logged(db, log_lines):
    make_member(username="jdevries")
    with pytest.raises(IntegrityError) as failure:
        make_member(username="jdevries")
    logging.getLogger("test").error("failed", exc_info=failure.value)
    assert "unique" in json.dumps(log_lines()).lower()
    assert "=(jdevries)" not in json.dumps(log_lines())  # PostgreSQL's DETAIL


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_carries_the_security_headers(client, address):
    headers = client.get(address).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")


def test_each_page_has_a_nonce_of_its_own(client):
    first, second = (client.get("/inloggen/").headers["Content-Security-Policy"] for _ in range(2))
    assert first != second


def test_a_foreign_host_is_refused(client):
    assert client.get("/inloggen/", headers={"Host": "evil.example"}).status_code == 400


def test_pages_of_who_is_signed_in_are_kept_nowhere(client, sign_in_as):
    answer = sign_in_as(client, make_member()).get("/account/")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "library", ["sqlalchemy.engine.Engine", "sqlalchemy.pool", "botocore.endpoint", "urllib3.pool"]
)
def test_no_library_writes_rows_or_what_it_sends_even_at_level_debug(app, caplog, library):
    with caplog.at_level(logging.DEBUG):
        assert not logging.getLogger(library).isEnabledFor(logging.INFO)


def test_all_lines_of_a_request_carry_the_number_that_its_answer_has(client, log_lines):
    numbers = {client.get("/healthz").headers["X-Request-Id"] for _ in range(3)}
    assert {line["request_id"] for line in log_lines() if line["logger"] == "portal.requests"} == numbers
    assert len(numbers) == 3


def test_a_failing_page_is_one_line_with_the_number_that_the_page_shows(
    app, client, sign_in_as, log_lines, monkeypatch
):
    def fail(**_values):
        portal_db.session.execute(text("SELECT first_name\n\nFROM no_such_table\nWHERE bsn = 1"))

    monkeypatch.setitem(app.view_functions, "FunctionsView.list", fail)
    monkeypatch.setitem(app.config, "TESTING", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(errors, "_database", Recurring("portal.errors", "no database"))
    answer = sign_in_as(client, make_staff()).get("/functies/list/")
    faults = [line for line in log_lines() if line["level"] in ("error", "critical")]
    assert len(faults) == 1, faults
    assert answer.headers["X-Request-Id"] == faults[0]["request_id"]
    if answer.status_code == 500:  # on SQLite it is an error of the database as a whole
        assert f"Noem dan dit nummer: {faults[0]['request_id']}" in answer.text
    assert "[SQL" not in faults[0].get("error", "") + faults[0].get("reason", "")


def test_lines_keep_the_trace_and_lose_statements_and_values():
    said = """Traceback (most recent call last):
  File "a.py", line 1, in save
psycopg.errors.UniqueViolation: duplicate key value violates unique constraint "u"
DETAIL:  Key (email)=(jan@post.example) already exists.

The above exception was the direct cause of the following exception:

sqlalchemy.exc.IntegrityError: (psycopg.errors.UniqueViolation) duplicate key value violates unique constraint "u"
DETAIL:  Key (email)=(jan@post.example) already exists.
[SQL: INSERT INTO member (email)
VALUES (%(email)s)]
[SQL parameters hidden due to hide_parameters=True]
(Background on this error at: https://sqlalche.me/e/20/gkpj)
  File "b.py", line 2, in after"""
    assert without_sql(said).splitlines() == [
        "Traceback (most recent call last):",
        '  File "a.py", line 1, in save',
        'psycopg.errors.UniqueViolation: duplicate key value violates unique constraint "u"',
        "",
        "The above exception was the direct cause of the following exception:",
        "",
        "sqlalchemy.exc.IntegrityError: (psycopg.errors.UniqueViolation) "
        'duplicate key value violates unique constraint "u"',
        '  File "b.py", line 2, in after',
    ]
    assert without_sql("(sqlite3.OperationalError) no such table: x [SQL: SELECT 1") == (
        "(sqlite3.OperationalError) no such table: x"
    )
