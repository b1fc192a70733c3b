"""Signing in."""

from __future__ import annotations

from flask_appbuilder import expose

from app.views.base import Page


class SignInView(Page):
    """User name and password, then the e-mailed code."""

    route_base = "/inloggen"
    default_view = "sign_in"

    @expose("/", methods=["GET"])
    def sign_in(self):  # type: ignore[no-untyped-def]
        """The sign-in page."""
        return "sign in"
