"""The election in the address of the answers: taken out before a route is called, put in again in every link."""

from __future__ import annotations

from typing import Any

from flask import g, request
from werkzeug.exceptions import NotFound

from app.models import Election, Shift
from app.services.elections.elections import find_with_days

SHIFT = "shift-"  # and its id: a column and a filter of the list


def pull_code(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Flask's url_value_preprocessor: the routes of a generated view know no code."""
    g.answers_code = (values or {}).pop("code", "")
    g.pop("answers_election", None)


def inject_code(endpoint: str, values: dict[str, Any]) -> None:
    """Flask's url_defaults: links between these pages stay with the election."""
    if request and request.blueprint == "AnswersView":
        values["code"] = g.answers_code


def current_election() -> Election:
    """The election of this request with its days and shifts, or 404. One statement, once a request."""
    if "answers_election" not in g:
        g.answers_election = find_with_days(g.answers_code)
    if g.answers_election is None:
        raise NotFound
    found: Election = g.answers_election
    return found


def current_shifts() -> list[Shift]:
    """Its shifts in the order of days."""
    return [shift for day in current_election().days for shift in day.shifts]
