"""A refused form is answered by a redirect to its page, which shows it as it was filled in and what is not right.

The browser's Back then never asks to send it again and never shows an old fault. Only where a browser shows the answer
as its next page: a script, and a browser that is too old to say so, get the page at once, with status 422.
"""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, redirect, request

from app.auth.visitor import current_visitor
from app.services.typed_forms.kept_forms import Reason
from app.views.typed.keeping import keep_posted
from app.views.typed.tokens import ONE_TIME

ANSWERS = (200, 403, 422)  # of a page that shows the form again


def answer_by_redirect(response: Response) -> Response:
    """After the view, when its page shows a refused form."""
    form = g.get("refused_form")
    if form is None or response.status_code not in ANSWERS or not _can_come_back(form):
        return response
    page = keep_posted(Reason.REFUSED, form)
    if not page:
        return response
    answer = current_app.make_response(redirect(page))
    for cookie in response.headers.getlist("Set-Cookie"):
        answer.headers.add("Set-Cookie", cookie)
    return answer


def _can_come_back(form: Any) -> bool:
    """A code works once and is kept nowhere, so a form with one stays where it is."""
    is_shown = request.method == "POST" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    has_code = any((field.render_kw or {}).get("autocomplete") == ONE_TIME for field in form)
    return is_shown and current_visitor() is not None and not has_code
