"""What all screens share: no history cookie, and the way back after a form."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request, url_for
from flask_appbuilder import BaseView


def safe_next(target: str | None) -> str | None:
    """`target` when it is a path within the portal, else None: never a way to another site."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc or "\\" in target else target


class Page(BaseView):
    """Base of every page of ours. FAB's `page_history` is a readable cookie that keeps search terms: not kept here."""

    default_view = "show"

    def update_redirect(self) -> None:
        """Nothing is remembered in the cookie."""

    def get_redirect(self) -> str:
        """Where a form returns to: a `next` within the portal, else this view's first page."""
        return safe_next(request.values.get("next")) or url_for(f"{self.endpoint}.{self.default_view}")
