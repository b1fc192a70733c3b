"""Tests in Chromium against a running portal, as people use it: a member on a phone, the team at a desk.

Each state worth seeing is looked at in both windows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Page

from app.clock import local_today, utc_now
from app.models import User
from tests.browser import checks
from tests.browser.axe import sound
from tests.browser.checks import HtmlFolder, PageWatch
from tests.browser.live import Worker, serve
from tests.support import parts
from tests.support.client import sign_in
from tests.support.factories.people import Person
from tests.support.mailbox import Mailbox

HERE = Path(__file__).parent
# What Chromium leaves out: first what Playwright asks, of which it would forget all (it follows its last list only),
# then the pages in which its address bar would suggest something: two more for each window, which nobody sees.
LEFT_OUT = (
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "LensOverlay"),
    *("HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled"),
    *("PreconnectToSearch", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session", autouse=True)
def _shared_soundness(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What axe found sound in one of pytest-xdist's processes, it does not look at again in another."""
    if hasattr(request.config, "workerinput"):
        sound.share(tmp_path_factory.getbasetemp().parent / "sound.txt")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium, which reaches nothing beyond this machine."""
    parts.need("Chromium")
    only_here = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
    left_out = f"--disable-features={','.join(LEFT_OUT)}"
    without_sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox does not work as root
    return {"executable_path": str(parts.find_chromium()), "args": [only_here, left_out, *without_sandbox]}


@pytest.fixture
def viewport(request: pytest.FixtureRequest) -> dict[str, int]:
    """The size of the window until somebody enters."""
    size: dict[str, int] = getattr(request, "param", checks.PHONE)
    return size


@pytest.fixture
def browser_context_args(viewport: dict[str, int], base_url: str) -> dict[str, Any]:
    """A Dutch browser."""
    return {"viewport": viewport, "locale": "nl-NL", "timezone_id": "Europe/Amsterdam", "base_url": base_url}


@pytest.fixture(scope="session")
def live(app: Flask) -> Iterator[tuple[str, Worker]]:
    """The running portal, for the whole session."""
    with serve(app) as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def _in_use(app: Flask, live: tuple[str, Worker]) -> Iterator[None]:
    """While tests in a browser run, the worker works and mailed links lead to the running portal."""
    url, worker = live
    before, app.config["PUBLIC_URL"] = app.config["PUBLIC_URL"], url
    with worker.working():
        yield
    app.config["PUBLIC_URL"] = before


@pytest.fixture(scope="session")
def base_url(live: tuple[str, Worker]) -> str:
    """The portal's address: `page.goto("/inloggen/")` starts from it."""
    return live[0]


@pytest.fixture
def watch(page: Page, db: SQLAlchemy, mailbox: Mailbox, live: tuple[str, Worker]) -> Iterator[PageWatch]:
    """Follows the page during the test; errors in its console fail the test."""
    followed = PageWatch(page)
    yield followed
    page.close()
    worker = live[1]
    worker.wait_until_idle()
    assert not followed.errors, followed.errors
    assert not worker.errors, worker.errors


@pytest.fixture(scope="session")
def html_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HtmlFolder]:
    """All pages that tests looked at; at the end their HTML must be valid."""
    folder = HtmlFolder(tmp_path_factory.mktemp("html"))
    yield folder
    faults = folder.find_faults()
    assert not faults, "\n".join(faults)


@pytest.fixture
def check_page(page: Page, watch: PageWatch, html_folder: HtmlFolder) -> Callable[[], None]:
    """`check_page()`: what holds on every page holds on this one now, on a phone and at a desk.

    Call it in every state worth seeing.
    """
    return lambda: checks.check_page(page, watch, html_folder)


@pytest.fixture
def enter_as(app: Flask, page: Page, watch: PageWatch, base_url: str) -> Callable[[Person], None]:
    """`enter_as(member)`: the browser has a session of this person, as after the code: a member has it on a phone."""

    def enter(person: Person) -> None:
        page.set_viewport_size(checks.DESKTOP if isinstance(person, User) else checks.PHONE)
        client = sign_in(app.test_client(), person)
        name = app.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(name)
        assert cookie is not None
        page.context.add_cookies([{"name": name, "value": cookie.value, "url": base_url}])

    return enter


@pytest.fixture
def next_mail(mailbox: Mailbox, page: Page, watch: PageWatch) -> Callable[[str], Any]:
    """`next_mail(address)`: the next mail to this address, waiting for it at most ten seconds."""
    seen = 0

    def wait(address: str) -> Any:
        nonlocal seen
        for _ in range(100):
            if len(mailbox.messages) > seen:
                seen += 1
                message = mailbox.messages[seen - 1]
                assert address in str(message["To"])
                return message
            page.wait_for_timeout(100)
        raise AssertionError(f"no mail to {address}")

    return wait


@pytest.fixture
def asking_now() -> tuple[datetime, datetime, date]:
    """From when until when an election asks, and its voting day: as of today, because the browser has a real clock."""
    now = utc_now()
    return now - timedelta(hours=1), now + timedelta(days=14), local_today(now) + timedelta(days=56)
