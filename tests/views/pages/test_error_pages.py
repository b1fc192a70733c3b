"""Refusals are pages of ours: plain words, a way back, and nothing of the inside."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.views import frame
from tests.support.client import PortalClient
from tests.support.factories.people import make_staff


def test_an_address_that_is_not_there_is_said_plainly(client: PortalClient) -> None:
    answer = client.get("/nergens")
    assert answer.status_code == 404
    assert "<h1>Deze pagina bestaat niet</h1>" in answer.text
    assert 'lang="nl"' in answer.text


def test_a_route_that_only_posts_refuses_a_get(client: PortalClient) -> None:
    answer = client.get("/taal/en")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "alleen met een knop" in answer.text


def test_a_form_without_token_is_told_how_to_go_on(client: PortalClient) -> None:
    client.sends_csrf_token = False
    answer = client.post("/taal/en")
    assert answer.status_code == 400
    assert "laad de pagina opnieuw" in answer.text
    assert "CSRF" not in answer.text


def test_a_failure_shows_a_number_that_is_in_the_log_and_nothing_else(
    app: Flask,
    client: PortalClient,
    sign_in_as: Callable[..., PortalClient],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(**_values: Any) -> None:
        raise RuntimeError("inside of the portal")

    monkeypatch.setitem(app.view_functions, "FunctionsView.list", fail)
    monkeypatch.setitem(app.config, "TESTING", False)
    with caplog.at_level(logging.ERROR):
        answer = sign_in_as(client, make_staff()).get("/functies/list/")
    assert answer.status_code == 500
    assert "inside of the portal" not in answer.text
    reference = answer.text.split("Noem dan dit nummer: ")[1][:8]
    assert reference in caplog.text


def test_what_fails_on_each_page_of_who_is_signed_in_is_a_page_of_nobody(
    app: Flask,
    client: PortalClient,
    sign_in_as: Callable[..., PortalClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_visitor: Any) -> int:
        raise RuntimeError("inside of the portal")

    monkeypatch.setattr(frame, "seconds_left", fail)
    monkeypatch.setitem(app.config, "TESTING", False)
    answer = sign_in_as(client, make_staff()).get("/functies/list/")
    assert answer.status_code == 500
    assert "Noem dan dit nummer: " in answer.text


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OperationalError("", {}, Exception("database or disk is full")),
        OperationalError("", {}, Exception('could not extend file "base/1": No space left on device')),
    ],
)
def test_a_full_disk_is_told_as_such(
    app: Flask,
    client: PortalClient,
    sign_in_as: Callable[..., PortalClient],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    def fail(**_values: Any) -> None:
        raise error

    monkeypatch.setitem(app.view_functions, "FunctionsView.list", fail)
    monkeypatch.setitem(app.config, "TESTING", False)
    answer = sign_in_as(client, make_staff()).get("/functies/list/")
    assert answer.status_code == 507
    assert "De schijf van het portaal is vol" in answer.text


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("SELECT secret_column", {}, Exception("server closed the connection unexpectedly")),
        PoolTimeout("QueuePool limit of size 5 overflow 5 reached"),
    ],
)
def test_a_database_that_is_away_is_told_without_asking_it(
    app: Flask,
    client: PortalClient,
    sign_in_as: Callable[..., PortalClient],
    monkeypatch: pytest.MonkeyPatch,
    statements: Callable[[], Any],
    error: Exception,
) -> None:
    asked: list[int] = []

    def fail(**_values: Any) -> None:
        asked.append(len(seen))
        raise error

    monkeypatch.setitem(app.view_functions, "FunctionsView.list", fail)
    monkeypatch.setitem(app.config, "TESTING", False)
    sign_in_as(client, make_staff())
    with statements() as seen:
        answer = client.get("/functies/list/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "Het portaal kan niet bij zijn gegevens" in answer.text
    assert "secret_column" not in answer.text
    assert seen[asked[0] :] == []
