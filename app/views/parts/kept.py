"""Parts of a page that are the same at many visits: written once."""

from __future__ import annotations

from flask import Flask, current_app, request
from markupsafe import Markup

from app.i18n import language_here
from app.memory import made_once

MOST_KEPT = 300  # a menu is some ten kilobytes


def init_app(app: Flask) -> None:
    """Give the templates `kept_part(name, …)`."""
    app.jinja_env.globals["kept_part"] = kept_part


def kept_part(name: str, **given: object) -> Markup:
    """What the template makes of what it is `given`, written once for that in each language.

    It sees nothing else of the request, so whatever it shows is part of the key. What is given must be hashable.
    """
    if request.script_root:  # another at each request: nothing of it comes again
        return _write(name, given)
    key = (name, language_here(), *given, *given.values())
    return made_once("parts", key, lambda: _write(name, given), most=MOST_KEPT)


def _write(name: str, given: dict[str, object]) -> Markup:
    return Markup(current_app.jinja_env.get_template(name).render(given))  # noqa: S704 (the template escapes)
