"""Whatever is typed, chosen or left out in whatever form, and whatever stands in an address: never a 500."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from flask import got_request_exception
from sqlalchemy import select

from app.models import AuditEvent, MemberState
from app.services.accounts.invitations import invite, print_invitation
from tests.auth.steps import PASSWORD, newest_link, type_password
from tests.guards.input.walking import pages_of
from tests.support.everything import TEAM
from tests.support.factories.people import make_admin, make_member, make_staff
from tests.support.odd_forms import IN_ADDRESS, QUERIES, Form, body_of, filled_in, odd_answers, odd_fields, read_forms
from tests.support.undone import undoing

SENT = {"nobody": 15, "member": 90, "staff": 600, "admin": 60}  # at least so many requests: else little was walked


class Browser:
    """Sends, takes back what it changed, and remembers what failed."""

    def __init__(self, client: Any, undo: Any) -> None:
        self.client, self.undo, self.failed = client, undo, []
        self.sent = 0
        self.cookies = dict(client._cookies or {})

    def send(self, form: Form, values: dict[str, Any]) -> Any:
        """A form, by its own method."""
        self.sent += 1
        if form.method == "GET":
            return self.get(form.action.partition("?")[0], {name: _cut(value) for name, value in values.items()})
        answer = self.client.post(form.action, **body_of(values, form))
        self._look(answer, ("POST", form.action, values))
        return answer

    def get(self, path: str, query: dict[str, Any]) -> Any:
        """A page, with anything in its address."""
        typed = urlencode(query, doseq=True, errors="surrogatepass")
        answer = self.client.get(path, query_string=typed)
        self._look(answer, ("GET", path, query))
        return answer

    def _look(self, answer: Any, what: tuple[str, str, dict[str, Any]]) -> None:
        self.undo()
        self.client._cookies = dict(self.cookies)  # a change of password, say, ended the session; it was taken back
        if answer.status_code >= 500:
            short = {name: str(value)[:30].encode("ascii", "backslashreplace") for name, value in what[2].items()}
            self.failed.append((what[0], what[1], short))


def _cut(value: Any) -> Any:
    return value[:IN_ADDRESS] if isinstance(value, str) else value


@pytest.fixture
def answers(pytestconfig):
    """What each form is sent. What is odd in every field is refused before a database is asked: once is enough."""
    return odd_fields if pytestconfig.getoption("--database") == "postgresql" else odd_answers


@pytest.fixture
def crashes(app, monkeypatch):
    """What the portal failed at, while it answers as it does in production."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    seen: list[str] = []

    def note(_app: Any, exception: Exception, **_more: Any) -> None:
        seen.append(f"{type(exception).__name__}: {str(exception)[:200]}")

    with got_request_exception.connected_to(note, app):
        yield seen


@pytest.mark.parametrize("who", ["nobody", "member", "staff", "admin"])
def test_no_answer_to_any_form_or_address_is_an_error_of_the_portal(
    app, db, client, sign_in_as, member, caplog, crashes, answers, who
):
    caplog.set_level("CRITICAL")
    person = {"member": lambda: member, "staff": make_staff, "admin": make_admin}.get(who, lambda: None)()
    if person is not None:
        sign_in_as(client, person)
    with undoing(app, db) as undo:
        browser = Browser(client, undo)
        _try_everything(browser, pages_of(app, ["1", "GR2026_Voorbeeldstad"], who), answers)
    assert browser.sent > SENT[who]
    assert list(zip(browser.failed, crashes, strict=True)) == []


def _try_everything(browser: Browser, paths: Iterable[str], answers: Any) -> None:
    seen: set[tuple[str, ...]] = set()
    for number, path in enumerate(paths):
        page = browser.get(path, {})
        if page.status_code == 302:  # such as to the next open place
            path = urlsplit(page.location).path
            page = browser.get(path, {})
        if page.status_code != 200 or page.mimetype != "text/html":
            continue
        browser.get(path, QUERIES[number % len(QUERIES)])
        for form in read_forms(page.text, path):
            shape = (form.action.rstrip("0123456789"), *form.fields)
            if shape not in seen:
                seen.add(shape)
                right = filled_in(form, browser.send)
                for values in answers(right, len(seen)):
                    browser.send(right, values)


ODD_HEADERS = ("x" * 500, "999.1.1.1", "::ffff:192.0.2.7", "1.2.3.4:5678", "fe80::1%eth0", "é" * 300)


@pytest.mark.parametrize("value", ODD_HEADERS)
def test_no_header_is_an_error_of_the_portal(client, sign_in_as, db, crashes, value):
    """What a proxy hands on as the address of the visitor ends up in columns of 45 characters."""
    sent = {"User-Agent": value, "Accept-Language": value, "Referer": value, "X-Live": value, "Range": value}
    for address, form in (
        ("/inloggen/", {"user_name": "jan", "password": "x"}),
        ("/wachtwoord-vergeten", {"user_name": "jan"}),
        ("/gebruikersnaam-vergeten", {"email": "jan@post.example"}),
    ):
        client.post(address, data=form, headers=sent, environ_overrides={"REMOTE_ADDR": value})
    sign_in_as(client, make_member())
    for address in ("/account/sessies/blijf", "/mijn-gegevens/gecontroleerd"):
        client.post(address, headers=sent, environ_overrides={"REMOTE_ADDR": value})
    client.get("/leden/list/", headers=sent, environ_overrides={"REMOTE_ADDR": value})
    assert crashes == []
    assert all(len(ip) <= 45 for ip in db.session.scalars(select(AuditEvent.ip)))


@pytest.mark.usefixtures("clock")
def test_no_form_behind_a_code_or_a_mailed_link_is_an_error_of_the_portal(
    app, db, client, mailbox, now, caplog, crashes, answers
):
    caplog.set_level("CRITICAL")
    invited, known = make_member(state=MemberState.IMPORTED), make_member(username="jan", password=PASSWORD)
    invite([invited.user_id], actor=TEAM, now=now, lifetime=timedelta(days=14))
    db.session.commit()
    paths = [urlsplit(newest_link(mailbox)).path]
    letter = print_invitation(make_member(email=None).user_id, actor=TEAM, now=now, lifetime=timedelta(days=14))
    paths.append(f"/uitnodiging/{letter.token}")
    client.post("/wachtwoord-vergeten", data={"user_name": known.user.username})
    paths.append(urlsplit(newest_link(mailbox)).path)
    type_password(client, "jan")
    with undoing(app, db) as undo:
        browser = Browser(client, undo)
        _try_everything(browser, [*paths, "/inloggen/code", f"{paths[0]}x", "/afmelden/x"], answers)
    assert browser.sent > len(paths) * 5
    assert list(zip(browser.failed, crashes, strict=True)) == []
