"""Structured logs on stdout, one JSON object a line, without personal data, queries, codes or secrets."""

from __future__ import annotations

import json
import logging
import math
import re
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, request

from app.auth.visitor import current_visitor

DETAIL = re.compile(r"^DETAIL: .*$\n?", re.MULTILINE)  # PostgreSQL tells the value that is there already
CHATTY = (
    "flask_appbuilder",
    "werkzeug",
    "alembic",
    "sqlalchemy",
    "boto3",
    "botocore",
    "s3transfer",
    "urllib3",
    "redis",
)
FIELDS = ("method", "route", "status", "milliseconds", "user_id", "times", "reason")
QUIET_SECONDS = 60  # of one fault, at most one line a minute


class JsonLines(logging.Formatter):
    """A log record as one JSON object: time (UTC), level, logger, message and the fields of a request."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry.update({name: getattr(record, name) for name in FIELDS if hasattr(record, name)})
        if record.exc_info:
            entry["error"] = DETAIL.sub("", self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


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
    said = str(getattr(error, "orig", None) or error)
    return f"{type(error).__name__}: {' '.join(DETAIL.sub('', said).split())}"[:500]


def init_app(app: Flask) -> None:
    """Send every logger to stdout as JSON lines, and write one line per request."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=app.config["LOG_LEVEL"], handlers=[handler], force=True)
    for chatty in CHATTY:  # at DEBUG some of them write rows of the database, or what they send
        logging.getLogger(chatty).setLevel(logging.WARNING)
    app.before_request(_start_clock)
    app.after_request(_log_request)


def _start_clock() -> None:
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
            "user_id": visitor.user.id if visitor else None,
        },
    )
    return response
