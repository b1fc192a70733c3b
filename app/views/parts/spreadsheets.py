"""A table as a file to download: a workbook, or CSV where the form asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, current_app, request

from app.importing.spreadsheets.sheets_out import csv_bytes, xlsx_bytes

CAME = "file_came"  # a cookie that forms.js waits for: the answer is a file, so the page with the form stays
CAME_SECONDS = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def wanted_kind() -> str:
    """What `format` of the form asks for."""
    return "csv" if request.form.get("format") == "csv" else "xlsx"


def download(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """The table of the wanted kind, called `name` with its ending."""
    kind = wanted_kind()
    content = csv_bytes(header, rows) if kind == "csv" else xlsx_bytes(header, rows)
    answer = current_app.make_response(content)
    answer.headers["Content-Type"] = "text/csv; charset=utf-8" if kind == "csv" else XLSX
    answer.headers["Content-Disposition"] = f"attachment; filename={name}.{kind}"
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(CAME, "yes", max_age=CAME_SECONDS, secure=is_secure, samesite="Strict")
    return answer
