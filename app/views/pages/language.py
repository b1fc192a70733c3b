"""Choosing the language of the screens."""

from __future__ import annotations

from flask import abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose

from app.services.typed_forms.kept_forms import Reason
from app.views.page import Page, safe_next
from app.views.typed.keeping import keep_posted


class LanguageView(Page):
    """Open to everybody, signed in or not: it changes nothing but this browser's language."""

    route_base = "/taal"
    default_view = "choose"

    @expose("/<locale>", methods=["POST"])
    def choose(self, locale: str) -> ResponseReturnValue:
        """Keep the language in the session and go back to the page; the form that comes along is filled in there."""
        if locale not in current_app.config["LANGUAGES"]:
            abort(404)
        session["locale"] = locale
        page = keep_posted(Reason.LANGUAGE)
        return redirect(page or safe_next(request.form.get("next")) or url_for("HomeView.index"))
