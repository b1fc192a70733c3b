"""How every process writes its log: one JSON object a line, on stdout, without the text of SQL and the values of rows.

It imports nothing of the portal, so that the web server can write like this before there is one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

FIELDS = ("request_id", "method", "route", "status", "milliseconds", "user_id", "times", "reason")
SQL_BEGINS = "[SQL: "  # SQLAlchemy shows the statement, over several lines, and ends with an advice
SQL_ENDS = "(Background on this error"
DETAILS = ("DETAIL: ", "CONTEXT: ", "LINE ")  # PostgreSQL tells the value that is there already, or quotes SQL
CHATTY = (  # at DEBUG some of them write rows of the database, or what they send
    "flask_appbuilder",
    "werkzeug",
    "alembic",
    "sqlalchemy",
    "boto3",
    "botocore",
    "s3transfer",
    "urllib3",
    "redis",
    "pikepdf",
)
# For `logging.config.dictConfig`: all that is logged goes to stdout as these lines, each once.
TO_STDOUT: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "log_lines.JsonLines"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stdout"}},
    "root": {"level": "INFO", "handlers": ["stdout"]},
    "loggers": {
        "gunicorn.error": {"handlers": [], "propagate": True},
        **{chatty: {"level": "WARNING"} for chatty in CHATTY},
    },
}


class JsonLines(logging.Formatter):
    """A log record as one JSON object: time (UTC), level, process, logger, message and the fields of a request."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": record.process,
            "logger": record.name,
            "message": without_sql(record.getMessage()),
        }
        entry.update({name: getattr(record, name) for name in FIELDS if hasattr(record, name)})
        if record.exc_info:
            entry["error"] = without_sql(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False, default=str)


def without_sql(text: str) -> str:
    """The text without statements and without what PostgreSQL quotes of a row."""
    return "\n".join(_kept_lines(text))


def _kept_lines(text: str) -> Iterator[str]:
    is_sql = False
    for line in text.split("\n"):
        before, begins, _ = line.partition(SQL_BEGINS)
        if begins:
            is_sql = True
            line = before.rstrip()
        elif is_sql:
            is_sql = not line.startswith(SQL_ENDS) and bool(line.strip())
            continue
        if (line or not begins) and not line.startswith(DETAILS):
            yield line
