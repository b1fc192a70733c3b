"""How much a request may carry. Larger is refused (413) before it is read; a chunked one as soon as it grows too large.

A page that takes several files at once says so with `takes_uploads`. The limit must stand before anything reads the
form. A stranger gets little; whose session just ended may send what the page takes, because what was typed is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from flask import current_app, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from app.memory import made_once

KIBIBYTE: Final = 1024
MEBIBYTE: Final = 1024 * KIBIBYTE
# The longest form in front of the door asks a user name and a password; taking 200,000 fields apart takes seconds.
STRANGER_BYTES: Final = 64 * KIBIBYTE
# Of one form. Ours have some hundreds at most; taking 250,000 apart takes seconds, and they fit into a megabyte.
MOST_FIELDS: Final = 5_000
MOST_FIELDS_OF_STRANGER: Final = 100
MOST_PAGES: Final = 2_000  # more than there are
URLENCODED: Final = "application/x-www-form-urlencoded"


class TooManyFields(RequestEntityTooLarge):
    """A form with more fields than any of ours; `most` is how many it may have."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most


View = TypeVar("View", bound=Callable[..., Any])


def takes_uploads(megabytes: int) -> Callable[[View], View]:
    """The view takes a request of so many MB, from who is signed in or was just now."""

    def mark(view: View) -> View:
        view.takes_bytes = megabytes * MEBIBYTE  # type: ignore[attr-defined]
        return view

    return mark


def set_limit() -> None:
    """Before each request, when the visitor is known and nothing read the form yet."""
    if g.get("visitor") is None and g.get("ended_visitor") is None:
        request.max_content_length = STRANGER_BYTES
        return
    if request.method != "POST":
        return
    page = request.endpoint or ""
    if wanted := made_once("bytes of a page", page, lambda: _bytes_of(page), most=MOST_PAGES):
        request.max_content_length = wanted


def count_fields() -> None:
    """Before each request, after `set_limit`: refuse a form of too many fields before it is taken apart."""
    is_stranger = g.get("visitor") is None and g.get("ended_visitor") is None
    most = MOST_FIELDS_OF_STRANGER if is_stranger else MOST_FIELDS
    request.max_form_parts = most  # of a form with files
    if request.mimetype == URLENCODED:
        limits = (request.max_content_length, request.max_form_memory_size)
        request.max_content_length = min(limit for limit in limits if limit is not None)
        if request.get_data().count(b"&") >= most:
            raise TooManyFields(most)


def _bytes_of(endpoint: str) -> int:
    """What the page takes; 0 where it does not say so."""
    return next((taken for handler in _handlers(endpoint) if (taken := getattr(handler, "takes_bytes", 0))), 0)


def _handlers(endpoint: str) -> Iterator[Any]:
    """What is registered, and the method as written: FAB wraps those of pages, and the wrapper loses the mark."""
    yield current_app.view_functions.get(endpoint)
    name, _, method = endpoint.partition(".")
    views = current_app.extensions["appbuilder"].baseviews
    yield from (getattr(view, method, None) for view in views if view.endpoint == name)
