"""The first page after signing in: what to do for a member, what waits for the team."""

from __future__ import annotations

from flask import redirect, url_for
from flask_appbuilder import IndexView, expose

from app.auth.visitor import current_visitor
from app.views.base import Page


class HomeView(Page, IndexView):
    """`/`: the home of who is signed in; everybody else goes to the sign-in page."""

    route_base = ""
    default_view = "index"

    @expose("/")
    def index(self):  # type: ignore[no-untyped-def]
        """Home."""
        if current_visitor() is None:
            return redirect(url_for("SignInView.sign_in"))
        return self.render_template("home.html")
