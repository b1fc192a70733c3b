"""The parts around the portal: does each answer and do its work? All are asked at once, at most four times a minute."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from flask import Flask, current_app

from app import jobs
from app.extensions import scanner, storage
from app.logs import Recurring
from app.mail import server

SECONDS = 2  # for each; who asks waits no longer than for the slowest
KEPT_SECONDS = 15
PARTS = ("mail server", "queue", "scanner", "storage")

_lock = threading.Lock()
_troubles = {name: Recurring(__name__, f"the {name} does not answer") for name in PARTS}


class QueueSilent(Exception):
    """The storage of the queue does not answer, or is full."""


def find_silent() -> list[str]:
    """The names of the parts that do not answer; what was known a moment ago is not asked again."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with _lock:
        asked_at, silent = app.extensions.get("silent_parts", (float("-inf"), []))
        if time.monotonic() - asked_at > KEPT_SECONDS:
            silent = _ask_all(app)
            app.extensions["silent_parts"] = (time.monotonic(), silent)
        return list(silent)


def _ask_all(app: Flask) -> list[str]:
    checks: dict[str, Callable[[], None]] = {
        "mail server": lambda: server.check(SECONDS),
        "queue": _check_queue,
        "scanner": lambda: scanner.check(SECONDS),
        "storage": lambda: storage.store.check(),
    }
    silent = set(checks)
    threads = [threading.Thread(target=_ask, args=(app, name, checks[name], silent), daemon=True) for name in checks]
    for thread in threads:
        thread.start()
    end = time.monotonic() + SECONDS
    for thread in threads:
        thread.join(max(0.01, end - time.monotonic()))
    return sorted(silent)


def _ask(app: Flask, name: str, check: Callable[[], None], silent: set[str]) -> None:
    try:
        with app.app_context():
            check()
    except QueueSilent:
        return  # the queue told it itself
    except Exception as error:
        _troubles[name].tell(error)
    else:
        _troubles[name].is_over()
        silent.discard(name)


def _check_queue() -> None:
    if jobs.look_at_queue(shown=1) is None:
        raise QueueSilent
