"""Structured logs on stdout, one JSON object a line, without personal data, queries, codes or secrets."""

from __future__ import annotations

import logging
import math
import secrets
import sys
import threading
import time
from logging.config import dictConfig
from types import TracebackType

from flask import Flask, Response, g, has_app_context, request

from app.auth.visitor import current_visitor
from log_lines import TO_STDOUT, without_sql

QUIET_SECONDS = 60  # of one fault, at most one line a minute


class Recurring:
    """A fault that returns: told when it begins, then at most once a minute, and once when it is over."""

    def __init__(self, logger: str, sentence: str) -> None:
        self._log, self._sentence = logging.getLogger(logger), sentence
        self._lock = threading.Lock()
        self._told_at, self._times, self._is_told = -math.inf, 0, False

    def tell(self, error: BaseException, *, is_traced: bool = False) -> None:
        """It happened. `is_traced`: nobody expected it, so the log shows where."""
        with self._lock:
            self._times += 1
            if time.monotonic() - self._told_at < QUIET_SECONDS:
                return
            times, self._told_at, self._times, self._is_told = self._times, time.monotonic(), 0, True
        fields = {"times": times, "reason": reason_of(error)}
        self._log.error("%s", self._sentence, exc_info=error if is_traced else None, extra=fields)

    def is_over(self) -> None:
        """It went well this time."""
        with self._lock:
            was_told, self._is_told = self._is_told, False
        if was_told:
            self._log.info("over: %s", self._sentence)


def reason_of(error: BaseException) -> str:
    """What a driver says went wrong, in one line without the statement and the values of a row."""
    said = without_sql(str(getattr(error, "orig", None) or error))
    return f"{type(error).__name__}: {' '.join(said.split())}"[:500]


class WithRequest(logging.Filter):
    """Every line that is written for a request or a job carries its number."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add it; nothing is left out."""
        if has_app_context() and (number := g.get("request_id")):
            record.request_id = number
        return True


def init_app(app: Flask) -> None:
    """Send every logger to stdout as JSON lines, and write one line per request."""
    dictConfig(TO_STDOUT)
    root = logging.getLogger()
    root.setLevel(app.config["LOG_LEVEL"])
    for handler in root.handlers:
        handler.addFilter(WithRequest())
    logging.captureWarnings(True)
    app.before_request(_begin)
    app.after_request(_log_request)


def number_this() -> None:
    """What is logged from here on in this request or job carries one number, which the error page shows."""
    g.request_id = secrets.token_hex(4)


def catch_all() -> None:
    """What ends this process, or a thread of it, is a line of the log as well."""
    sys.excepthook = lambda kind, error, trace: _log_end(kind, error, trace)
    threading.excepthook = lambda about: _log_end(about.exc_type, about.exc_value, about.exc_traceback)


def _log_end(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        logging.getLogger("portal.errors").critical("ended by a fault", exc_info=(kind, error or kind(), trace))


def _begin() -> None:
    number_this()
    g.request_started = time.perf_counter()


def _log_request(response: Response) -> Response:
    """The rule, not the address: an address can hold a token or a search term."""
    visitor = current_visitor()
    started = g.get("request_started", time.perf_counter())
    logging.getLogger("portal.requests").info(
        "request",
        extra={
            "method": request.method,
            "route": str(request.url_rule) if request.url_rule else "(none)",
            "status": response.status_code,
            "milliseconds": round((time.perf_counter() - started) * 1000, 1),
            "user_id": visitor.user_id if visitor else None,
        },
    )
    if "request_id" in g:
        response.headers["X-Request-Id"] = g.request_id
    return response
