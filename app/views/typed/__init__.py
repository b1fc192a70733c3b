"""Nothing typed is lost: forms that come back filled in, and forms that are carried out once (docs/decisions/0011)."""

from __future__ import annotations

import flask_wtf.csrf
from flask import Flask

from app.views.typed.coming_back import kept_here, mark_by_hand, values_by_hand
from app.views.typed.once import finish_sent
from app.views.typed.refused import answer_by_redirect
from app.views.typed.tokens import csrf_token, page_of_request

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Before `frame.init_app`, whose hook gives a refused form its status: the one registered last runs first."""
    app.after_request(answer_by_redirect)
    app.after_request(finish_sent)
    own = app.template_context_processors[None]
    # Flask-WTF's would stand before our csrf_token.
    own[:] = [names for names in own if names.__module__ != flask_wtf.csrf.__name__]
    app.jinja_env.globals.update(
        csrf_token=csrf_token,
        kept_here=kept_here,
        page_here=page_of_request,
        form_mark=mark_by_hand,
        came_back=values_by_hand,
    )
