"""A mail server that hangs, with people who sign in: the portal goes on serving, and they are told."""

from __future__ import annotations

import re
import threading
import time
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener, urlopen

import pytest

from app.mail.gate import PLACES
from tests.auth.steps import PASSWORD
from tests.support.factories.people import make_member
from tests.support.machines.postgresql import free_port
from tests.support.machines.processes import WebServer
from tests.support.machines.slow_servers import silent_server
from tests.support.worker import environment_of, wait_for

PROCESSES = 2
PEOPLE = 32  # who sign in at once
AT_ONCE = 2.0  # seconds, on a busy machine; a thread that hangs takes MAIL_TIMEOUT_SECONDS
TOKEN = re.compile(r'name="csrf_token"[^>]{0,80}value="([^"]{1,200})"')


@pytest.fixture
def portal(app, db):
    """The address of a portal with two web processes whose mail server says nothing."""
    port = free_port()
    with silent_server() as mail_port:
        more = {"MAIL_PORT": str(mail_port), "MAIL_TIMEOUT_SECONDS": "10", "PUBLIC_URL": f"http://127.0.0.1:{port}"}
        environment = environment_of(app, **more)
        server = WebServer(port, processes=PROCESSES, environment=environment)
        try:
            wait_for(lambda: answers(f"http://127.0.0.1:{port}"))
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()


def answers(address: str) -> bool:
    try:
        return urlopen(f"{address}/healthz", timeout=5).status == 200
    except OSError:  # not there yet
        return False


def open_page(address: str) -> tuple[OpenerDirector, str]:
    """A browser with the sign-in page open, and the token of its form."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{address}/inloggen/", timeout=60).read().decode()
    return browser, TOKEN.search(page).group(1)


def sign_in(address: str, browser: OpenerDirector, token: str, user_name: str) -> str:
    typed = urlencode({"csrf_token": token, "user_name": user_name, "password": PASSWORD}).encode()
    try:
        return browser.open(f"{address}/inloggen/", typed, timeout=60).read().decode()
    except HTTPError as refused:
        return refused.read().decode()


def test_the_portal_answers_at_once_while_many_wait_for_their_code(portal, db):
    names = [make_member(username=f"lid{number}", password=PASSWORD).user.username for number in range(PEOPLE)]
    db.session.commit()
    pages = [open_page(portal) for _ in names]
    told: list[str] = []
    threads = [
        threading.Thread(target=lambda page=page, name=name: told.append(sign_in(portal, *page, name)))
        for page, name in zip(pages, names, strict=True)
    ]
    for thread in threads:
        thread.start()
    waits = []
    while any(thread.is_alive() for thread in threads):
        start, most_are_told = time.monotonic(), len(told) >= PEOPLE - PROCESSES * PLACES
        assert urlopen(f"{portal}/healthz", timeout=60).status == 200
        if most_are_told:  # before that the processors are busy with so many passwords
            waits.append(time.monotonic() - start)
        time.sleep(0.1)
    assert len(waits) > 10  # those who hang were still hanging when the others had been told
    assert max(waits) < AT_ONCE
    assert len(told) == PEOPLE
    assert all("mailserver" in page for page in told)
