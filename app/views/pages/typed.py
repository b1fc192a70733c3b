"""Keeping what stands in the forms of a page, when the page itself asks for it; and throwing it away."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext

from app.auth.visitor import current_visitor
from app.extensions import db
from app.services.typed_forms.kept_forms import forget_form
from app.views.page import Page, safe_next
from app.views.typed.keeping import keep_for_script


class TypedView(Page):
    """Open to everybody: whose form it is says its signed mark, and only that person ever sees it again."""

    route_base = "/getypt"
    default_view = "keep"

    @expose("/bewaren", methods=["POST"])
    def keep(self) -> ResponseReturnValue:
        """Keep the form that is sent, without carrying it out: the session ended while it was on screen."""
        return keep_for_script()

    @expose("/weg", methods=["POST"])
    def drop(self) -> ResponseReturnValue:
        """Throw away what came back, and show the page as it is."""
        visitor = current_visitor()
        if visitor is not None:
            forget_form(visitor.user.id, request.form.get("token", ""))
            db.session.commit()
            flash(gettext("What you typed has been thrown away."), "success")
        return redirect(safe_next(request.form.get("next")) or url_for("HomeView.index"))
