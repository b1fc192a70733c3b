"""The pages of what the audit trail names, as far as it is still there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import current_app, url_for
from markupsafe import Markup
from sqlalchemy import String, cast, inspect, literal, union_all

from app.extensions import db
from app.models import Election
from app.views.tables.staff_view import StaffView

Named = tuple[str, int]  # the class of a row, and its number


def write_link(words: str, url: str) -> Any:
    """The words, as a link where there is a page."""
    return Markup('<a href="{}">{}</a>').format(url, words) if url else words


def find_pages(named: Collection[Named]) -> Mapping[Named, str]:
    """The address of each that is still there and has a page that the visitor may see. At most one statement."""
    views = _views_with_a_page()
    parts = []
    for kind in sorted({kind for kind, _number in named if kind in views}):
        model = views[kind].model
        own, key = inspect(model).primary_key[0], Election.code if model is Election else None
        wanted = [number for of, number in named if of == kind]
        shown = views[kind].rows().filter(own.in_(wanted)).order_by(None)
        shown = shown.with_entities(literal(kind), own, cast(own if key is None else key, String))
        parts.append(shown.statement)
    if not parts:
        return {}
    rows = db.session.execute(union_all(*parts))
    return {(kind, number): url_for(f"{views[kind].endpoint}.show", pk=key) for kind, number, key in rows}


def _views_with_a_page() -> dict[str, StaffView]:
    """By the class of a row the first screen of the menu that shows one; not those within an election's address."""
    found: dict[str, StaffView] = {}
    for view in current_app.extensions["appbuilder"].baseviews:
        if isinstance(view, StaffView) and "<" not in view.route_base and view.can("show"):
            found.setdefault(view.model.__name__, view)
    return found
