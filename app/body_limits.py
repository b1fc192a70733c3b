"""How much a request may carry. Larger is refused (413) before it is read; a chunked one as soon as it grows too large.

A page that takes several files at once says so with `takes_uploads`. The limit must stand before anything reads the
form. Who is not signed in gets the ordinary limit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import current_app, g, request

MEBIBYTE: Final = 1024 * 1024
View = TypeVar("View", bound=Callable[..., Any])


def takes_uploads(megabytes: int) -> Callable[[View], View]:
    """The view takes a request of so many MB, from who is signed in."""

    def mark(view: View) -> View:
        view.takes_bytes = megabytes * MEBIBYTE  # type: ignore[attr-defined]
        return view

    return mark


def raise_limit() -> None:
    """Before each request, when the visitor is known and nothing read the form yet."""
    if request.method != "POST" or g.get("visitor") is None:
        return
    wanted = getattr(_method_of(request.endpoint or ""), "takes_bytes", None)
    if wanted is not None:
        request.max_content_length = wanted


def _method_of(endpoint: str) -> Any:
    """The method as it was written: what FAB registers for a page is a wrapper that has lost the mark."""
    name, _, method = endpoint.partition(".")
    views = current_app.extensions["appbuilder"].baseviews
    view = next((one for one in views if one.endpoint == name), None)
    return getattr(view, method, None) or current_app.view_functions.get(endpoint)
