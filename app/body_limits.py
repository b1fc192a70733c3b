"""How much a request may carry. Larger is refused (413) before it is read; a chunked one as soon as it grows too large.

A page that takes several files at once says so with `takes_uploads`. The limit must stand before anything reads the
form. A stranger gets little; whose session just ended gets the ordinary limit, because what was typed is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from flask import current_app, g, request

KIBIBYTE: Final = 1024
MEBIBYTE: Final = 1024 * KIBIBYTE
# The longest form in front of the door asks a user name and a password; taking 200,000 fields apart takes seconds.
STRANGER_BYTES: Final = 64 * KIBIBYTE
View = TypeVar("View", bound=Callable[..., Any])


def takes_uploads(megabytes: int) -> Callable[[View], View]:
    """The view takes a request of so many MB, from who is signed in."""

    def mark(view: View) -> View:
        view.takes_bytes = megabytes * MEBIBYTE  # type: ignore[attr-defined]
        return view

    return mark


def set_limit() -> None:
    """Before each request, when the visitor is known and nothing read the form yet."""
    if g.get("visitor") is None:
        if g.get("ended_visitor") is None:
            request.max_content_length = STRANGER_BYTES
        return
    if request.method != "POST":
        return
    wanted = next(filter(None, map(_bytes_of, _handlers(request.endpoint or ""))), None)
    if wanted is not None:
        request.max_content_length = wanted


def _bytes_of(handler: Any) -> int | None:
    taken: int | None = getattr(handler, "takes_bytes", None)
    return taken


def _handlers(endpoint: str) -> Iterator[Any]:
    """What is registered, and the method as written: FAB wraps those of pages, and the wrapper loses the mark."""
    yield current_app.view_functions.get(endpoint)
    name, _, method = endpoint.partition(".")
    views = current_app.extensions["appbuilder"].baseviews
    yield from (getattr(view, method, None) for view in views if view.endpoint == name)
