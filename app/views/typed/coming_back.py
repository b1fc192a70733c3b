"""A page whose address names kept forms shows them filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from flask import g, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.auth.visitor import current_visitor
from app.services.typed_forms.kept_forms import Reason, Typed, find_forms
from app.views.typed.tokens import NEVER_KEPT, SEEN, make_mark, tokens_here

SHORTEST: Final = 3  # characters of what is worth copying


@dataclass(slots=True)
class ComingBack:
    """A form that was kept, and whether the page has that form."""

    token: str
    typed: Typed
    is_shown: bool = False

    @property
    def values(self) -> MultiDict[str, str]:
        """As a browser would send them."""
        return MultiDict(self.typed.values)

    @property
    def was_ended(self) -> bool:
        """The session had ended when it was sent."""
        return self.typed.reason == Reason.ENDED

    @property
    def is_of_language(self) -> bool:
        """Another language was chosen before it was sent."""
        return self.typed.reason == Reason.LANGUAGE

    @property
    def text(self) -> str:
        """What was typed, to copy, for a page that has no such form any more."""
        return write_out(self.typed.values)


def write_out(values: Any) -> str:
    """Values that somebody typed, to copy: texts with a space or a line in them first, then the rest. A mark of a
    choice, such as `y` or `12`, says nothing to anybody.
    """
    typed = [
        value.strip() for name, value in values if name not in {*NEVER_KEPT, SEEN} and len(value.strip()) >= SHORTEST
    ]
    return "\n\n".join(sorted(typed, key=lambda value: " " not in value and "\n" not in value))


def kept_here() -> list[ComingBack]:
    """The forms in the address of this request that are this person's, of this page. Read once, if there are any."""
    if "kept_here" not in g:
        g.kept_here = _find()
    kept: list[ComingBack] = g.kept_here
    return kept


def _find() -> list[ComingBack]:
    visitor, tokens = current_visitor(), tokens_here()
    if visitor is None or not tokens or request.method not in ("GET", "HEAD"):
        return []
    found = find_forms(visitor.user_id, tokens, g.now)
    return [ComingBack(token, typed) for token, typed in found.items() if urlsplit(typed.page).path == request.path]


def came_back_as(form: str) -> ComingBack | None:
    """What was kept of this form of the page, or None."""
    return next((kept for kept in kept_here() if kept.typed.form == form), None)


def mark_by_hand(form: str) -> Markup:
    """The mark of a form that a template writes by hand, beside its CSRF token."""
    kept = came_back_as(form)
    return make_mark(form, came_back=kept.token if kept else "")


def values_by_hand(form: str) -> MultiDict[str, str] | None:
    """What such a form shows instead, when it comes back; None when it does not."""
    kept = came_back_as(form)
    if kept is None:
        return None
    kept.is_shown = True
    return kept.values
