"""Several people, or tabs of one browser, who do something at the same moment.

A test with this runs on both databases, also when it is about a screen: see `parts.depends_on_the_database`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask

from app.extensions import db
from tests.support.client import PortalClient


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do these at the same moment; gives what each returned."""
    start = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        answers = list(pool.map(run, works))
    db.session.expire_all()
    return answers


def copies(app: Flask, client: PortalClient, count: int) -> Sequence[Any]:
    """Other tabs of the same browser."""
    with client.session_transaction() as cookie:
        content = dict(cookie)
    tabs = [app.test_client() for _ in range(count)]
    for tab in tabs:
        with tab.session_transaction() as cookie:
            cookie.update(content)
        tab.csrf_token()
    return tabs


def posts(tabs: Sequence[Any], path: str, forms: Sequence[dict[str, str]]) -> list[Callable[[], Any]]:
    """A POST by each tab, its token made beforehand."""
    headers = [{"X-CSRFToken": tab.csrf_token()} for tab in tabs]
    for tab in tabs:
        tab.sends_csrf_token = False

    def work(tab: Any, form: dict[str, str], header: dict[str, str]) -> Callable[[], Any]:
        return lambda: tab.post(path, data=form, headers=header).status_code

    return [work(*tab) for tab in zip(tabs, forms, headers, strict=True)]
